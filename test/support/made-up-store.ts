/**
 * A made-up store of any size, with the document of its matrix: as a matrix of look-ups would have left it, in seconds
 * instead of hours. As a program:
 *
 *   node --import tsx test/support/made-up-store.ts FOLDER [RUNS] [CELLS]
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { MatrixDocument } from "../../app/host/store/matrix-document.ts";
import { RunStore } from "../../app/host/store/run-store.ts";
import type { StoredRun } from "../../app/host/store/stored-run.ts";
import type { Metric } from "../../core/plugin/metric.ts";
import { type Rng, randomStream } from "../../core/random/rng.ts";
import { VERSION } from "../../core/version.ts";

const OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"];
const QUERIES = 100;
const METRIC: Metric = {
  ...{ name: "accuracy", dataset: "made-up", split: "validation", epochs: 12, trainedOn: "train", unit: "percent", goal: "maximise" },
};
const TEST: Metric = { ...METRIC, split: "test" };
const BATCH = 1_000;

export interface MadeUp {
  readonly name: string;
  readonly cells: number;
  /** Of each cell. */
  readonly seeds: number;
  /** Of them so many are finished; all if left out. */
  readonly finished?: number;
}

const cellName = (cell: number) => (cell === 0 ? "base" : `cell-${cell}`);
export const digestOf = (name: string, cell: number) => createHash("sha256").update(`${name} ${cell}`).digest("hex");

/** Writes OUT/NAME/matrix.json and the runs. */
export async function makeStore(out: string, { finished, ...made }: MadeUp): Promise<void> {
  mkdirSync(join(out, made.name), { recursive: true });
  writeFileSync(join(out, made.name, "matrix.json"), JSON.stringify(documentOf(made)));
  const store = await RunStore.open(join(out, "runs.sqlite"), "write");
  try {
    for (let cell = 0; cell < made.cells; cell++) addRuns(store, made.name, cell, 1, finished ?? made.seeds);
  } finally {
    store.close();
  }
  leftLongAgo(join(out, "runs.sqlite"));
}

/** As if nobody had written to it for an hour. */
export function leftLongAgo(file: string): void {
  const then = Date.now() / 1000 - 3600;
  for (const path of [file, `${file}-wal`]) if (existsSync(path)) utimesSync(path, then, then);
}

/** Adds finished runs to a cell. */
export function addRuns(store: RunStore, name: string, cell: number, first: number, count: number): void {
  for (let from = first; from < first + count; from += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, first + count - from) }, (_, i) => from + i);
    store.add(
      digestOf(name, cell),
      seeds.map((seed) => runOf(cell, seed)),
    );
  }
}

export function architecture(rng: Rng): string {
  const node = (inputs: number) => `|${Array.from({ length: inputs }, (_, i) => `${OPERATIONS[rng.below(5)]}~${i}`).join("|")}|`;
  return [1, 2, 3].map(node).join("+");
}

function documentOf({ name, cells, seeds }: MadeUp): MatrixDocument {
  return {
    matrix: name,
    question: "What does a page do with so many runs?",
    evoke: VERSION,
    store: "../runs.sqlite",
    design: "one-factor",
    seeds: { first: 1, count: seeds },
    axes: [],
    cells: Array.from({ length: cells }, (_, cell) => ({
      ...{ name: cellName(cell), digest: digestOf(name, cell), variant: cellName(cell), at: {}, panel: "", baseline: "base", differs: [] },
      ...{ metric: METRIC, budget: { queries: QUERIES }, space: "nas-bench-201", spaceOptions: {} },
    })),
  };
}

/** Six improvements, and four subspaces with a few centres each. */
function runOf(cell: number, seed: number): StoredRun {
  const rng = randomStream(seed, `/made-up/${cell}`);
  const score = 90 + 0.05 * cell + 2 * rng.next();
  const incumbent = Array.from({ length: 6 }, (_, i) => ({
    ...{ queries: i * 15 + rng.below(10), seconds: i * 150 + rng.below(100), score: score - (5 - i) * 1.5, test: score - (5 - i) - 1 },
  }));
  const centres = Array.from({ length: 12 }, (_, i) => ({
    ...{ queries: i < 4 ? 0 : i * 8, subspace: i % 4, score: score - (11 - i) * 0.7, architecture: architecture(rng) },
  }));
  return {
    result: {
      ...{ seed, best: { architecture: centres.at(-1)!.architecture, score, test: score - 1 }, queries: QUERIES, distinct: 96 },
      ...{ cost: { seconds: 1_000 + rng.below(50) }, updates: 8, centres: centres.slice(-4).map((one) => one.architecture) },
    },
    trajectory: { incumbent, centres, distances: [{ distance: 1, n: 50, mean: 1.5, squares: 20 }], testMetric: TEST },
    wallSeconds: 0.1 + 0.05 * rng.next(),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out, runs = "100000", cells = "20"] = process.argv.slice(2);
  if (out === undefined) throw new Error("name the folder to make it in");
  await makeStore(out, { name: "made-up", cells: Number(cells), seeds: Math.ceil(Number(runs) / Number(cells)) });
}
