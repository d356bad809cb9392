import { isMainThread } from "node:worker_threads";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { settled } from "../../../../app/host/run/settle.ts";
import type { EvokeError } from "../../../../core/errors/index.ts";
import { asked } from "../../../../training/threads.ts";
import { when } from "../../../when.ts";

/** The watch looks each second, and gives up after three looks. */
const LONGER = 4_500;

when(
  test,
  !isMainThread && !("Deno" in globalThis),
  "in the main thread of Node the event loop tells when it has nothing left",
)("in a thread, what trainers were asked for is waited for; a promise with nothing behind it is given up", async () => {
  const late = () => new Promise((resolve) => setTimeout(resolve, LONGER, "there").unref());
  asked.underWay++;
  assert.is(await settled(late()).finally(() => asked.underWay--), "there");
  const codes: string[] = [];
  await settled(new Promise(() => {})).catch(({ code }: EvokeError) => codes.push(code));
  assert.equal(codes, ["NEVER_SETTLES"]);
});

test.run();
