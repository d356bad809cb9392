/**
 * Every cell against every other: within each panel by its measure, and over panels by who is better.
 *
 * @module
 */
import type { Family } from "../../../core/manifest/matrix/raw-matrix.ts";
import { mean } from "../../../core/statistics/descriptive.ts";
import { holm } from "../../../core/statistics/holm.ts";
import { pairedDifferences, wilcoxonSignedRank } from "../../../core/statistics/paired-tests.ts";
import type { AggregatedCell } from "../aggregate.ts";
import type { PairComparison, PairOverPanels, Pairs, PairsOverPanels, Panel } from "../document.ts";
import { bootstrap, rounded, valuesBySeed, worthBySeed } from "./estimates.ts";
import { inFamilies } from "./family.ts";

/** How many cells are compared with each other. Which, the manifest decides: a choice by results would spoil their p values. */
export const MOST_PAIRED = 20;

/** A named sample. */
interface Sample {
  readonly name: string;
  readonly bySeed: ReadonlyMap<number, number>;
}

/** Adds the pairs of each panel, adjusted in the same families as the comparisons with baselines. */
export function withPairs(panels: readonly Panel[], cells: readonly AggregatedCell[], family: Family): Panel[] {
  const together = inFamilies(
    panels.map((panel) => ({ panel, pairs: pairsOf(panel, cells) })),
    family,
  );
  return together.flatMap((some) => {
    const all = some.flatMap(({ pairs }) => pairs?.comparisons ?? []);
    const adjusted = new Map(holm(all.map(({ p }) => p)).map((p, i) => [all[i]!, p]));
    const finished = (one: PairComparison): PairComparison => ({ ...one, p: rounded(one.p), holm: rounded(adjusted.get(one)!) });
    return some.map(({ panel, pairs }) => ({
      ...panel,
      ...(pairs && { pairs: { ...pairs, family: all.length, comparisons: pairs.comparisons.map(finished) } }),
    }));
  });
}

/** Not adjusted yet; undefined where fewer than three cells can be compared. */
function pairsOf({ name, measure, baseline, cells }: Panel, all: readonly AggregatedCell[]): Pairs | undefined {
  const alike = new Set(cells.filter(({ otherMetrics }) => !otherMetrics?.[measure]).map(({ name }) => name));
  const samples = all
    .filter(({ cell }) => cell.panel === name && alike.has(cell.name))
    .map(({ cell, runs }) => ({ name: cell.name, bySeed: valuesBySeed(runs, measure) }))
    .filter(({ bySeed }) => bySeed.size > 0)
    .sort((a, b) => Number(b.name === baseline) - Number(a.name === baseline));
  const paired = samples.slice(0, MOST_PAIRED);
  const comparisons = everyTwo(paired).flatMap(([a, b]) => comparison(a, b) ?? []);
  if (paired.length < 3 || comparisons.length === 0) return undefined;
  return { cells: paired.map(({ name }) => name), left: samples.length - paired.length, family: comparisons.length, comparisons };
}

function comparison(first: Sample, second: Sample): PairComparison | undefined {
  const seeds = [...first.bySeed.keys()].filter((seed) => second.bySeed.has(seed));
  if (seeds.length === 0) return undefined;
  const [ours, theirs] = [first, second].map(({ bySeed }) => seeds.map((seed) => bySeed.get(seed)!)) as [number[], number[]];
  const differences = pairedDifferences(ours, theirs);
  const { p } = wilcoxonSignedRank(differences);
  return {
    ...{ first: first.name, second: second.name, n: seeds.length },
    ...{ difference: mean(differences), interval: bootstrap(differences, mean), p, holm: p },
  };
}

/**
 * Of the variants that every panel has, seed by seed: on how many panels one is better than the other. Metrics of panels may
 * differ, so that their differences have no common mean; and panels of one seed are no independent samples, so that the test
 * has one number of each seed.
 */
export function pairsOverPanels(panels: readonly Panel[], cells: readonly AggregatedCell[]): PairsOverPanels | undefined {
  if (panels.length < 2) return undefined;
  /** By variant, what its runs are worth in each panel. */
  const variants = new Map<string, ReadonlyMap<number, number>[]>();
  for (const panel of panels) {
    for (const { name, variant, otherMetrics } of panel.cells) {
      if (otherMetrics?.[panel.measure]) continue;
      const { runs } = cells.find(({ cell }) => cell.name === name && cell.panel === panel.name)!;
      variants.set(variant, [...(variants.get(variant) ?? []), worthBySeed(runs, panel.measure, panel.metrics)]);
    }
  }
  const everywhere = [...variants].filter(([, values]) => values.length === panels.length && values.every(({ size }) => size > 0));
  const paired = everywhere.slice(0, MOST_PAIRED);
  const compared = everyTwo(paired).flatMap(([a, b]) => winsOver(a, b) ?? []);
  if (compared.length === 0) return undefined;
  const adjusted = holm(compared.map(({ p }) => p));
  return {
    variants: paired.map(([variant]) => variant),
    left: everywhere.length - paired.length,
    panels: panels.length,
    comparisons: compared.map((one, i) => ({ ...one, p: rounded(one.p), holm: rounded(adjusted[i]!) })),
  };
}

type OfPanels = readonly [variant: string, values: readonly ReadonlyMap<number, number>[]];

function winsOver([first, ours]: OfPanels, [second, theirs]: OfPanels): PairOverPanels | undefined {
  const seeds = [...ours[0]!.keys()].filter((seed) => [...ours, ...theirs].every((values) => values.has(seed)));
  if (seeds.length === 0) return undefined;
  // Panels won less panels lost. Whole numbers, so that equal ones are tied.
  const balances = seeds.map((seed) =>
    ours.reduce((sum, values, panel) => sum + Math.sign(values.get(seed)! - theirs[panel]!.get(seed)!), 0),
  );
  const rates = balances.map((balance) => (1 + balance / ours.length) / 2);
  const { p } = wilcoxonSignedRank(balances);
  return { first, second, n: seeds.length, winRate: mean(rates), interval: bootstrap(rates, mean), p, holm: p };
}

/** Every two values, in order. */
function everyTwo<T>(values: readonly T[]): [T, T][] {
  return values.flatMap((first, i) => values.slice(i + 1).map((second): [T, T] => [first, second]));
}
