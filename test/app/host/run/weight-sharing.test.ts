/**
 * Searches by weight sharing from manifest to report, by a controller in a module of its own that uses all that there is.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Asked, openSearch, type RunDocument, runExperiment } from "../../../../app/host/index.ts";
import { validateExperiment } from "../../../../app/host/validate.ts";
import { aggregate } from "../../../../app/report/aggregate.ts";
import { reportFiles } from "../../../../app/report/files.ts";
import { openReportSource } from "../../../../app/report/source.ts";
import { reportDocument } from "../../../../app/report/statistics.ts";
import type { EvokeError } from "../../../../core/errors/index.ts";
import type { SearchEvent } from "../../../../core/record/events.ts";
import { when } from "../../../when.ts";
import { DENO, Scratch } from "../../cli/command.ts";

const scratch = new Scratch();
const plugin = fileURLToPath(new URL("../../../support/weight-sharing-toy.ts", import.meta.url));
const manifest = {
  name: "shared",
  plugins: [plugin],
  space: {
    use: "nas-bench-201",
    options: { channels: 4, cellsPerStage: 1, stages: 1, imageSize: 8, imageChannels: 1 },
  },
  evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
  controller: "toy-weight-sharing",
  sharedWeights: {
    dataset: { name: "digits", split: { train: 60, validation: 40, test: 20 } },
    ...{ schedule: { epochs: 3, batchSize: 20 }, ranked: 2, charge: "nothing", backend: "wasm" },
  },
  budget: { queries: 2 },
  seeds: { first: 1, count: 2 },
};
const file = scratch.write("shared.json", JSON.stringify(manifest));
const out = join(scratch.folder, "out");
const withoutWall = ({ runs }: RunDocument) => runs.map(({ wallSeconds: _, ...run }) => run);
const failure = async (changes: object) =>
  validateExperiment({ file: scratch.write("wrong.json", JSON.stringify({ ...manifest, ...changes })), changes: [] }).then(
    () => assert.unreachable("it was found right") as never,
    (error: EvokeError) => error,
  );

const events: SearchEvent[] = [];
const whole = await runExperiment(file, {
  ...{ out, workers: 1, types: ["weights.trained", "weights.ranked", "search.prepared", "architecture.evaluated"] },
  onEvent: (event: SearchEvent) => void events.push(event),
});

test("a run trains, tells of it, and evaluates what was ranked; nothing is left of its checkpoints", () => {
  const types = (seed: number) => events.filter((event) => event.seed === seed).map(({ type }) => type);
  const expected = [...Array(3).fill("weights.trained"), "weights.ranked", "search.prepared", ...Array(2).fill("architecture.evaluated")];
  assert.equal([types(1), types(2)], [expected, expected]);
  assert.equal(
    whole.runs.map(({ queries }) => queries),
    [2, 2],
  );
  const losses = events.flatMap((event) => (event.type === "weights.trained" ? [event.loss] : []));
  assert.is(new Set(losses).size, 2 * 3, "each seed has weights of its own");
  assert.equal(readdirSync(join(out, "evaluations")), []);
});

test("the same manifest finds the same again, one run after the other or side by side", async () => {
  assert.equal(withoutWall(await runExperiment(file, { parallel: 1 })), withoutWall(whole));
  assert.equal(withoutWall(await runExperiment(file, { parallel: 2 })), withoutWall(whole));
});

test("a report of it draws the course, and lists what the weights have ranked", async () => {
  const source = await openReportSource(join(out, "shared"));
  const cells = aggregate(source);
  source.close();
  const files = await reportFiles(reportDocument(source, cells), cells);
  const content = (path: string) => files.get(path)!;
  assert.match(content("figures/shared-weights.svg"), "share of edges without weights");
  assert.is(content("weights.csv").trim().split("\n").length, 1 + 2 * 3);
  assert.is(content("ranked.csv").trim().split("\n").length, 1 + 2 * 2);
  assert.match(content("report.md"), "Shared weights after the last epoch");
});

test("a search that is asked and told trains before its first question, and not again where it goes on", async () => {
  const folder = join(scratch.folder, "told");
  const told: SearchEvent["type"][] = [];
  const onEvent = ({ type }: SearchEvent) => void told.push(type);
  const options = { out: folder, types: ["weights.trained", "search.prepared"] as const, onEvent };
  const table = new Map(events.flatMap((event) => (event.type === "architecture.evaluated" ? [[event.architecture, event.score]] : [])));
  const outcome = ({ architecture }: Asked) => ({ score: table.get(architecture) as number, seconds: 0 });
  const first = await openSearch(file, options);
  const asked = (await first.ask())!;
  assert.equal(told, [...Array(3).fill("weights.trained"), "search.prepared"]);
  first.tell(asked.query, outcome(asked));
  await first.close();
  const kept = readdirSync(join(folder, "evaluations"), { recursive: true }) as string[];
  assert.is(kept.filter((path) => path.endsWith(".bin")).length, 1);
  const second = await openSearch(file, options);
  const next = (await second.ask())!;
  assert.is(told.length, 8, "the course is told again");
  second.tell(next.query, outcome(next));
  const { best } = await second.finish();
  assert.equal(best.architecture, whole.runs[0]!.best.architecture);
  assert.not(existsSync(join(folder, "evaluations", kept.find((path) => path.endsWith(".bin"))!)), "nothing is left of it");
});

test("a search that is given up while it trains ends at once, and another can begin where it was", async () => {
  const folder = join(scratch.folder, "given-up");
  const set = { "/sharedWeights/schedule/epochs": 100_000 };
  let trained = () => {};
  const begun = new Promise<void>((resolve) => (trained = resolve));
  const search = await openSearch(file, { out: folder, set, types: ["weights.trained"], onEvent: () => trained() });
  const asked = search.ask();
  await begun;
  await search.close();
  assert.is(await asked, undefined);
  const again = await openSearch(file, { out: folder });
  assert.is((await again.ask())!.query, 0);
  await again.close();
});

test("a manifest is looked at as far as that goes without training", async () => {
  await validateExperiment({ file, changes: [] });
  assert.is((await failure({ controller: "random" })).code, "SHARED_WEIGHTS_UNNEEDED");
  assert.is((await failure({ sharedWeights: undefined })).code, "DEPENDENCY_MISSING");
  assert.is((await failure({ space: "nas-bench-201" })).code, "NETWORK_MISFIT");
  assert.is((await failure({ subspaces: { count: 2, radius: 1 } })).code, "SUBSPACES_UNWANTED");
  assert.is((await failure({ sharedWeights: { ...manifest.sharedWeights, moment: "batch" } })).code, "MANIFEST_INVALID");
  const few = { name: "digits", split: { train: 60_000 } };
  assert.is((await failure({ sharedWeights: { ...manifest.sharedWeights, dataset: few } })).code, "DATASET_INVALID");
});

when(
  test,
  existsSync(DENO),
  "the npm package deno is not installed",
)("Deno, with the permissions of deno.json, finds the same", () => {
  const { status, stdout, stderr } = scratch.evokeOnDeno("run", file, "--json", "--out", join(scratch.folder, "deno"));
  assert.is(status, 0, stderr);
  assert.equal(withoutWall(JSON.parse(stdout)), withoutWall(whole));
});

test.run();
