import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { JournalEntry } from "../../../../app/host/store/evaluation-store.ts";
import { joinStores } from "../../../../app/host/store/join-stores.ts";
import { RunStore } from "../../../../app/host/store/run-store.ts";
import { installedSqlite } from "../../../../app/host/store/sqlite.ts";
import type { StoredRun } from "../../../../app/host/store/stored-run.ts";
import type { EvokeError } from "../../../../core/errors/index.ts";
import { Scratch } from "../../cli/command.ts";

const scratch = new Scratch();
const sqlite = await installedSqlite();
const [D, E] = ["d".repeat(64), "e".repeat(64)];
const ALL = { first: 0, count: 1000 };
const nameOf = (digest: string) => `"${digest[0]}"`;

const run = (seed: number, { score = 80, seconds = 1, course = 0 } = {}): StoredRun => ({
  result: {
    seed,
    best: { architecture: `|${seed}|`, score },
    ...{ queries: 3, distinct: 3, cost: { seconds }, updates: 0, centres: [] },
  },
  trajectory: { incumbent: [{ queries: course, seconds, score }], centres: [], distances: [] },
  wallSeconds: seconds,
});
const entry = (place: number): JournalEntry => ({
  ...{ place, query: place, architecture: `|${place}|`, wallSeconds: 1 },
  evaluated: { measurement: { score: place, seconds: 1 }, failures: [] },
});
const journal = (count: number) => Array.from({ length: count }, (_, place) => entry(place));
let stores = 0;
async function made(fill: (store: RunStore) => void): Promise<string> {
  const file = join(scratch.folder, `store-${++stores}`, "runs.sqlite");
  const store = await RunStore.open(file, "write");
  fill(store);
  store.close();
  return file;
}
const newFile = () => join(scratch.folder, `into-${++stores}`, "runs.sqlite");
async function seen<T>(file: string, look: (store: RunStore) => T): Promise<T> {
  const store = await RunStore.open(file, "read");
  try {
    return look(store);
  } finally {
    store.close();
  }
}
async function changed(file: string, sql: string): Promise<void> {
  const database = sqlite.open(file);
  database.exec(sql);
  database.close();
}
const refused = (promise: Promise<unknown>): Promise<EvokeError> =>
  promise.then(
    () => Promise.reject(new Error("it was taken")),
    (error) => error,
  );

test("runs of several pages come over as they are, and those that are there already, but for seconds, count as known", async () => {
  const seeds = Array.from({ length: 250 }, (_, i) => i);
  const one = await made((store) =>
    store.add(
      D,
      seeds.map((seed) => run(seed)),
    ),
  );
  const other = await made((store) => {
    store.add(D, [run(5, { seconds: 9 }), run(300)]);
    store.add(E, [run(5)]);
  });
  const into = newFile();
  const [a, b] = await joinStores([one, other], into, nameOf);
  assert.equal([a!.runs, a!.known, b!.runs, b!.known], [250, 0, 2, 1]);
  await seen(into, (store) => {
    assert.equal([...store.runs(D, ALL)], [...seeds.map((seed) => run(seed)), run(300)]);
    assert.equal([...store.runs(E, ALL)], [run(5)]);
  });
});

test("a run that is not the same in two stores is an error with both, the experiment, the seed and the difference; nothing is changed", async () => {
  const one = await made((store) => store.add(D, [run(1), run(2)]));
  const between = await made((store) => store.add(D, [run(3)]));
  const other = await made((store) => store.add(D, [run(4), run(2, { score: 81 })]));
  const into = await made((store) => store.add(D, [run(9)]));
  const { code, message } = await refused(joinStores([one, between, other], into, nameOf));
  assert.is(code, "RUNS_DIFFER");
  const what = `the run of seed 2 of "d", digest ${D.slice(0, 12)}, differs: its score is 80 in one and 81 in the other.`;
  assert.match(message, `Cannot merge ${one} and ${other}: ${what}\n  Nothing was merged.`);
  await seen(into, (store) => assert.equal([...store.runs(D, ALL)], [run(9)]));
  const course = await made((store) => store.add(D, [run(9, { course: 1 })]));
  assert.match(
    (await refused(joinStores([course], into, nameOf))).message,
    new RegExp(`Cannot merge ${into} and ${course}: .* its course `),
  );
});

test("a damaged run is left out and named, and one in the way is replaced", async () => {
  const one = await made((store) => store.add(D, [run(1), run(2), run(3)]));
  await changed(one, "UPDATE runs SET result = replace(result, '80', '99') WHERE seed = 2");
  const into = newFile();
  const [joined] = await joinStores([one], into, nameOf);
  assert.equal([joined!.runs, joined!.damaged], [2, [{ digest: D, seed: 2 }]]);
  await changed(into, "UPDATE runs SET wall_seconds = 7 WHERE seed = 3");
  const whole = await made((store) => store.add(D, [run(2), run(3)]));
  const [again] = await joinStores([whole], into, nameOf);
  assert.equal([again!.runs, again!.known], [2, 0]);
  await seen(into, (store) => assert.equal([...store.runs(D, ALL)], [run(1), run(2), run(3)]));
});

test("of a run that is finished nowhere the longer journal counts, as far as it is intact; a finished run brings its own", async () => {
  const short = await made((store) => {
    store.evaluations.add(D, 1, journal(2));
    store.evaluations.add(D, 2, journal(5));
    store.evaluations.add(D, 3, journal(2));
    store.asked.keep(D, 1, { query: 2, attempt: 1, asked: 7 });
  });
  const long = await made((store) => {
    store.evaluations.add(D, 1, journal(4));
    store.evaluations.add(D, 2, journal(3));
    store.add(D, [run(3)]);
    store.evaluations.add(D, 3, journal(3));
  });
  await changed(short, "UPDATE evaluations SET outcome = '{}' WHERE seed = 2 AND place = 4");
  for (const order of [
    [short, long],
    [long, short],
  ]) {
    const into = newFile();
    await joinStores(order, into, nameOf);
    const again = await joinStores(order, into, nameOf);
    assert.is(
      again.reduce((sum, { journals }) => sum + journals, 0),
      0,
      "the second time all is there",
    );
    await seen(into, (store) => {
      assert.equal(
        [1, 2, 3].map((seed) => store.evaluations.journal(D, seed).length),
        [4, 4, 3],
      );
      assert.equal(store.asked.of(D, 1), [], "what was asked belongs to the shorter one");
      assert.equal([...store.seeds(D)], [3]);
    });
  }
});

test("of shared evaluations that came out otherwise the first is kept, and they are counted", async () => {
  const shared = (score: number, seconds = 1) => ({ evaluated: { measurement: { score, seconds }, failures: [] }, wallSeconds: seconds });
  const one = await made((store) => store.evaluations.share({ key: "a", ...shared(1) }));
  const other = await made((store) => {
    store.evaluations.share({ key: "a", ...shared(2) });
    store.evaluations.share({ key: "b", ...shared(3) });
  });
  const slower = await made((store) => store.evaluations.share({ key: "b", ...shared(3, 50) }));
  const into = newFile();
  const joined = await joinStores([one, other, slower], into, nameOf);
  assert.equal(
    joined.map(({ shared, otherwise }) => [shared, otherwise]),
    [
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  );
  await seen(into, (store) => {
    assert.equal(store.evaluations.shared("a"), { key: "a", ...shared(1) });
    assert.equal(store.evaluations.shared("b"), { key: "b", ...shared(3) });
  });
});

test("a store of before there were evaluations gives its runs; one of a newer version, or that is not there, is refused", async () => {
  const old = await made((store) => store.add(D, [run(1)]));
  await changed(
    old,
    "DROP TABLE evaluations; DROP TABLE shared; DROP TABLE asked; DROP TABLE owners; DROP TABLE claims; PRAGMA user_version = 2",
  );
  const into = newFile();
  const [joined] = await joinStores([old], into, nameOf);
  assert.equal([joined!.runs, joined!.journals, joined!.shared], [1, 0, 0]);
  const newer = await made((store) => store.add(D, [run(2)]));
  await changed(newer, "PRAGMA user_version = 99");
  const { code } = await refused(joinStores([old, newer], newFile(), nameOf));
  assert.is(code, "STORE_NEWER");
  const { code: missing } = await refused(joinStores([join(scratch.folder, "nowhere.sqlite")], newFile(), nameOf));
  assert.is(missing, "CANNOT_READ");
});

test("a store that was made, and not begun, gives nothing", async () => {
  const empty = scratch.write("empty/runs.sqlite", "");
  const one = await made((store) => store.add(D, [run(1)]));
  const joined = await joinStores([empty, one], newFile(), nameOf);
  assert.equal(
    joined.map(({ file, runs }) => [file, runs]),
    [[one, 1]],
  );
});

test.run();
