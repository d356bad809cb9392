/** What a call says of its evaluations that are under way, for those who look on. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvaluationOf } from "../../../../app/host/evaluations/journal.ts";
import { UnderWayFile } from "../../../../app/host/evaluations/under-way-file.ts";
import { evaluationsUnderWay, UnderWayLook } from "../../../../app/host/store/look/under-way.ts";

const folder = mkdtempSync(join(tmpdir(), "evoke-under-way-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const store = join(folder, "runs.sqlite");
const evaluation = (query: number) =>
  ({ digest: "d", seed: 3, query, fidelity: undefined, text: () => `architecture ${query}` }) as unknown as EvaluationOf;

test("evaluations that last are told with their curves until they are over; then nothing is left", async () => {
  const told: string[] = [];
  const file = new UnderWayFile(store, {
    began: ({ query }) => told.push(`began ${query}`),
    stopped: ({ query }) => told.push(`stopped ${query}`),
  });
  const look = new UnderWayLook(store);
  file.began(evaluation(0));
  file.began(evaluation(1));
  file.progressed(evaluation(1), { epoch: 1, value: 50 });
  assert.equal(evaluationsUnderWay(store, "d"), [], "what is over within a second leaves no trace");
  for (let tries = 0; evaluationsUnderWay(store, "d").length === 0 && tries < 100; tries++) await pause(50);
  const shown = evaluationsUnderWay(store, "d").map(({ seed, query, architecture, curve }) => ({ seed, query, architecture, curve }));
  assert.equal(shown, [
    { seed: 3, query: 0, architecture: "architecture 0", curve: [] },
    { seed: 3, query: 1, architecture: "architecture 1", curve: [{ epoch: 1, value: 50 }] },
  ]);
  assert.equal(evaluationsUnderWay(store, "another"), []);
  assert.is(look.changed().length, 2);
  assert.is(look.changed().length, 0, "nothing new was said");
  file.stopped(evaluation(0));
  file.end();
  assert.equal(evaluationsUnderWay(store, "d"), []);
  assert.is(existsSync(join(folder, "evaluations")), false, "the folder goes where nothing else is in it");
  assert.equal(told, ["began 0", "began 1", "stopped 0"]);
});

test("what is quick is told to nobody, and no file is made", async () => {
  const file = new UnderWayFile(store, undefined);
  file.began(evaluation(0));
  file.finished(evaluation(0), { measurement: undefined, failures: [] }, "done", 0.1);
  await pause(1_200);
  assert.equal(readdirSync(folder), []);
  file.end();
});

test.run();
