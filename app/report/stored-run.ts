/**
 * What a report asks of a kept run: that it has all its numbers, and that they are finite. JSON keeps what is not as null.
 *
 * @module
 */
import { storeDamaged } from "../../core/errors/index.ts";
import { problemsOf } from "../../core/json/schema.ts";
import type { Metric } from "../../core/plugin/metric.ts";
import type { Front } from "../../core/record/pareto.ts";
import { MADDS_AND_PARAMETERS } from "../../core/search/objectives.ts";
import type { MatrixCell } from "../host/store/matrix-document.ts";
import type { StoredRun } from "../host/store/stored-run.ts";

const number = { type: "number" } as const;
const text = { type: "string" } as const;

function object(properties: Readonly<Record<string, object>>, optional: Readonly<Record<string, object>> = {}) {
  return { type: "object", required: Object.keys(properties), properties: { ...properties, ...optional } } as const;
}

function listOf(items: object) {
  return { type: "array", items } as const;
}

const reason = object({ reason: text, tries: number, rejected: number, architecture: text });
const metric = object({ name: text, unit: text, goal: { enum: ["maximise", "minimise"] } });
const values = { type: "array", minItems: 2, maxItems: 2, items: number };
const fronts = listOf(
  object({
    metrics: { type: "array", minItems: 2, maxItems: 2, items: metric },
    points: listOf(object({ architecture: text, values })),
  }),
);
const earlierFront = listOf(object({ architecture: text, cost: number, score: number }));
const runSchema = object({
  result: object(
    {
      seed: { type: "integer" },
      best: object({ architecture: text, score: number }, { test: number }),
      ...{ queries: number, distinct: number, cost: object({ seconds: number }), updates: number, centres: listOf(text) },
    },
    { bestScore: number, failed: number, retried: number, stopped: object({ trainings: number, epochs: number }) },
  ),
  trajectory: object(
    {
      incumbent: listOf(object({ queries: number, seconds: number, score: number }, { test: number })),
      centres: listOf(object({ queries: number, subspace: number, score: number, architecture: text })),
      distances: listOf(object({ distance: number, n: number, mean: number, squares: number })),
    },
    {
      fronts: { anyOf: [fronts, object({ madds: earlierFront, parameters: earlierFront })] },
      sharedWeights: object(
        { epochs: listOf(object({ loss: number, entropy: number, architecture: text, parameterFree: number }, { curvature: number })) },
        { ranked: object({ architectures: listOf(text), accuracies: listOf(number) }) },
      ),
      failures: object({ evaluations: number, tries: number, rejected: number, reasons: listOf(reason) }, { further: number }),
    },
  ),
  wallSeconds: number,
});

/** As runs of Evoke 0.x keep them: against what the space counts, of a metric that is maximised. */
type EarlierFronts = Readonly<Record<"madds" | "parameters", readonly { architecture: string; cost: number; score: number }[]>>;

/**
 * The run, if it is whole.
 * @param cell  whose run it is
 * @param file  where it is kept
 * @throws EvokeError STORE_DAMAGED
 */
export function checkedRun(run: StoredRun, { name, metric }: Pick<MatrixCell, "name" | "metric">, file: string): StoredRun {
  const problems = problemsOf(runSchema, run);
  if (problems.length > 0)
    throw storeDamaged(
      file,
      `the run of seed ${run.result?.seed} of the cell "${name}" is damaged:\n${problems.map((problem) => `    ${problem}`).join("\n")}`,
      "Nothing was changed. Move the file away, and have its runs done again by the same command that did them.",
    );
  const fronts: unknown = run.trajectory.fronts;
  if (fronts === undefined || Array.isArray(fronts)) return run;
  return { ...run, trajectory: { ...run.trajectory, fronts: frontsOf(fronts as EarlierFronts, metric) } };
}

function frontsOf(earlier: EarlierFronts, { name, unit, goal = "maximise" }: Metric): Front[] {
  return MADDS_AND_PARAMETERS.map((cost) => ({
    metrics: [{ name, unit, goal }, cost],
    points: earlier[cost.name as keyof EarlierFronts].map(({ architecture, cost, score }) => ({ architecture, values: [score, cost] })),
  }));
}
