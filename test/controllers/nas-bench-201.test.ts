/**
 * What search methods reach on NAS-Bench-201, held to numbers that others measured on the same data: 150
 * queries by the validation accuracy after 12 epochs, the test accuracy after 200 epochs of the best.
 *
 * @module
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readToAdd } from "../../app/host/tables/table-add.ts";
import { compose } from "../../core/kernel.ts";
import { readManifest } from "../../core/manifest/experiment.ts";
import { runToEnd } from "../../core/search/run.ts";
import type { Tables } from "../../core/table/table.ts";
import { catalogue } from "../../plugins/catalogue.ts";
import { host } from "../experiments.ts";
import { sharedFile, whenShared } from "../shared-data.ts";

const FILE = "nas-bench-201.csv.gz";
const SEEDS = 200;

interface Level {
  readonly controller: unknown;
  /** Where the numbers are from. */
  readonly source: string;
  /** Mean test accuracy by dataset, with its standard error where it is known. */
  readonly means: Readonly<Record<string, readonly [mean: number, error: number]>>;
}

const LEVELS: readonly Level[] = [
  {
    controller: "random",
    source: "measured independently",
    means: { cifar10: [93.84, 0], cifar100: [71.48, 0], "imagenet16-120": [45.19, 0] },
  },
  {
    controller: "regularized-evolution",
    source: "measured independently, with 10, 3 and uniform edges",
    means: { cifar10: [94.06, 0], cifar100: [72.28, 0], "imagenet16-120": [45.74, 0] },
  },
  {
    // Another measurement gave 94.22, 72.20 and 46.01. It depends on the order of the neighbours: in a fixed
    // order the loop gives 94.14, 72.20 and 45.94; with known neighbours queried again, 94.22, 72.55 and 46.04.
    controller: { use: "local-search", options: { initial: 1 } },
    source: "a plain loop of its own, 1,000 seeds",
    means: { cifar10: [94.25, 0.007], cifar100: [72.629, 0.023], "imagenet16-120": [46.084, 0.018] },
  },
];

let tables: Promise<Tables> | undefined;
async function readTables(): Promise<Tables> {
  const { table } = await readToAdd(sharedFile(FILE));
  return { open: async () => table };
}

/** Test accuracies of the answers of seeds 1 to SEEDS. */
async function answers(controller: unknown, dataset: string): Promise<number[]> {
  const manifest = {
    name: "level",
    space: "nas-bench-201",
    evaluator: { use: "benchmark", options: { table: "nas-bench-201", dataset } },
    controller,
    budget: { queries: 150, cost: "every-query" },
  };
  const importModule = () => Promise.reject(new Error("nothing is imported"));
  const experiment = await readManifest({ file: "level.json", text: JSON.stringify(manifest), catalogue, importModule });
  const composition = await compose(experiment, { ...host, tables: await (tables ??= readTables()) });
  const found: number[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { run, release } = await composition.run(seed);
    found.push((await runToEnd(run)).best.test!);
    release();
  }
  return found;
}

for (const { controller, source, means } of LEVELS) {
  const name = typeof controller === "string" ? controller : JSON.stringify(controller);
  for (const [dataset, [expected, theirs]] of Object.entries(means)) {
    const title = `${name} reaches ${expected} on ${dataset}, within 3 standard errors of ${SEEDS} seeds (${source})`;
    whenShared(test, FILE)(title, async () => {
      const found = await answers(controller, dataset);
      const mean = found.reduce((a, b) => a + b) / SEEDS;
      const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (SEEDS - 1);
      const error = Math.hypot(Math.sqrt(variance / SEEDS), theirs);
      assert.ok(Math.abs(mean - expected) < 3 * error, `${mean.toFixed(3)} ± ${error.toFixed(3)}`);
    });
  }
}

test.run();
