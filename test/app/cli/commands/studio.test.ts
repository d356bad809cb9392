/** `evoke studio` as a user calls it: what it prints, how it ends, and what it says where it cannot begin. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Overview } from "../../../../app/studio/api.ts";
import { makeStore } from "../../../support/made-up-store.ts";
import { when } from "../../../when.ts";
import { DENO, root, Scratch } from "../command.ts";

const scratch = new Scratch();
await makeStore(join(scratch.folder, "results"), { name: "made-up", cells: 1, seeds: 2 });

/** Waits for what a process prints until it ends a line. */
async function firstLine(child: ChildProcess): Promise<string> {
  let printed = "";
  for await (const piece of child.stdout!) {
    printed += piece;
    if (printed.includes("\n")) break;
  }
  return printed;
}

async function shows(url: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    const overview = (await (await fetch(`${url}api/overview`)).json()) as Overview;
    const [matrix] = overview.stores[0]!.matrices;
    if (matrix?.progress || tries > 100) return `${matrix?.name} ${matrix?.progress?.done}`;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("it prints its URL, shows what is kept, and ends with 130 at Ctrl-C", async () => {
  const child = spawn(process.execPath, [scratch.command, "studio", "--port", "0", "--json"], { cwd: scratch.folder, env: scratch.env });
  const { url, host, port, out } = JSON.parse(await firstLine(child)) as { url: string; host: string; port: number; out: string };
  assert.equal([url, host, out], [`http://127.0.0.1:${port}/`, "127.0.0.1", "results"]);
  assert.is(await shows(url), "made-up 2");
  child.kill("SIGINT");
  assert.equal(await once(child, "close"), [130, null]);
});

test("a port that is taken, one that is none, and a folder that is not there are told with status 2", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const taken = await scratch.evoke("studio", "--port", String(port));
  server.close();
  assert.is(taken.status, 2);
  assert.is(
    taken.stderr,
    `Cannot listen at http://127.0.0.1:${port}: another program listens there.\n  Choose another port with --port N; --port 0 takes one that is free.\n`,
  );
  const wrong = await scratch.evoke("studio", "--port", "65536");
  assert.equal([wrong.status, wrong.stderr.includes("Cannot use --port")], [2, true]);
  const absent = await scratch.evoke("studio", "nowhere");
  assert.equal([absent.status, absent.stderr.split("\n")[0]], [2, "Cannot show nowhere: there is no such folder."]);
  const elsewhere = await scratch.evoke("studio", "--port", "0", "--host", "203.0.113.7");
  assert.equal([elsewhere.status, elsewhere.stderr.includes("it is no address of this machine")], [2, true]);
});

when(
  test,
  existsSync(DENO),
  "Deno is absent",
)("on Deno it may listen at its own address, and shows the same", async () => {
  const port = String(20_000 + (process.pid % 20_000));
  const out = join(scratch.folder, "results");
  const child = spawn(DENO, ["run", "-A", "app/cli/deno/task.ts", "studio", out, "--port", port], { cwd: root, env: scratch.env });
  const errors: string[] = [];
  child.stderr.on("data", (text) => errors.push(String(text)));
  const printed = await firstLine(child);
  assert.is(printed, `Evoke studio: http://127.0.0.1:${port}/\n`, errors.join(""));
  assert.is(await shows(`http://127.0.0.1:${port}/`), "made-up 2");
  child.kill("SIGINT");
  await once(child, "close");
});

test.run();
