import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { claimRun, type OpenedRun, openRun } from "../../../../app/host/ask/open.ts";
import { Scratch } from "../../cli/command.ts";

const scratch = new Scratch();
const metric = { name: "accuracy", dataset: "mine", epochs: 9, unit: "percent" };
const manifest = scratch.write("told.json", {
  name: "told",
  space: "nas-bench-201",
  evaluator: { use: "told", options: { metric } },
  controller: "random",
  budget: { queries: 6 },
  seeds: { first: 3, count: 2 },
});
const open = (out: string, seed?: number, ...changes: { pointer: string; value: unknown }[]): Promise<OpenedRun> =>
  openRun({ file: manifest, changes }, { out: join(scratch.folder, out), seed });
const codeOf = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => "nothing is thrown",
    (error) => error.code,
  );

test("a run is that of the first seed of the manifest, or of another of its seeds", async () => {
  for (const [wanted, seed] of [
    [undefined, 3],
    [3, 3],
    [4, 4],
  ] as const) {
    const run = await open("seeds", wanted);
    assert.is(run.seed, seed);
    run.store.close();
  }
  for (const wanted of [2, 5, 3.5, -1]) assert.is(await codeOf(open("seeds", wanted)), "OPTION_INVALID");
});

test("what is wrong in a manifest is thrown before a store is made", async () => {
  assert.is(await codeOf(open("unknown", 3, { pointer: "/controller", value: "radnom" })), "PLUGIN_UNKNOWN");
  const fidelities = { pointer: "/evaluator/options/fidelities", value: [9] };
  assert.is(await codeOf(open("unknown", 3, fidelities)), "FIDELITY_INVALID");
  assert.not.ok(existsSync(join(scratch.folder, "unknown")));
});

test("a run is open in one place at a time; another seed of it can be as well", async () => {
  const [first, second, other] = [await open("claimed", 3), await open("claimed", 3), await open("claimed", 4)];
  const release = await claimRun(first);
  await claimRun(other);
  let told = 0;
  const waits = () => void told++;
  assert.is(await codeOf(claimRun(second, 100, waits)), "SEARCH_BUSY");
  assert.is(told, 0);
  assert.is(await codeOf(claimRun(second, 2500, waits)), "SEARCH_BUSY");
  assert.is(told, 1);
  const waiting = claimRun(second);
  release();
  await waiting;
  assert.is(await codeOf(claimRun(first, 100)), "SEARCH_BUSY");
  second.store.close();
  await claimRun(first, 100);
  for (const { store } of [first, other]) store.close();
});

test.run();
