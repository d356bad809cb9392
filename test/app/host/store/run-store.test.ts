import { spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { StoreDatabase } from "../../../../app/host/store/database.ts";
import { RunStore } from "../../../../app/host/store/run-store.ts";
import { installedSqlite } from "../../../../app/host/store/sqlite.ts";
import type { StoredRun } from "../../../../app/host/store/stored-run.ts";
import type { EvokeError } from "../../../../core/errors/index.ts";
import { root, Scratch } from "../../cli/command.ts";

const scratch = new Scratch();
const sqlite = await installedSqlite();
const DIGEST = "d".repeat(64);
const ALL = { first: 0, count: 1_000_000 };

const run = (seed: number): StoredRun => ({
  result: {
    seed,
    best: { architecture: `|nor_conv_3x3~${seed}|`, score: 80 + 1 / (seed + 1), test: 90 },
    ...{ queries: 160, distinct: 150, cost: { seconds: 0.1 + seed }, updates: 3, centres: ["|a|", "|b|"] },
  },
  trajectory: {
    incumbent: [{ queries: seed, seconds: 1, score: 80 }],
    centres: Array.from({ length: 20 }, (_, i) => ({
      queries: i,
      subspace: i % 4,
      score: 70 + i,
      architecture: `|skip_connect~${i}|`,
    })),
    distances: [],
  },
  wallSeconds: 0.25,
});
const runs = (first: number, count: number) => Array.from({ length: count }, (_, i) => run(first + i));
let stores = 0;
/** A new file for a store. */
const newFile = () => join(scratch.folder, `store-${stores++}`, "runs.sqlite");
async function filled(count: number): Promise<string> {
  const file = newFile();
  const store = await RunStore.open(file, "write");
  store.add(DIGEST, runs(1, count));
  store.close();
  return file;
}
const refused = (promise: Promise<unknown>): Promise<EvokeError> =>
  promise.then(
    () => Promise.reject(new Error("it was taken")),
    (error) => error,
  );

test("what was added is read again, by seed, page by page, and only what was asked for", async () => {
  const store = await RunStore.open(newFile(), "write");
  store.add(DIGEST, [...runs(150, 101), ...runs(1, 149)]);
  store.add("e".repeat(64), [run(7)]);
  assert.equal([...store.runs(DIGEST, ALL)], runs(1, 250));
  assert.equal([...store.runs(DIGEST, { first: 99, count: 3 })], runs(99, 3));
  assert.equal(
    [...store.results(DIGEST, { first: 249, count: 9 })],
    runs(249, 2).map(({ trajectory: _, ...rest }) => rest),
  );
  assert.equal([...store.seeds("e".repeat(64))], [7]);
  assert.is(store.seeds(DIGEST).size, 250);
  assert.ok(store.has(DIGEST, 250) && !store.has(DIGEST, 251));
  assert.equal(store.trajectory(DIGEST, 3), run(3).trajectory);
  assert.is(store.trajectory(DIGEST, 300), undefined);
  store.close();
});

test("a run that is there already stays as it is", async () => {
  const store = await RunStore.open(newFile(), "write");
  store.add(DIGEST, [run(1)]);
  store.add(DIGEST, [{ ...run(1), wallSeconds: 99 }, run(2)]);
  assert.equal([...store.runs(DIGEST, ALL)], runs(1, 2));
  store.close();
});

test("a store that is closed is one file, and can be read while another has it open to write", async () => {
  const file = await filled(3);
  assert.is(readFileSync(`${file}-wal`, { flag: "a+" }).length, 0);
  const writing = await RunStore.open(file, "write");
  const reading = await RunStore.open(file, "read");
  writing.add(DIGEST, [run(4)]);
  assert.is(reading.seeds(DIGEST).size, 4);
  assert.throws(() => reading.add(DIGEST, [run(5)]), /readonly/);
  reading.close();
  writing.close();
});

test("a changed run is told with its seed, forgotten when asked, and can be added again; the others are whole", async () => {
  const file = await filled(5);
  const bytes = readFileSync(file);
  const at = bytes.indexOf("|nor_conv_3x3~3|");
  assert.ok(at > 0);
  bytes[at + 1] = bytes[at + 1]! ^ 1;
  writeFileSync(file, bytes);
  const store = await RunStore.open(file, "write");
  assert.throws(
    () => [...store.runs(DIGEST, ALL)],
    (error: EvokeError) =>
      error.code === "STORE_DAMAGED" && /the run of seed 3 of the experiment d+ is not as it was written/.test(error.message),
  );
  assert.equal([...store.runs(DIGEST, { first: 4, count: 2 })], runs(4, 2));
  assert.equal(store.discardDamaged(DIGEST), [3]);
  assert.equal(store.discardDamaged(DIGEST), []);
  assert.equal([...store.seeds(DIGEST)].sort(), [1, 2, 4, 5]);
  store.add(DIGEST, [run(3)]);
  assert.equal([...store.runs(DIGEST, ALL)], runs(1, 5));
  store.close();
});

test("wherever a byte of the file is changed, every run is read as it was written", async () => {
  const file = await filled(60);
  const whole = readFileSync(file);
  const written = new Map(runs(1, 60).map((one) => [one.result.seed, JSON.stringify(one)]));
  let told = 0;
  for (let trial = 0; trial < 150; trial++) {
    const bytes = Buffer.from(whole);
    const at = (trial * 7919 * 13) % bytes.length;
    bytes[at] = bytes[at]! ^ (1 << (trial % 8));
    const damaged = scratch.write(`byte-${trial}/runs.sqlite`, "");
    writeFileSync(damaged, bytes);
    try {
      const store = await RunStore.open(damaged, "write");
      try {
        told += store.discardDamaged(DIGEST).length;
        for (const one of store.runs(DIGEST, ALL)) assert.is(JSON.stringify(one), written.get(one.result.seed), `byte ${at}`);
      } finally {
        store.close();
      }
    } catch (error) {
      assert.match((error as EvokeError).code, /^STORE_/, `byte ${at}: ${(error as Error).stack}`);
      told++;
    }
  }
  assert.ok(told > 40, `${told} of 150 changes were told`);
});

test("a text that is not UTF-8 is a damaged run like any other, in every column and every table", async () => {
  const file = newFile();
  const store = await RunStore.open(file, "write");
  store.add(DIGEST, runs(1, 3));
  store.evaluations.add(DIGEST, 1, [entry(0), entry(1)]);
  store.evaluations.share({ key: "k", evaluated: entry(0).evaluated, wallSeconds: 5 });
  store.asked.keep(DIGEST, 1, { query: 0, attempt: 1, asked: 5, told: { failed: "it" } });
  store.claims.take("work");
  store.close();
  const columns = ["result", "trajectory", "wall_seconds", "checksum"].map((column) => ["runs", column]);
  for (const [table, column] of [...columns, ["evaluations", "outcome"], ["shared", "outcome"], ["asked", "told"]]) {
    const damaging = sqlite.open(file);
    damaging.exec(`UPDATE ${table} SET ${column} = CAST(x'41ff' AS TEXT) WHERE rowid = (SELECT max(rowid) FROM ${table})`);
    damaging.exec("INSERT OR REPLACE INTO claims (name, owner) VALUES ('work', CAST(x'ff' AS TEXT))");
    damaging.close();
    const again = await RunStore.open(file, "write");
    const damaged = again.discardDamaged(DIGEST);
    assert.equal(damaged, table === "runs" ? [3] : [], `${table}.${column}`);
    again.add(DIGEST, [run(3)]);
    assert.equal([...again.runs(DIGEST, ALL)], runs(1, 3));
    assert.ok(again.claims.take("work"), "a claim of nobody is taken over");
    if (table === "evaluations") assert.equal(again.evaluations.journal(DIGEST, 1), [entry(0)]);
    if (table === "shared") assert.is(again.evaluations.shared("k"), undefined);
    if (table === "asked") assert.equal(again.asked.of(DIGEST, 1), []);
    again.close();
  }
});

test("a file that is removed, moved or replaced while it is written to is told with the next commit", async () => {
  const other = readFileSync(await filled(1));
  const cases: readonly ((file: string) => void)[] = [
    (file) => rmSync(file),
    (file) => renameSync(dirname(file), `${dirname(file)}-moved`),
    (file) => {
      renameSync(file, `${file}-moved`);
      writeFileSync(file, other);
    },
  ];
  for (const change of cases) {
    const file = newFile();
    const store = await RunStore.open(file, "write");
    store.add(DIGEST, [run(1)]);
    store.checkThere();
    change(file);
    assert.throws(
      () => store.add(DIGEST, [run(2)]),
      ({ code }: EvokeError) => code === "STORE_GONE",
    );
    store.close();
  }
});

test("a file that is cut off is told, with what to do", async () => {
  const file = await filled(200);
  const bytes = readFileSync(file);
  for (const length of [bytes.length - 4096 * 3, 8192, 5000, 300]) {
    const cut = scratch.write(`cut-${length}/runs.sqlite`, "");
    writeFileSync(cut, bytes.subarray(0, length));
    const error = await refused(
      RunStore.open(cut, "write").then((store) => {
        try {
          store.discardDamaged(DIGEST);
        } finally {
          store.close();
        }
      }),
    );
    assert.match(error.code, /^STORE_(DAMAGED|FOREIGN)$/, `${length}: ${error.stack}`);
    if (error.code === "STORE_DAMAGED") assert.match(error.message, /evoke doctor --store .*\n.*evoke merge .* --out /);
  }
});

test("a file of something else, or of a newer Evoke, is refused and not touched; an empty one becomes a store", async () => {
  const text = scratch.write("text/runs.sqlite", "these are no runs\n".repeat(300));
  const other = scratch.write("other/runs.sqlite", "");
  const foreign = sqlite.open(other);
  foreign.exec("CREATE TABLE runs (digest TEXT)");
  foreign.close();
  const newer = await filled(1);
  const changed = sqlite.open(newer);
  changed.exec("PRAGMA user_version = 4");
  changed.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  changed.close();
  const cases = [
    [text, /it is no database/],
    [other, /it is a database of something else/],
    [newer, /it is of format 4, and this version of Evoke knows format 3/, "STORE_NEWER"],
  ] as const;
  for (const [file, problem, code = "STORE_FOREIGN"] of cases) {
    const before = readFileSync(file);
    for (const mode of ["read", "write"] as const) {
      const error = await refused(RunStore.open(file, mode));
      assert.is(error.code, code, error.stack);
      assert.match(error.message, problem);
    }
    assert.ok(before.equals(readFileSync(file)));
  }
  const empty = scratch.write("empty/runs.sqlite", "");
  assert.is((await refused(RunStore.open(empty, "read"))).code, "STORE_EMPTY");
  (await RunStore.open(empty, "write")).close();
  (await RunStore.open(empty, "read")).close();
});

test("a store of before there were evaluations is read as it is, and gets the tables when it is written", async () => {
  const older = await filled(3);
  const changed = sqlite.open(older);
  changed.exec("DROP TABLE evaluations; DROP TABLE shared; DROP TABLE owners; DROP TABLE claims; PRAGMA user_version = 2");
  changed.close();
  const reading = await RunStore.open(older, "read");
  assert.equal([...reading.runs(DIGEST, ALL)], runs(1, 3));
  assert.equal(reading.evaluations.journal(DIGEST, 1), []);
  assert.is(reading.evaluations.shared("x"), undefined);
  reading.close();
  const writing = await RunStore.open(older, "write");
  assert.equal([...writing.runs(DIGEST, ALL)], runs(1, 3));
  writing.evaluations.add(DIGEST, 4, [entry(0)]);
  assert.equal(writing.evaluations.journal(DIGEST, 4), [entry(0)]);
  writing.close();
});

const entry = (place: number) => ({
  ...{ place, query: place * 2, architecture: `|${place}|`, wallSeconds: 3, ...(place === 1 && { fidelity: 4 }) },
  evaluated: {
    measurement: { score: 90 + place, seconds: 1 },
    failures: [{ attempt: 1, reason: "busy", remedy: "retry" as const, log: "…" }],
  },
});

test("a journal is read again in order, up to what is not as it was written, and can be cut", async () => {
  const file = newFile();
  const store = await RunStore.open(file, "write");
  store.evaluations.add(DIGEST, 1, [entry(0), entry(1)]);
  store.evaluations.add(DIGEST, 1, [entry(2), entry(3)]);
  store.evaluations.add(DIGEST, 2, [entry(0)]);
  assert.equal(store.evaluations.journal(DIGEST, 1), [0, 1, 2, 3].map(entry));
  store.evaluations.cut(DIGEST, 1, 3);
  assert.equal(store.evaluations.journal(DIGEST, 1), [0, 1, 2].map(entry));
  store.evaluations.share({ key: "k", evaluated: entry(0).evaluated, wallSeconds: 5 });
  assert.equal(store.evaluations.shared("k"), { key: "k", evaluated: entry(0).evaluated, wallSeconds: 5 });
  store.close();
  const damaging = sqlite.open(file);
  damaging.exec("UPDATE evaluations SET outcome = replace(outcome, '91', '99') WHERE place = 1; UPDATE shared SET wall_seconds = 1");
  damaging.close();
  const again = await RunStore.open(file, "write");
  assert.equal(again.evaluations.journal(DIGEST, 1), [entry(0)]);
  assert.is(again.evaluations.shared("k"), undefined);
  again.close();
});

test("two processes claim different work; what a process had that is gone is taken over", async () => {
  const file = newFile();
  const [a, b] = [await RunStore.open(file, "write"), await RunStore.open(file, "write")];
  assert.ok(a.claims.take("run 1"));
  assert.ok(a.claims.take("run 1"));
  assert.not.ok(b.claims.take("run 1"));
  assert.ok(b.claims.take("run 2"));
  assert.not.ok(a.claims.take("run 2"));
  b.claims.drop("run 1"); // not its own
  assert.not.ok(b.claims.take("run 1"));
  a.claims.drop("run 1");
  assert.ok(b.claims.take("run 1"));
  b.close();
  assert.ok(a.claims.take("run 1"));
  a.close();
  const code = `
    const { RunStore } = await import(${JSON.stringify(pathToFileURL(join(root, "dist/app/host/store/run-store.js")).href)});
    const store = await RunStore.open(${JSON.stringify(file)}, "write");
    if (store.claims.take("run 3")) process.kill(process.pid, "SIGKILL");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: "inherit" });
  await new Promise((resolve) => child.on("exit", resolve));
  assert.is(child.signalCode, "SIGKILL");
  const c = await RunStore.open(file, "write");
  const store = await StoreDatabase.open(file, "read");
  assert.equal(store.all("SELECT name FROM claims UNION ALL SELECT id FROM owners"), [], "whoever opens it forgets that process");
  store.close();
  assert.ok(c.claims.take("run 3"));
  c.close();
});

test("a store that is not there is not made by reading it; a folder that cannot be made is told", async () => {
  const error = await refused(RunStore.open(join(scratch.folder, "nowhere/runs.sqlite"), "read"));
  assert.is(error.code, "CANNOT_READ");
  assert.match(error.message, "there is no such file");
  const file = scratch.write("file", "");
  assert.is((await refused(RunStore.open(join(file, "runs.sqlite"), "write"))).code, "CANNOT_WRITE");
});

/** How many runs a process reads that may not write in the folder of the store. */
function readWithoutWriting(file: string): string {
  for (const folder of [scratch.folder, dirname(file)]) chmodSync(folder, 0o555);
  const program = `
    const { RunStore } = await import(${JSON.stringify(pathToFileURL(join(root, "dist/app/host/store/run-store.js")).href)});
    (await RunStore.inMemory()).close(); // which loads SQLite
    if (process.getuid() === 0) process.setuid(65534); // root may write anywhere
    const store = await RunStore.open(${JSON.stringify(file)}, "read");
    console.log([...store.runs(${JSON.stringify(DIGEST)}, { first: 0, count: 1000 })].length);`;
  const { stdout, stderr } = scratch.call(process.execPath, ["--input-type=module", "-e", program], root);
  for (const folder of [scratch.folder, dirname(file)]) chmodSync(folder, 0o755);
  return stdout + stderr;
}

test("a store in a folder that cannot be written is read, also with the log that a killed writer has left", async () => {
  assert.is(readWithoutWriting(await filled(20)), "20\n");
  const file = newFile();
  const { child, ended, seeds } = writer(file, 1, 200);
  child.stdout.on("data", () => seeds().length >= 20 && child.kill("SIGKILL"));
  await ended;
  assert.ok(existsSync(`${file}-wal`));
  assert.ok(Number(readWithoutWriting(file)) >= seeds().length);
});

/** A process that adds the runs of these seeds one by one, and says each that is safe. */
function writer(file: string, first: number, count: number) {
  const program = `
    const { readFile } = await import("node:fs/promises");
    const { RunStore } = await import(${JSON.stringify(pathToFileURL(join(root, "dist/app/host/store/run-store.js")).href)});
    const store = await RunStore.open(${JSON.stringify(file)}, "write");
    for (const run of JSON.parse(await readFile(process.argv[1], "utf8"))) {
      store.add(${JSON.stringify(DIGEST)}, [run]);
      process.stdout.write(run.result.seed + "\\n");
    }
    store.close();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, scratch.write(`runs-${first}.json`, runs(first, count))]);
  let [said, errors] = ["", ""];
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (errors += text));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const seeds = () => said.split("\n").slice(0, -1).map(Number);
  return { child, ended, seeds, errors: () => errors };
}

test("SIGKILL in the middle loses no run that was said to be safe", async () => {
  const file = newFile();
  for (const first of [1, 201, 401]) {
    const { child, ended, seeds, errors } = writer(file, first, 200);
    child.stdout.on("data", () => seeds().length >= 20 && child.kill("SIGKILL"));
    await ended;
    const store = await RunStore.open(file, "write");
    const kept = new Map([...store.runs(DIGEST, { first, count: 200 })].map((one) => [one.result.seed, one]));
    store.close();
    assert.is(child.signalCode, "SIGKILL", errors());
    assert.ok(seeds().length < 200, "it was killed on the way");
    for (const seed of seeds()) assert.equal(kept.get(seed), run(seed));
  }
});

test("processes that make and fill one store at the same time do not harm each other", async () => {
  const file = newFile();
  for (const { ended, errors } of [1, 41, 1].map((first) => writer(file, first, 80))) assert.is(await ended, 0, errors());
  const store = await RunStore.open(file, "read");
  assert.equal([...store.runs(DIGEST, ALL)], runs(1, 120));
  store.close();
});

test.run();
