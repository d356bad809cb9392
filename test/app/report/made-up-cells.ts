/**
 * Made-up runs of cells, for tests of reports: no search is run.
 *
 * @module
 */

import type { StoredRun } from "../../../app/host/store/stored-run.ts";
import { type AggregatedCell, aggregate } from "../../../app/report/aggregate.ts";
import type { ReportDocument } from "../../../app/report/document.ts";
import type { ReportCell, ReportSource } from "../../../app/report/source.ts";
import { reportDocument } from "../../../app/report/statistics.ts";
import type { Metric } from "../../../core/plugin/metric.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { Front, FrontPoint } from "../../../core/record/pareto.ts";
import { MADDS_AND_PARAMETERS } from "../../../core/search/objectives.ts";

const score: Metric = {
  ...{ name: "accuracy", dataset: "cifar10", split: "validation", epochs: 12, trainedOn: "train", unit: "percent" },
};
export const metrics = { score, test: { ...score, split: "test", epochs: 200 } as Metric };

export function cell(name: string, given: Partial<ReportCell> = {}): ReportCell {
  return {
    ...{ name, digest: "0".repeat(64), variant: name, at: {}, panel: "", baseline: "base", differs: [] },
    ...{ metric: metrics.score, testMetric: metrics.test, budget: { queries: 20 }, space: "nas-bench-201" },
    ...given,
  };
}

/** A run of 20 queries in two subspaces that ends with these metrics. */
export function run(seed: number, score: number, test?: number): StoredRun {
  const architecture = `|a_b~0|+|seed ${seed}|`;
  return {
    result: {
      ...{ seed, best: { architecture, score, ...(test !== undefined && { test }) } },
      ...{ queries: 20, distinct: 18, cost: { seconds: 200 }, updates: 2, centres: [architecture, architecture] },
    },
    trajectory: {
      incumbent: [
        { queries: 0, seconds: 0, score: score - 4, ...(test !== undefined && { test: test - 2 }) },
        { queries: 5 + seed, seconds: 10 * (5 + seed), score, ...(test !== undefined && { test }) },
      ],
      centres: [
        { queries: 0, subspace: 0, score: score - 4, architecture },
        { queries: 0, subspace: 1, score: score - 6, architecture },
        { queries: 5 + seed, subspace: 0, score, architecture },
        { queries: 12, subspace: 1, score: score - 1, architecture },
      ],
      distances: [1, 2, 3].map((distance) => ({ distance, n: 4, mean: 2 * distance, squares: distance })),
    },
    wallSeconds: 0.01 * seed,
  };
}

/** The same after a search by weight sharing, whose share of operations without weights rises from a third to the given one. */
export function runWithSharedWeights(seed: number, score: number, share: number, epochs = 10): StoredRun {
  const { trajectory, ...rest } = run(seed, score);
  const course = Array.from({ length: epochs }, (_, i) => {
    const passed = i / (epochs - 1);
    return {
      loss: 2.3 - 1.5 * passed + 0.01 * seed,
      entropy: Math.log(5) * (1 - 0.6 * passed ** 2) - 0.01 * seed,
      architecture: `epoch ${i + 1}, seed ${seed}`,
      parameterFree: Math.min(1, Math.round(6 * (1 / 3 + (share - 1 / 3) * passed) + (seed % 2)) / 6),
      ...(i % 2 === 1 && { curvature: 0.1 + 0.3 * passed }),
    };
  });
  const ranked = { architectures: ["one", "two"], accuracies: [40 + seed, 50] };
  return { ...rest, trajectory: { ...trajectory, sharedWeights: { epochs: course, ranked } } };
}

/** The same with Pareto fronts that move with the seed. */
export function runWithFronts(seed: number, score: number): StoredRun {
  const { trajectory, ...rest } = run(seed, score);
  const points = [300, 420, 590].map(
    (millions, i): FrontPoint => ({
      ...{ architecture: `${millions}:${seed}`, values: [score - 4 + 2 * i, 1e6 * (millions + seed)] },
    }),
  );
  const fronts = MADDS_AND_PARAMETERS.map(
    (cost, i): Front => ({ metrics: [{ name: "accuracy", unit: "percent", goal: "maximise" }, cost], points: points.slice(i) }),
  );
  return { ...rest, trajectory: { ...trajectory, fronts } };
}

/** So many runs around a mean. */
export function runs(count: number, mean: number, stream = String(mean)): StoredRun[] {
  const rng = randomStream(1, `/made-up/${stream}`);
  return Array.from({ length: count }, (_, i) => run(i + 1, mean - 10 + rng.next(), mean + rng.next()));
}

/** The report on cells with their runs. */
export function reported(
  cells: readonly (readonly [ReportCell, readonly StoredRun[]])[],
  given: Partial<ReportSource> = {},
): { readonly document: ReportDocument; readonly cells: AggregatedCell[] } {
  const source: ReportSource = {
    ...{
      name: "made-up",
      folder: "results/made-up",
      file: "results/runs.sqlite",
      evoke: "0.0.0",
      design: "one-factor",
      seeds: { first: 1, count: 8 },
      axes: [],
    },
    cells: cells.map(([cell]) => cell),
    runs: (wanted) => cells.find(([cell]) => cell === wanted)![1],
    withLogs: (_, reasons) => reasons,
    close: () => {},
    ...given,
  };
  const aggregated = aggregate(source);
  return { document: reportDocument(source, aggregated), cells: aggregated };
}

/** What people read of a file of a report: not what a page's scripts are and read, and nothing that is compressed. */
export function readable(path: string, content: string): string {
  return path.endsWith(".pdf") ? "" : content.replaceAll(/<script(?: type="application\/json")?>.*?<\/script>\n/gs, "");
}
