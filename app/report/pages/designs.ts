/**
 * All pairs, and the effects of a factorial, in words.
 *
 * @module
 */

import { SIGNIFICANT } from "../comparisons/estimates.ts";
import type { EffectStatistics, Effects, ReportDocument } from "../document.ts";
import { counted, equalsProbability, fixed, levelName, manifestValue, metricName, probability, unitAfterNumber } from "../format.ts";
import { digitsOfEffects, effectName, fText } from "../tables/effects.ts";
import { MOST_LISTED } from "../tables/pairs.ts";

/** How many pairs a sentence names. */
const MOST_NAMED = 6;

/** How many pairs of a panel differ, and which cells are not among them; empty where there are no pairs. */
export function pairSentences({ name, pairs }: ReportDocument["panels"][number], several: boolean): string[] {
  if (!pairs) return [];
  const { cells, left, comparisons, family } = pairs;
  const apart = comparisons.filter(({ holm }) => holm < SIGNIFICANT).length;
  const seeds = Math.max(...comparisons.map(({ n }) => n));
  const without =
    left > 0
      ? ` Only the baseline and the ${cells.length - 1} cells that come first in the manifest are compared; ${left} more are left out.`
      : "";
  const over = family > comparisons.length ? `${counted(family, "comparison")} of all panels` : counted(family, "comparison");
  return [
    `${several ? `${name}: of` : "Of"} all ${counted(comparisons.length, "pair")} of ${counted(cells.length, "cell")}, ${apart === 0 ? "none" : apart} ${apart < 2 ? "differs" : "differ"} significantly (Holm over ${over}).${without}`,
    ...tooFew(seeds, family),
  ];
}

/** The same over panels; empty with one panel. */
export function pairsOverPanelsSentences({ pairs }: ReportDocument): string[] {
  if (!pairs) return [];
  const { variants, left, panels, comparisons } = pairs;
  const seeds = Math.max(...comparisons.map(({ n }) => n));
  const ordered = comparisons.map(({ first, second, winRate }) => (winRate > 0.5 ? [first, second] : [second, first]) as [string, string]);
  const won = ordered.filter((_, i) => comparisons[i]!.holm < SIGNIFICANT).map(([winner, loser]) => `${winner} over ${loser}`);
  const [[winner, loser]] = ordered as [[string, string]];
  const which = won.length > 0 && won.length <= MOST_NAMED ? `: ${won.join(", ")}` : "";
  const found =
    comparisons.length > 1
      ? `in ${won.length === 0 ? "none" : won.length} of ${comparisons.length} pairs of variants one wins significantly more often${which}`
      : won.length > 0
        ? `${winner} wins significantly more often than ${loser}`
        : `neither ${winner} nor ${loser} wins significantly more often`;
  const without =
    left > 0 ? ` Only the ${variants.length} variants that come first in the manifest are compared; ${left} more are left out.` : "";
  return [`Over all ${panels} panels, ${found}.${without}`, ...tooFew(seeds, comparisons.length)];
}

/** Where no p can be significant, however clear the differences. */
function tooFew(seeds: number, family: number, what = "comparison"): string[] {
  const least = Math.min(1, family * 2 ** (1 - seeds));
  return least < SIGNIFICANT
    ? []
    : [
        `With ${counted(seeds, "seed")} and ${counted(family, what)} the least Holm-adjusted p that there can be is ${probability(least)}, so that none can be significant: more seeds are needed.`,
      ];
}

/** What the factors of a factorial do, a paragraph and a list for each metric. */
export function effectSentences({ effects = [] }: ReportDocument): { readonly text: string; readonly items: readonly string[] }[] {
  return effects.map((group) => {
    const { measure, metric, factors, seeds } = group;
    const named = factors.map(({ name, levels }) => `${name} (${counted(levels.length, "level")})`);
    const gone = factors.flatMap(({ name, leftOut = [] }) => leftOut.map((level) => `${name} = ${manifestValue(level)}`));
    const without =
      gone.length > 0 ? ` ${gone.join(", ")} ${gone.length === 1 ? "is" : "are"} left out, since not all combinations have runs.` : "";
    const [few] = tooFew(seeds, group.effects.length, "effect");
    return {
      text: `Effects on ${metricName(metric, measure)} of ${listed(named)}, over ${counted(seeds, "seed")}.${without}${few ? ` ${few}` : ""}`,
      items: group.effects.map((effect) => effectSentence(effect, group)),
    };
  });
}

function effectSentence(effect: EffectStatistics, group: Effects): string {
  const { degreesOfFreedom, holm, levels, factors } = effect;
  const evidence = `F(${degreesOfFreedom.join(", ")}) = ${fText(effect)}, Holm ${equalsProbability(holm)}`;
  if (holm >= SIGNIFICANT)
    return factors.length === 1
      ? `${factors[0]} has no significant main effect (${evidence}).`
      : `${effectName(effect)}: no significant interaction (${evidence}).`;
  if (factors.length > 1)
    return `${effectName(effect)} interact significantly: what one does depends on the other${factors.length > 2 ? "s" : ""} (${evidence}).`;
  const sorted = levels.toSorted((a, b) => b.mean - a.mean);
  const [highest, lowest] = [sorted[0]!, sorted.at(-1)!];
  const interacts = group.effects.some(
    (other) => other.factors.length > 1 && other.holm < SIGNIFICANT && other.factors.includes(factors[0]!),
  );
  const apart = `${fixed(highest.mean - lowest.mean, digitsOfEffects(group))}${unitAfterNumber(group.metric)}`;
  const caution = interacts ? " It interacts with others, so this is an average over their levels." : "";
  return `${factors[0]} has a significant main effect: ${apart} from ${manifestValue(lowest.at[0])}, which has the lowest mean, to ${manifestValue(highest.at[0])}, which has the highest (${evidence}).${caution}`;
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** What the names in these tables mean. */
export function designDefinitions(document: ReportDocument): [string, string][] {
  const { panels, pairs, effects = [], methods } = document;
  const all = Math.max(0, ...panels.map(({ pairs }) => pairs?.comparisons.length ?? 0));
  const exact = effects.some(({ effects }) => effects.some(({ method }) => method === "exact"));
  const percent = levelName(methods);
  return [
    ...(all > 0
      ? [
          [
            "all pairs",
            `above the diagonal the mean difference of the row’s cell less the column’s, over the seeds that both have; below it Wilcoxon’s p, adjusted by Holm over all pairs${panels.length > 1 ? (document.family === "matrix" ? " of all panels" : " of the panel") : ""}${all > MOST_LISTED ? `; the table with intervals has the ${MOST_LISTED} with the smallest p, pairs.csv all` : ""}`,
          ] as [string, string],
        ]
      : []),
    ...(pairs
      ? [
          [
            "win rate over panels",
            `share of the panels in which the row’s variant is better, ties counted half, averaged over the seeds, with its ${percent} CI; p is of the signed-rank test of panels won less panels lost, one number a seed, so that panels of one seed do not count as independent`,
          ] as [string, string],
        ]
      : []),
    ...(effects.length > 0
      ? ([
          [
            "F, partial η²",
            "of a repeated-measures analysis of variance: each effect against its interaction with the seed; partial η² is its share of the sum of squares of both",
          ],
          [
            "p of an effect",
            `share of the ways to flip the signs of whole seeds whose F is at least as large, ${exact ? "over all of them" : "over 9,999 drawn ones"}: it takes neither normality nor sphericity; Holm’s adjustment is over all effects of a metric`,
          ],
          [
            "effect of a level",
            `the mean of all cells that have it less the mean of all cells, with its ${percent} CI over seeds; of a combination of levels, in levels.csv, what fewer factors do not explain`,
          ],
        ] as [string, string][])
      : []),
  ];
}

/** The caption of the LaTeX tables of all pairs, one for each panel that has any. */
export function pairsCaption(document: ReportDocument): string {
  const tables = document.panels
    .filter(({ pairs }) => pairs)
    .map(({ name, measure, metrics }) => `${name ? `${name}: ` : ""}${metricName(metrics[measure], measure)}`);
  return `All pairs, by ${listed(tables)}. Above the diagonal: mean difference of the row less the column on the same seeds; below: Wilcoxon signed-rank p, Holm-adjusted over all pairs${document.family === "matrix" ? " of all tables" : ""}.`;
}

export function effectsCaption({ effects = [] }: ReportDocument): string {
  const groups = effects.map(({ metric, measure, seeds }) => `${metricName(metric, measure)} (${counted(seeds, "seed")})`);
  return `Main effects and interactions on ${listed(groups)}: repeated-measures F, p by sign flips of whole seeds, Holm-adjusted over all effects, partial η².`;
}
