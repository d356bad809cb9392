/** What the studio tells while a store changes, and when it is gone, damaged or of another version. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { RunStore } from "../../../app/host/store/run-store.ts";
import { installedSqlite } from "../../../app/host/store/sqlite.ts";
import type { MatrixView, Overview, Page, RunLine } from "../../../app/studio/api.ts";
import { addRuns, digestOf, leftLongAgo, makeStore } from "../../support/made-up-store.ts";
import { Heard, scratchFolder, TestStudio } from "./opened.ts";

const out = scratchFolder(test);
const file = join(out, "runs.sqlite");
await makeStore(out, { name: "made-up", cells: 2, seeds: 6, finished: 2 });
const studio = await TestStudio.open(test, out);
const sqlite = await installedSqlite();
const progress = (overview: Overview) => overview.stores[0]!.matrices[0]?.progress;
const [matrix] = ["made-up"];

test("runs that are added are told, and a page that was cut off hears what it has missed", async () => {
  await studio.until<Overview>("api/overview", {}, (overview) => progress(overview)?.done === 4);
  const [first, second] = [new Heard(studio.opened.url), new Heard(studio.opened.url)];
  const all = await first.until((event) => event.all);
  assert.is(all.matrices[0]!.progress!.done, 4);
  await second.until((event) => event.all);
  const store = await RunStore.open(file, "write");
  addRuns(store, "made-up", 1, 3, 2);
  for (const heard of [first, second]) {
    const event = await heard.until(({ all, runs }) => !all && runs.length > 0);
    assert.equal(
      event.matrices.map(({ id, progress }) => [id, progress!.done, progress!.state]),
      [["made-up", 6, "running"]],
    );
    assert.equal(
      event.runs,
      [3, 4].map((seed) => ({ matrix, cell: "cell-1", seed, state: "finished" })),
    );
    assert.equal(event.cells.map(({ cell }) => cell).at(-1), "cell-1");
  }
  second.end();
  const { id } = second.messages.at(-1)!;
  addRuns(store, "made-up", 0, 3, 1);
  store.close();
  await first.until(({ runs }) => runs.some(({ cell }) => cell === "base"));
  const resumed = new Heard(studio.opened.url, id);
  const missed = await resumed.until(({ runs }) => runs.length > 0);
  assert.equal([missed.all, missed.runs.map(({ cell, seed }) => [cell, seed])], [false, [["base", 3]]]);
  const stranger = new Heard(studio.opened.url, "another-session_3");
  assert.is((await stranger.until(() => true)).all, true, "an id of another session is told everything");
  for (const heard of [first, resumed, stranger]) heard.end();
  const view = await studio.json<MatrixView>("api/matrix", { matrix: "made-up" });
  assert.equal(
    view.panels[0]!.cells.map(({ n }) => n),
    [3, 4],
  );
});

test("a run that somebody is at is running; one whose process is gone has stopped", async () => {
  const folder = scratchFolder(test);
  await makeStore(folder, { name: "made-up", cells: 1, seeds: 6, finished: 2 });
  const store = await RunStore.open(join(folder, "runs.sqlite"), "write");
  store.claims.take(`run ${digestOf("made-up", 0)} 5`);
  const database = sqlite.open(join(folder, "runs.sqlite"));
  database.prepare("INSERT INTO owners VALUES ('gone', ?, ?, 1)").run(hostname(), 2 ** 22 + 1);
  database.prepare("INSERT INTO claims VALUES (?, 'gone')").run(`run ${digestOf("made-up", 0)} 6`);
  database.close();
  leftLongAgo(join(folder, "runs.sqlite"));
  const other = await TestStudio.open(test, folder);
  const run = { matrix: "made-up", cell: "base" };
  const states = async () => (await other.json<Page<RunLine>>("api/runs", run)).rows.map(({ state }) => state);
  await other.until<Overview>("api/overview", {}, (overview) => progress(overview)?.state === "running");
  assert.equal(await states(), ["finished", "finished", "waiting", "waiting", "running", "waiting"]);
  store.close();
  await other.until<Overview>("api/overview", {}, (overview) => progress(overview)?.state === "stopped");
  assert.equal((await states()).slice(2), Array(4).fill("stopped"));
});

test("a store that is removed is told of on the page and in the terminal, and shown again when it is back", async () => {
  renameSync(file, `${file}.away`);
  for (const end of ["-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
  const gone = await studio.until<Overview>("api/overview", {}, ({ stores }) => stores[0]!.problem !== undefined);
  assert.is(gone.stores[0]!.problem!.code, "STORE_GONE");
  assert.is(gone.stores[0]!.matrices[0]!.name, "made-up", "what was seen last stays");
  assert.match(studio.said.join("\n"), "no such file any more");
  const refused = await studio.ask("/api/matrix?matrix=made-up");
  assert.equal([refused.status, JSON.parse(refused.body).code], [503, "STORE_GONE"]);
  renameSync(`${file}.away`, file);
  await studio.until<Overview>("api/overview", {}, ({ stores }) => stores[0]!.problem === undefined && stores[0]!.runs === 7);
  assert.match(studio.said.join("\n"), "is read");
});

test("a store of a newer format, one that is no database, and one that is damaged end nothing", async () => {
  const folder = scratchFolder(test);
  await makeStore(folder, { name: "made-up", cells: 1, seeds: 40 });
  const place = join(folder, "runs.sqlite");
  const change = (sql: string) => {
    const database = sqlite.open(place);
    database.exec(sql);
    database.close();
  };
  change("PRAGMA user_version = 99");
  const other = await TestStudio.open(test, folder);
  const problem = (code: string) => other.until<Overview>("api/overview", {}, ({ stores }) => stores[0]!.problem?.code === code);
  await problem("STORE_NEWER");
  change("PRAGMA user_version = 3");
  await other.until<Overview>(
    "api/overview",
    {},
    (overview) => overview.stores[0]!.problem === undefined && progress(overview)?.done === 40,
  );
  change("UPDATE runs SET result = '{' WHERE seed = 7; UPDATE runs SET result = CAST(x'ff' AS TEXT) WHERE seed = 8");
  const damaged = await other
    .until<{ readonly code: string }>("api/overview", {}, () => true)
    .then(() => other.ask("/api/run?matrix=made-up&cell=base&seed=7"));
  assert.equal([damaged.status, JSON.parse(damaged.body).code], [503, "STORE_DAMAGED"]);
  assert.is((await other.ask("/api/run?matrix=made-up&cell=base&seed=9")).status, 200);
  assert.is((await other.ask("/api/runs?matrix=made-up&cell=base")).status, 200);
  writeFileSync(place, "this is no database, and long enough to be looked at as one");
  const { stores } = await other.until<Overview>("api/overview", {}, ({ stores }) => stores[0]!.problem !== undefined);
  assert.ok(["STORE_DAMAGED", "STORE_FOREIGN"].includes(stores[0]!.problem!.code), stores[0]!.problem!.code);
});

test("pages that do not take what they are told keep one message at most", async () => {
  const { OpenPage } = await import("../../../app/studio/web/stream.ts");
  const page = new OpenPage(() => {});
  const event = (seed: number) => ({
    all: false,
    stores: [],
    matrices: [],
    gone: [],
    cells: [],
    runs: [{ matrix: "m", cell: "c", seed, state: "finished" as const }],
  });
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 20_000; i++) page.tell(event(i % 50), `s_${i}`);
  assert.ok(process.memoryUsage().heapUsed - before < 30e6);
  const reader = page.stream.getReader();
  await reader.read();
  const text = new TextDecoder().decode((await reader.read()).value);
  assert.match(text, "id: s_19999");
  assert.is((JSON.parse(/^data: (.*)$/m.exec(text)![1]!) as { runs: unknown[] }).runs.length, 50);
});

test.run();
