/** Parallel coordinates, and the importance of components, of a cell or a run. @module */
import { setImmediate as turn } from "node:timers/promises";
import { better } from "../../../core/plugin/metric.ts";
import { AnovaForest } from "../../../core/statistics/functional-anova.ts";
import type { MatrixCell } from "../../host/store/matrix-document.ts";
import { type Coordinates, type Importance, MOST_LINES } from "../api.ts";
import type { MeasuredArchitectures } from "./architectures.ts";
import { thinned } from "./matrix.ts";
import { componentNames } from "./spaces.ts";

export function coordinatesOf({ metric }: MatrixCell, { of, total, measured, space, why }: MeasuredArchitectures): Coordinates {
  const sign = better(metric);
  const ordered = measured.toSorted((a, b) => sign * (a.score - b.score));
  return {
    components: space ? componentNames(space).map((name, i) => ({ name, choices: space.choices[i]! })) : [],
    ...{ metric, of, total },
    lines: thinned(ordered, MOST_LINES),
    ...(why !== undefined && { why }),
  };
}

const SOURCE =
  "Hutter, Hoos & Leyton-Brown 2014, An Efficient Approach for Assessing Hyperparameter Importance, ICML: shares of the variance over the whole space, by a random forest";
const TREES = 32;
/** Architectures that trees are grown on, and without which they say nothing. */
const [MOST_SAMPLES, LEAST_SAMPLES] = [4_000, 20];
/** Of so many of the most important components the pairs are looked at; so many pairs are told. */
const [PAIRED, PAIRS] = [8, 10];

export async function importanceOf({ of, measured, space, why }: MeasuredArchitectures): Promise<Importance> {
  const samples = thinned(measured, MOST_SAMPLES).map(({ choices, score }) => ({ choices, value: score }));
  const head = { method: { name: "functional ANOVA", source: SOURCE, trees: TREES }, of, n: samples.length } as const;
  const none = (why: string): Importance => ({ ...head, explained: null, components: [], pairs: [], why });
  if (!space || samples.length === 0) return none(why ?? "No architecture with a score is kept yet.");
  if (samples.length < LEAST_SAMPLES)
    return none(`It takes at least ${LEAST_SAMPLES} architectures with scores, and there are ${samples.length}.`);
  if (samples.every(({ value }) => value === samples[0]!.value)) return none("All scores are equal.");
  const forest = new AnovaForest(
    space.choices.map(({ length }) => length),
    samples,
  );
  for (let tree = 0; tree < TREES; tree++) {
    forest.grow();
    await turn();
  }
  const names = componentNames(space);
  const components = forest.components().sort((a, b) => b.share - a.share || a.component - b.component);
  const paired = components.slice(0, PAIRED).map(({ component }) => component);
  const pairs: { first: string; second: string; share: number }[] = [];
  for (const [i, a] of paired.entries())
    for (const b of paired.slice(i + 1)) {
      pairs.push({ first: names[a]!, second: names[b]!, share: forest.pair(a, b).share });
      await turn();
    }
  const explained = forest.explained();
  return {
    ...head,
    explained: Number.isFinite(explained) ? explained : null,
    components: components.map(({ component, share, means }) => ({
      name: names[component]!,
      share,
      choices: means.map((mean, choice) => ({
        choice: space.choices[component]![choice]!,
        mean,
        n: samples.filter(({ choices }) => choices[component] === choice).length,
      })),
    })),
    pairs: pairs.sort((a, b) => b.share - a.share).slice(0, PAIRS),
  };
}
