/** Whole runs whose evaluations a program does. @module */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runExperiment, runMatrix } from "../../../../app/host/index.ts";
import type { SearchEvent } from "../../../../core/record/events.ts";
import { isAlive } from "./alive.ts";

const folder = mkdtempSync(join(tmpdir(), "evoke-command-"));
test.after(() => rmSync(folder, { recursive: true }));

/** What each script begins with: the request, and a record of what it does, one for each script. */
const BEGIN = `
  const { appendFileSync, existsSync, writeFileSync } = require("node:fs");
  const { join } = require("node:path");
  const note = (what) => appendFileSync(__filename + ".record", JSON.stringify(what) + "\\n");
  const say = (line) => console.log(JSON.stringify(line));
  process.stdin.once("data", (text) => {
    const request = JSON.parse(text);
    const score = request.components.reduce((sum, operation) => sum + operation, 0);
    main(request, score);
  });
`;

/** Writes a script and a manifest. @returns the manifest's file, and what the script has noted */
function experiment(name: string, script: string, options: object, changes: object = {}) {
  writeFileSync(join(folder, `${name}.cjs`), BEGIN + script);
  const metric = { name: "sum", dataset: "none", epochs: 6, unit: "operations" };
  const evaluator = { use: "command", options: { command: [process.execPath, `${name}.cjs`], metric, charge: "nothing", ...options } };
  const manifest = {
    name,
    space: "nas-bench-201",
    evaluator,
    controller: "random",
    budget: { queries: 4 },
    seeds: { count: 2 },
    ...changes,
  };
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(manifest));
  const record = `${join(folder, name)}.cjs.record`;
  const noted = () =>
    readFileSync(record, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  return { file, noted };
}

test("over the cells and seeds of a matrix, no slot has two evaluations, and what is kept is not evaluated again", async () => {
  const slots = [{ GPU: "a" }, { GPU: "b" }];
  const script = `function main(request, score) {
    note([process.env.GPU, 1]);
    setTimeout(() => { note([process.env.GPU, -1]); say({ score }); process.exit(); }, 20 + 40 * Math.random());
  }`;
  const { file, noted } = experiment("slots", script, { slots });
  const matrix = join(folder, "matrix.json");
  const variants = { evolution: { controller: "regularized-evolution" } };
  writeFileSync(matrix, JSON.stringify({ name: "matrix", base: file, design: "one-factor", variants, seeds: { count: 3 } }));
  const out = join(folder, "slots");
  const { cells } = await runMatrix(matrix, { out });
  assert.is(cells.length, 2);
  assert.is(noted().length, 2 * 2 * 3 * 4);
  const under = { a: 0, b: 0 };
  for (const [gpu, change] of noted() as ["a" | "b", number][]) {
    under[gpu] += change;
    assert.ok(under[gpu] <= 1, `${gpu} has ${under[gpu]}`);
  }
  assert.equal(under, { a: 0, b: 0 });
  const evaluations = noted().length;
  await runMatrix(matrix, { out });
  assert.is(noted().length, evaluations);
});

test("a run goes on past programs that crash, hang, print nonsense or fail by themselves, and says why each failed", async () => {
  const script = `function main(request, score) {
    note(process.pid);
    if (score % 5 === 0) { console.error("CUDA out of memory"); process.exit(1); };
    if (score % 5 === 1) { setInterval(() => {}, 1000); return; }
    if (score % 5 === 2) { process.stdout.write("garbage".repeat(1e5), () => process.exit()); return; }
    if (score % 5 === 3) { say({ failed: "no such operation" }); process.exit(); }
    say({ score });
    process.exit();
  }`;
  const { file, noted } = experiment("failing", script, { timeout: 1, slots: 4 }, { budget: { queries: 20 }, seeds: { count: 1 } });
  const failures: SearchEvent[] = [];
  const { failed } = await runExperiment(file, { types: ["evaluation.failed"], onEvent: (event) => failures.push(event) });
  assert.is(failed, undefined);
  const reasons = failures.map((event) => (event.type === "evaluation.failed" ? event.reason : ""));
  for (const reason of [
    "ended with exit code 1",
    "CUDA out of memory",
    "not finished after 1 seconds",
    "without a result",
    "reports that it failed: no such operation",
  ])
    assert.ok(
      reasons.some((one) => one.includes(reason)),
      `${reason} in ${[...new Set(reasons.map((one) => one.slice(0, 120)))].join("\n")}`,
    );
  assert.equal(noted().filter(isAlive), []);
});

test("a promoted architecture is trained on from the checkpoint of its shorter training", async () => {
  const script = `function main({ fidelity, folder, previous, architecture }, score) {
    const checkpoint = previous && join(previous.folder, "checkpoint");
    note({ fidelity, from: previous?.fidelity, found: checkpoint && existsSync(checkpoint) });
    writeFileSync(join(folder, "checkpoint"), architecture);
    say({ score });
    process.exit();
  }`;
  const changes = { controller: "hyperband", budget: { queries: 6 }, seeds: { count: 1 } };
  const { file, noted } = experiment("promoted", script, { fidelities: [2], slots: 2 }, changes);
  await runExperiment(file, { out: join(folder, "promoted") });
  const promoted = noted().filter(({ from }) => from !== undefined);
  assert.ok(promoted.length > 0);
  for (const one of promoted) assert.equal(one, { fidelity: 6, from: 2, found: true });
});

test("a worker answers for all runs of a call, and is ended with the call", async () => {
  const script = `require("node:readline").createInterface({ input: process.stdin }).on("line", () => note(process.pid));
    function main() {}
    process.stdin.on("data", (text) => say({ score: JSON.parse(text).components[0] }));`;
  const { file, noted } = experiment("worker", script, { persistent: true });
  await runExperiment(file);
  assert.is(noted().length, 8);
  assert.is(new Set(noted()).size, 1);
  assert.equal(noted().filter(isAlive), []);
});

test("a program that is not there is an error before anything runs", async () => {
  const { file } = experiment("absent", "", { command: ["./absent.sh"], inputs: [] });
  await runExperiment(file, { out: join(folder, "absent") }).then(
    () => assert.unreachable(),
    ({ code, message }) => assert.ok(code === "PROGRAM_UNUSABLE" && message.includes("no such file"), message),
  );
  assert.not(existsSync(join(folder, "absent.cjs.record")));
});

test.run();
