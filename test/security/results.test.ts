/** What a folder of results of somebody else's can do, and cannot: see docs/security.md. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import * as assert from "uvu/assert";
import { RunStore } from "../../app/host/store/run-store.ts";
import { installedSqlite } from "../../app/host/store/sqlite.ts";
import { claimsOf } from "./claims.ts";
import { assertQuiet, experiment, stranger, treeOf, Watched } from "./watched.ts";

const { claim, run } = claimsOf(import.meta.url);
const scratch = new Watched();
const sqlite = await installedSqlite();
const manifest = scratch.write("search.json", experiment({ observers: ["recorder"] }));
const base = await scratch.seen("run", manifest, "--out", "base");
assert.is(base.status, 0, base.said);
const thesis = scratch.write("outside/thesis.txt", "mine");
scratch.write("outside/figures/mine.svg", "mine");
const outside = () => treeOf(scratch.path("outside"));
const before = outside();

let copies = 0;
/** A copy of results of one run. */
function results() {
  const name = `results-${++copies}`;
  const folder = scratch.path(name);
  cpSync(scratch.path("base"), folder, { recursive: true });
  const documentFile = join(folder, "strange/matrix.json");
  const document = JSON.parse(readFileSync(documentFile, "utf8"));
  return {
    ...{ name, folder, of: join(name, "strange"), store: join(folder, "runs.sqlite"), document },
    digest: document.cells[0].digest as string,
    keep: () => writeFileSync(documentFile, JSON.stringify(document)),
    /** Changes the store as SQLite does. */
    sql: (...statements: readonly string[]) => {
      const database = sqlite.open(join(folder, "runs.sqlite"));
      for (const statement of statements) database.exec(statement);
      database.close();
    },
  };
}

/** Each command that takes results, on one folder. */
async function takenBy(name: string) {
  const out = `${name}-merged`;
  return [
    await scratch.seen("report", join(name, "strange")),
    await scratch.seen("run", manifest, "--seeds", "2", "--out", name),
    await scratch.seen("merge", name, "--out", out),
    await scratch.seen("doctor", "--store", name),
  ];
}

claim(
  "A folder of results can say that any runs were done, with any numbers, which reports, merges and calls with that `--out` believe",
  async () => {
    const { folder, name, of, store, digest } = results();
    const kept = await RunStore.open(store, "read");
    const [found] = [...kept.runs(digest, { first: 1, count: 1 })];
    kept.close();
    for (const file of readdirSync(folder).filter((file) => file.startsWith("runs.sqlite"))) rmSync(join(folder, file));
    const forged = await RunStore.open(store, "write");
    forged.add(digest, [{ ...found!, result: { ...found!.result, best: { ...found!.result.best, score: 99.9 } } }]);
    forged.close();
    const ran = await scratch.seen("run", manifest, "--out", name);
    assert.match(ran.stdout, /99\.9/, ran.said);
    assert.is((await scratch.seen("merge", name, "--out", `${name}-merged`)).status, 0);
    for (const folder of [of, `${name}-merged/strange`]) assert.match((await scratch.seen("report", folder, "--json")).stdout, /99\.9/);
  },
);

claim("A folder of results can have the runs of another store reported, which it names by its path", async () => {
  const { of, store, document, keep } = results();
  rmSync(store);
  document.store = scratch.path("base/runs.sqlite");
  keep();
  assert.is((await scratch.seen("report", of)).status, 0);
});

claim("A folder of results cannot run anything: reports, merges and replays load no plugin and start no program", async () => {
  const { name, folder, document, keep } = results();
  const { hasRun } = stranger(scratch, `${name}/strange`);
  document.base = { ...document.base, plugins: ["./hostile.mjs"], evaluator: { use: "command", options: { command: ["./evil"] } } };
  keep();
  const own = [folder, scratch.path(`${name}-merged`), scratch.path("home")];
  const records = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".jsonl.gz"));
  assert.ok(records.length > 0);
  for (const seen of [...(await takenBy(name)), await scratch.seen("replay", join(folder, records[0]!))]) {
    assert.is(seen.status, 0, seen.said);
    assertQuiet(seen, ...own);
  }
  assert.not(hasRun());
});

claim("A folder of results cannot have a file written, replaced or removed through a link in it", async () => {
  const digest = results().digest.slice(0, 12);
  for (const [path, to] of [
    ["strange/report", "outside"],
    ["strange/report/figures", "outside/figures"],
    ["strange/report/report.md", "outside/thesis.txt"],
    ["strange/matrix.json", "outside/thesis.txt"],
    [`strange/${digest}`, "outside"],
    [`strange/${digest}/events`, "outside"],
    ["evaluations", "outside"],
    ["runs.sqlite", "outside/thesis.txt"],
    ["runs.sqlite", "outside/new.sqlite"],
    ["runs.sqlite-wal", "outside/thesis.txt"],
    ["runs.sqlite-shm", "outside/thesis.txt"],
    ["runs.sqlite-journal", "outside/thesis.txt"],
    ["shard-1-of-1", "outside"],
  ] as const) {
    const { name, folder } = results();
    scratch.write(`${name}/strange/report/.report-files`, "figures/mine.svg\nthesis.txt\n");
    rmSync(join(folder, path), { recursive: true, force: true });
    mkdirSync(join(folder, path, ".."), { recursive: true });
    symlinkSync(scratch.path(to), join(folder, path));
    await takenBy(name);
    if (path.startsWith("shard")) await scratch.seen("run", manifest, "--shard", "1/1", "--out", name);
    assert.equal(outside(), before, path);
  }
});

claim("A folder of results cannot lead a report out of it by a name, or by the list of files of the report before", async () => {
  const { name, folder, of, document, keep } = results();
  document.matrix = "../../outside";
  document.cells[0].name = "../../outside/figures/mine";
  document.cells[0].variant = document.cells[0].baseline = "../../outside/figures/mine";
  keep();
  scratch.write(`${of}/report/.report-files`, `../../../outside/thesis.txt\n${thesis}\nfigures/../../../../outside/thesis.txt\n`);
  const seen = await scratch.seen("report", of);
  assert.is(seen.status, 0, seen.said);
  assertQuiet(seen, folder);
  cpSync(folder, scratch.path("results", "inner"), { recursive: true });
  const led = await scratch.seen("report", scratch.write("leads.json", experiment({ name: `../${name}/strange` })));
  assert.is(led.status, 2, led.said);
  assert.equal(outside(), before);
});

/** A journal of SQLite that is to be rolled back, and then to be removed with another that it names. */
function journalNaming(other: string, store: string): Buffer {
  const database = readFileSync(store);
  const [sector, page] = [512, database.readUInt16BE(16)];
  const header = Buffer.alloc(sector);
  const magic = Buffer.from("d9d505f920a163d7", "hex");
  magic.copy(header);
  for (const [at, number] of [
    [8, 1],
    [12, 7],
    [16, database.length / page],
    [20, sector],
    [24, page],
  ] as const)
    header.writeUInt32BE(number, at);
  let sum = 7;
  for (let at = page - 200; at > 0; at -= 200) sum = (sum + database[at]!) >>> 0;
  const numbers = (...values: readonly number[]) =>
    Buffer.from(values.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]));
  const name = Buffer.from(other);
  const named = [
    numbers(Math.floor(2 ** 30 / page) + 1),
    name,
    numbers(
      name.length,
      name.reduce((sum, byte) => sum + byte, 0),
    ),
    magic,
  ];
  return Buffer.concat([header, numbers(1), database.subarray(0, page), numbers(sum), ...named]);
}

claim("A folder of results cannot have SQLite remove a file that a journal names", async () => {
  const victim = scratch.write("victim.txt", "mine");
  const { name, store } = results();
  writeFileSync(`${store}-journal`, journalNaming(victim, store));
  for (const { said } of await takenBy(name)) assert.ok(existsSync(victim), said);
  // The journal is one that SQLite obeys.
  const plain = results();
  writeFileSync(`${plain.store}-journal`, journalNaming(victim, plain.store));
  plain.sql("SELECT count(*) FROM sqlite_schema");
  assert.not(existsSync(victim));
});

claim("A folder of results cannot have SQLite compute views, triggers or columns", async () => {
  const endless = "WITH RECURSIVE more(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM more)";
  for (const statements of [
    [
      "ALTER TABLE runs RENAME TO others",
      `CREATE VIEW runs AS ${endless} SELECT 'x' AS digest, x AS seed, '' AS result, x'' AS trajectory, 0 AS wall_seconds, x'' AS checksum FROM more`,
    ],
    [`CREATE TRIGGER slow AFTER INSERT ON owners BEGIN DELETE FROM runs; END`],
    ["ALTER TABLE runs ADD COLUMN more TEXT AS (hex(zeroblob(100000000)))"],
    ["CREATE VIRTUAL TABLE more USING fts5(a)"],
  ]) {
    const { name, of, sql } = results();
    sql(...statements);
    const seen = await scratch.seen("report", of);
    assert.is(seen.status, 2, seen.said);
    assert.match(seen.said, /views, triggers or columns that are computed/);
    assert.is((await scratch.seen("run", manifest, "--out", name)).status, 2);
  }
});

claim("A folder of results cannot unpack a run to more than a report needs", async () => {
  const { of, digest, store } = results();
  const trajectory = deflateRawSync(Buffer.alloc(3e8, " "), { level: 1 });
  const database = sqlite.open(store);
  const [row] = database.prepare("SELECT seed, result, wall_seconds FROM runs").all() as {
    seed: number;
    result: string;
    wall_seconds: number;
  }[];
  const head = JSON.stringify([digest, row!.seed, row!.result, row!.wall_seconds]);
  const checksum = createHash("sha256").update(head).update(trajectory).digest().subarray(0, 16);
  database.prepare("UPDATE runs SET trajectory = ?, checksum = ?").run(trajectory, checksum);
  database.close();
  const { status, said } = await scratch.seen("report", of);
  assert.is(status, 2, said);
  assert.match(said, /is not as it was written/);
});

const HOSTILE = [
  ...["</text></svg></title><script>alert(1)</script>", "\" onload=alert(1) x='", "<img src=http://example.org/x>", "javascript:alert(1)"],
  ...["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "\\input{/etc/passwd}\\write18{touch ran}", "$\\csname end\\endcsname$"],
  "\u001b]0;title\u0007\u001b[2J\u009b2J\u202e",
];
let reported: Promise<{ said: string; files: ReadonlyMap<string, string> }> | undefined;
/** A report in which everything that has a name is called so. */
const hostileReport = () =>
  (reported ??= (async () => {
    const { folder, of, document, keep } = results();
    const [cell] = document.cells;
    document.question = HOSTILE.join(" ");
    document.cells = HOSTILE.map((name, i) => ({
      ...{ ...cell, name, variant: name, baseline: HOSTILE[0], panel: "" },
      ...{ metric: { ...cell.metric, name: HOSTILE[i], unit: name, dataset: name }, at: { "/x": name } },
    }));
    document.axes = [{ pointer: "/x", label: HOSTILE.join(" "), values: HOSTILE }];
    document.matrix = HOSTILE.join(" ");
    keep();
    const { status, said } = await scratch.seen("report", of);
    assert.is(status, 0, said);
    const report = join(folder, "strange/report");
    const paths = readdirSync(report, { recursive: true, encoding: "utf8" }).filter((path) => /\.\w+$/.test(path));
    return { said, files: new Map(paths.map((path) => [path, readFileSync(join(report, path), "utf8")])) };
  })());
const filesOf = async (ending: RegExp) => {
  const found = [...(await hostileReport()).files].filter(([path]) => ending.test(path));
  assert.ok(found.length > 0, String(ending));
  return found;
};

/** What of a page a browser runs. */
const scriptsOf = (html: string) =>
  [...html.matchAll(/<script\b([^>]*)>(.*?)<\/script>/gis)]
    .filter(([, type]) => !type!.includes("application/json"))
    .map(([script]) => script);

claim("A folder of results cannot have pages and figures run a script of its own, or load anything", async () => {
  const { of, folder } = results();
  await scratch.seen("report", of);
  const own = scriptsOf(readFileSync(join(folder, "strange/report/report.html"), "utf8"));
  for (const [path, text] of await filesOf(/\.(html|svg)$/)) {
    assert.equal(scriptsOf(text), path.endsWith(".html") ? own : [], path);
    const rest = text.replaceAll(/<script\b.*?<\/script>/gis, "");
    const tags = rest.match(/<[a-z!/][^>]*>/gi)!.join("\n"); // what is no tag is text
    assert.not.match(tags, /<(script|iframe|object|embed|link|img|base|form|foreignObject)\b/i, path);
    assert.not.match(tags.replaceAll(/"[^"]*"/g, '""'), /\s(on[a-z]+|src|srcset|action)\s*=|'/i, path);
    assert.not.match(rest, /@import/, path);
    for (const [, to] of tags.matchAll(/href="([^"]*)"/g)) assert.not.match(to!, /^[a-z]+:/i, path);
    for (const [, to] of rest.matchAll(/url\(([^)]*)\)/g)) assert.match(to!, /^['"]?#/, path);
  }
});

claim("A folder of results cannot have a spreadsheet compute what it calls itself, or LaTeX obey it", async () => {
  for (const [path, text] of await filesOf(/\.csv$/)) {
    const fields = text.replaceAll(/"(?:[^"]|"")*"/g, (field) => `"${field.slice(1, 2)}`);
    assert.not.match(fields, /(^|,)"?[=+@]/m, path);
  }
  for (const [path, text] of await filesOf(/\.tex$/)) assert.not.match(text, /\\(input|write|csname)/, path);
});

claim("A folder of results cannot make a terminal obey characters that it has in it", async () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is for them
  const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
  const { said, files } = await hostileReport();
  assert.match(said, /\\u001b/);
  for (const text of [said, ...files.values()]) assert.not.match(text, obeyed);
  const { name, document, keep } = results();
  [document.matrix, document.cells[0].name, document.evoke] = Array.from({ length: 3 }, () => HOSTILE.at(-1));
  keep();
  for (const { said } of await takenBy(name)) assert.not.match(said, obeyed);
  for (const call of [
    ["report", HOSTILE.at(-1)!],
    ["replay", scratch.write("hostile.jsonl", `{"type": ${JSON.stringify(HOSTILE.at(-1))}}\n`)],
  ] as const)
    assert.not.match((await scratch.seen(...call)).said, obeyed);
});

run();
