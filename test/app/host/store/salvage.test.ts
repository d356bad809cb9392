import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { joinStores } from "../../../../app/host/store/join-stores.ts";
import { RunStore } from "../../../../app/host/store/run-store.ts";
import { checkStore } from "../../../../app/host/store/salvage/check-store.ts";
import type { StoredRun } from "../../../../app/host/store/stored-run.ts";
import { Scratch } from "../../cli/command.ts";

const scratch = new Scratch();
const DIGEST = "d".repeat(64);
const ALL = { first: 0, count: 1000 };
const PAGE_BYTES = 4096;

/** Some with trajectories that take pages of their own. */
const run = (seed: number): StoredRun => ({
  result: {
    ...{ seed, best: { architecture: `|nor_conv_3x3~${seed}|é`, score: 80 + 1 / seed } },
    ...{ queries: 3, distinct: 3, cost: { seconds: 1 }, updates: 0, centres: [] },
  },
  trajectory: {
    incumbent: Array.from({ length: seed % 10 === 0 ? 900 : 9 }, (_, i) => ({ queries: i, seconds: 1, score: Math.sin(seed * i) })),
    ...{ centres: [], distances: [] },
  },
  wallSeconds: seed,
});
const RUNS = Array.from({ length: 60 }, (_, i) => run(i + 1));

let stores = 0;
const newFile = () => join(scratch.folder, `store-${stores++}`, "runs.sqlite");
async function filled(): Promise<string> {
  const file = newFile();
  const store = await RunStore.open(file, "write");
  store.add(DIGEST, RUNS);
  store.evaluations.add(DIGEST, 99, [
    { place: 0, query: 0, architecture: "|a|", wallSeconds: 1, evaluated: { measurement: { score: 1, seconds: 1 }, failures: [] } },
  ]);
  store.close();
  return file;
}

/** Where a run is in a file: where SQLite has moved a row, its bytes are still in the old place. */
function placesOf(seed: number, bytes: Buffer): number[] {
  const places: number[] = [];
  const text = `|nor_conv_3x3~${seed}|`;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}

/** The intact runs of a damaged store, as a merge takes them. */
async function merged(file: string): Promise<StoredRun[]> {
  const into = newFile();
  await joinStores([file], into, (digest) => digest);
  const store = await RunStore.open(into, "read");
  try {
    return [...store.runs(DIGEST, ALL)];
  } finally {
    store.close();
  }
}

test("whichever page is wiped, all runs that are not on it are found, and those on it are named", async () => {
  const bytes = readFileSync(await filled());
  const file = scratch.write("wiped/runs.sqlite", "");
  const pages = bytes.length / PAGE_BYTES;
  let lostAtMost = 0;
  for (let page = 0; page < pages; page++) {
    const damaged = Buffer.from(bytes);
    damaged.fill(0, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    writeFileSync(file, damaged);
    const check = await checkStore(file);
    const { intact, lost } = check.runs;
    assert.is(intact + lost, RUNS.length, `page ${page + 1}: ${JSON.stringify(check)}`);
    lostAtMost = Math.max(lostAtMost, lost);
    if (page % 8 === 0 || page === 1) {
      const expected = RUNS.filter(({ result }) => !check.experiments[0]!.lost.includes(result.seed));
      assert.equal(await merged(file), expected, `page ${page + 1}`);
    }
  }
  assert.ok(lostAtMost > 0 && lostAtMost < 20, `${lostAtMost} runs are lost with one page`);
});

test("a store that is whole has nothing lost; one bit of a run costs that run, and the file stays usable", async () => {
  const file = await filled();
  const { usable, runs, evaluations } = await checkStore(file);
  assert.equal([usable, runs, evaluations], [true, { intact: 60, lost: 0 }, { intact: 1, lost: 0 }]);
  const bytes = readFileSync(file);
  for (const at of placesOf(7, bytes)) bytes[at + 3] = bytes[at + 3]! ^ 0x80;
  writeFileSync(file, bytes);
  const check = await checkStore(file);
  assert.ok(check.usable);
  assert.equal(check.experiments, [{ digest: DIGEST, intact: 59, lost: [7] }]);
});

test("runs in a log of a killed writer are found, those after its damaged place as well", async () => {
  const file = newFile();
  const writing = await RunStore.open(file, "write");
  for (const one of RUNS) writing.add(DIGEST, [one]);
  const killed = scratch.write("killed/runs.sqlite", "");
  writeFileSync(killed, readFileSync(file));
  const log = readFileSync(`${file}-wal`);
  writing.close();
  const frame = PAGE_BYTES + 24;
  log.fill(0, 32 + 20 * frame + 24, 32 + 21 * frame);
  writeFileSync(`${killed}-wal`, log);
  const check = await checkStore(killed);
  assert.match(check.problem!, /its log is damaged: SQLite finds \d+ of \d+ runs/);
  assert.ok(check.runs.intact > 50, JSON.stringify(check.runs));
  assert.is((await merged(killed)).length, check.runs.intact);
});

test("doctor --store says what is lost and how to go on, and its status is 1", async () => {
  const file = await filled();
  const folder = join(file, "..");
  const { status, stdout } = await scratch.evoke("doctor", "--store", folder);
  assert.is(status, 0);
  assert.match(stdout, /finished runs +60 intact, 0 lost\n.*\nNothing is lost\.\n$/);
  const bytes = readFileSync(file);
  for (const at of placesOf(7, bytes)) bytes.fill(0, at - (at % PAGE_BYTES), at - (at % PAGE_BYTES) + PAGE_BYTES);
  writeFileSync(file, bytes);
  const damaged = await scratch.evoke("doctor", "--store", folder);
  assert.is(damaged.status, 1);
  assert.match(damaged.stdout, /is damaged: /);
  assert.match(damaged.stdout, /The run of each of the seeds .*7.* of the experiment d+ is lost\.\n.*evoke merge .* --out .*-intact\n/);
  assert.is((await scratch.evoke("doctor", "--store", join(scratch.folder, "nowhere"))).status, 2);
});

test.run();
