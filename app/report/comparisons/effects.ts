/**
 * Main effects and interactions of a factorial: of its axes, and of its variants.
 *
 * @module
 */
import { digestOf } from "../../../core/json/canonical-json.ts";
import { comparable, type Metric } from "../../../core/plugin/metric.ts";
import { mean } from "../../../core/statistics/descriptive.ts";
import { factorialEffects, marginalMeans } from "../../../core/statistics/factorial.ts";
import { holm } from "../../../core/statistics/holm.ts";
import type { AggregatedCell } from "../aggregate.ts";
import type { EffectStatistics, Effects, Factor, Measure, Panel, ReportDocument } from "../document.ts";
import { bootstrap, finite, rounded, valuesBySeed } from "./estimates.ts";

/** The name of the factor whose levels are the variants. */
const VARIANT = "variant";

/** A cell, as a place in a grid of levels. */
interface Place {
  /** A level of each factor. */
  readonly levels: readonly unknown[];
  readonly bySeed: ReadonlyMap<number, number>;
}

/** For each metric that cells are measured by, where its cells have at least two factors. */
export function effectsOf(axes: ReportDocument["axes"], panels: readonly Panel[], cells: readonly AggregatedCell[]): Effects[] {
  const names = [...(new Set(cells.map(({ cell }) => cell.variant)).size > 1 ? [VARIANT] : []), ...axes.map(({ label }) => label)];
  const groups: { readonly measure: Measure; readonly metric: Metric | undefined; readonly places: Place[] }[] = [];
  for (const { cell, runs } of cells) {
    const { measure, metrics } = panels.find(({ name }) => name === cell.panel)!;
    const bySeed = valuesBySeed(runs, measure);
    if (bySeed.size === 0) continue;
    const metric = (measure === "test" ? cell.testMetric : cell.metric) ?? metrics[measure];
    const levels = [...(names[0] === VARIANT ? [cell.variant] : []), ...axes.map(({ pointer }) => cell.at[pointer])];
    const known = groups.find((group) => group.measure === measure && same(group.metric, metric));
    if (known) known.places.push({ levels, bySeed });
    else groups.push({ measure, metric, places: [{ levels, bySeed }] });
  }
  return groups.flatMap(({ measure, metric, places }) => effectsOfGrid(measure, metric, names, places) ?? []);
}

function same(a: Metric | undefined, b: Metric | undefined): boolean {
  return a && b ? comparable(a, b) : a === b;
}

function effectsOfGrid(
  measure: Measure,
  metric: Metric | undefined,
  names: readonly string[],
  places: readonly Place[],
): Effects | undefined {
  const { kept, leftOut } = fullGrid(places);
  const varied = kept.flatMap((levels, i) => (levels.length > 1 ? [i] : []));
  if (varied.length < 2) return undefined;
  const grid = cellsOf(kept, places);
  const seeds = [...grid[0]!.bySeed.keys()].filter((seed) => grid.every(({ bySeed }) => bySeed.has(seed)));
  const values = seeds.map((seed) => grid.map(({ bySeed }) => bySeed.get(seed)!));
  const counts = varied.map((i) => kept[i]!.length);
  const found = factorialEffects(values, counts);
  if (found.length === 0) return undefined;
  const adjusted = holm(found.map(({ p }) => p));
  const factors = varied.map(
    (i): Factor => ({ name: names[i]!, levels: kept[i]!, ...(leftOut[i]!.length > 0 && { leftOut: leftOut[i]! }) }),
  );
  return {
    ...{ measure, ...(metric && { metric }), seeds: seeds.length, factors },
    effects: found.map(({ factors: of, deviations, f, degreesOfFreedom, partialEtaSquared, p, method }, e): EffectStatistics => {
      const means = marginalMeans(values, counts, of);
      return {
        factors: of.map((i) => factors[i]!.name),
        ...{ f: finite(f), degreesOfFreedom, partialEtaSquared, p: rounded(p), holm: rounded(adjusted[e]!), method },
        levels: product(of.map((i) => factors[i]!.levels)).map((at, k) => {
          const ofSeeds = means.map((ofSeed) => ofSeed[k]!);
          return {
            ...{ at, mean: mean(ofSeeds), interval: bootstrap(ofSeeds, mean) },
            ...{ deviation: mean(deviations[k]!), deviationInterval: bootstrap(deviations[k]!, mean) },
          };
        }),
      };
    }),
  };
}

/**
 * The levels of each factor that come with all levels of the others: again and again the level that most gaps have is left
 * out, of equal ones that of the factor with the most levels.
 */
function fullGrid(places: readonly Place[]): { readonly kept: readonly unknown[][]; readonly leftOut: readonly unknown[][] } {
  const kept = places[0]!.levels.map((_, factor) => distinct(places.map(({ levels }) => levels[factor])));
  const leftOut = kept.map((): unknown[] => []);
  const there = new Set(places.map(({ levels }) => digestOf(levels)));
  for (;;) {
    const gaps = product(kept).filter((levels) => !there.has(digestOf(levels)));
    const candidates = kept
      .filter(({ length }) => length > 1)
      .flatMap((levels) => {
        const factor = kept.indexOf(levels);
        return levels.map((level) => ({
          factor,
          level,
          missing: gaps.filter((gap) => gap[factor] === level).length,
          levels: levels.length,
        }));
      });
    if (gaps.length === 0 || candidates.length === 0) return { kept, leftOut };
    const { factor, level } = candidates.reduce((worst, one) =>
      one.missing > worst.missing || (one.missing === worst.missing && one.levels > worst.levels) ? one : worst,
    );
    kept[factor] = kept[factor]!.filter((one) => one !== level);
    leftOut[factor]!.push(level);
  }
}

/** The cells of a full grid, the last factor the fastest. */
function cellsOf(kept: readonly (readonly unknown[])[], places: readonly Place[]): Place[] {
  const byLevels = new Map(places.map((place) => [digestOf(place.levels), place]));
  return product(kept).map((levels) => byLevels.get(digestOf(levels))!);
}

/** JSON values without those that are there before. */
function distinct(values: readonly unknown[]): unknown[] {
  return [...new Map(values.map((value) => [digestOf([value]), value])).values()];
}

/** Every way to take one of each list, the last the fastest. */
function product(lists: readonly (readonly unknown[])[]): unknown[][] {
  return lists.reduce<unknown[][]>((all, list) => all.flatMap((one) => list.map((next) => [...one, next])), [[]]);
}
