/** The objectives of a run: its metric, what its evaluations give beside it, what its space counts. @module */
import { metricUnnamed } from "../errors/index.ts";
import { type Experiment, slotsOf } from "../manifest/experiment.ts";
import type { Evaluator } from "../plugin/evaluator.ts";
import type { FurtherMetric, Measured, Objective, Objectives } from "../plugin/metric.ts";
import { oriented } from "../plugin/metric.ts";
import type { Space } from "../plugin/space.ts";
import type { ObjectivePair } from "../record/front-fold.ts";

/** Multiply-adds and parameters: what `cost` counts where a space does not say. */
export const MADDS_AND_PARAMETERS: readonly FurtherMetric[] = [
  { name: "madds", unit: "multiply-adds", goal: "minimise" },
  { name: "parameters", unit: "parameters", goal: "minimise" },
];

/** What a space counts. */
export function costsOf({ cost, costs = MADDS_AND_PARAMETERS }: Pick<Space, "cost" | "costs">): readonly FurtherMetric[] {
  return cost ? costs : [];
}

/** Whether a space counts a cost of this name. */
export function counts(space: Pick<Space, "cost" | "costs">, name: string): boolean {
  return costsOf(space).some((one) => one.name === name);
}

/** Of objectives of one name the first counts: what is measured comes before what is counted. */
export function objectivesOf(space: Space, { metric, metrics = [] }: Pick<Evaluator, "metric" | "metrics">): Objectives {
  const { name, unit, goal = "maximise" } = metric;
  const own = objective({ name, unit, goal }, false, ({ score }) => oriented(score, metric));
  const measured = metrics.map((one) => objective(one, false, (of) => of.metrics?.[one.name] ?? Number.NaN));
  const counted = costsOf(space).map((one) => objective(one, true, ({ architecture }) => space.cost!(architecture)[one.name]!));
  const byName = new Map<string, Objective>();
  for (const one of [own, ...measured, ...counted]) if (!byName.has(one.name)) byName.set(one.name, one);
  return {
    all: [...byName.values()],
    of(name, place) {
      const found = byName.get(name);
      if (!found) throw metricUnnamed(name, [...byName.keys()], place);
      return found;
    },
  };
}

/**
 * The pairs of objectives whose Pareto fronts a run tells: those under /fronts. Where the manifest has none, and something in
 * it looks at more than the metric, that metric with each other objective.
 * @throws EvokeError METRIC_UNNAMED
 */
export function weighedPairs(
  experiment: Experiment,
  objectives: Objectives,
  { metrics = [] }: Pick<Evaluator, "metrics">,
): ObjectivePair[] {
  const { fronts, constraints, file } = experiment;
  if (fronts) {
    const at = (name: string, pair: number, place: number) => objectives.of(name, `/fronts/${pair}/${place} of ${file}`);
    return fronts.map(([first, second], i) => [at(first, i, 0), at(second, i, 1)]);
  }
  const several =
    constraints.length > 0 || metrics.length > 0 || slotsOf(experiment).some(({ plugin }) => plugin.needs.includes("objectives"));
  const [own, ...others] = objectives.all as [Objective, ...Objective[]];
  return several ? others.map((other) => [own, other]) : [];
}

function objective(of: FurtherMetric, counted: boolean, value: (measured: Measured) => number): Objective {
  return { ...of, counted, value, worth: (measured) => oriented(value(measured), of) };
}
