/**
 * A report in words: what was found, what is missing, and what each number means.
 *
 * @module
 */
import { better } from "../../../core/plugin/metric.ts";
import { SIGNIFICANT } from "../comparisons/estimates.ts";
import type { Panel, Ranks, RanksOverPanels, ReportDocument } from "../document.ts";
import { MEASURES, withShortNames } from "../document.ts";
import {
  counted,
  direction,
  equalsProbability,
  fixed,
  levelName,
  meanAndStd,
  metricName,
  probability,
  unitAfterNumber,
} from "../format.ts";
import { digitsOf } from "../tables/tables.ts";
import { sentence } from "./compared.ts";
import { designDefinitions } from "./designs.ts";
import { frontDefinitions } from "./fronts.ts";

/** The headline of each panel, after its name where there are several. */
export function headlines({ panels }: Pick<ReportDocument, "panels">): string[] {
  return panels.map((panel) => (panels.length > 1 ? `${panel.name}. ${headline(panel)}` : headline(panel)));
}

/** How many cells differ from the baseline, in a sentence; of a single cell, its mean. */
export function headline(given: Panel): string {
  const panel = withShortNames(given);
  const { measure, metrics, baseline, cells } = panel;
  const metric = metricName(metrics[measure], measure);
  const compared = cells.flatMap((cell) => cell.comparison?.[measure] ?? []);
  if (compared.length === 0) {
    const own = cells.find(({ name }) => name === baseline);
    const estimate = own?.[measure];
    if (!estimate) return `No run of ${baseline} is finished.`;
    const spread = meanAndStd(estimate, digitsOf(panel));
    return `${upper(metric)}: ${baseline} has ${estimate.n < 2 ? `${spread} in its one run` : `mean ${spread} over ${counted(estimate.n, "run")}`}.`;
  }
  const apart = compared.filter(({ wilcoxon }) => wilcoxon.holm < SIGNIFICANT);
  const higher = apart.filter(({ difference }) => difference > 0).length;
  const cellsCompared = counted(compared.length, "cell");
  if (apart.length === 0)
    return compared.length === 1
      ? `By ${metric}, the one cell compared with ${baseline} does not differ significantly from it.`
      : `By ${metric}, none of ${cellsCompared} compared with ${baseline} differs significantly from it.`;
  const lower = apart.length - higher;
  const which = [
    ...(higher > 0 ? [`${higher} ${direction(1, metrics[measure])}`] : []),
    ...(lower > 0 ? [`${lower} ${direction(-1, metrics[measure])}`] : []),
  ];
  return `By ${metric}, ${apart.length} of ${cellsCompared} compared with ${baseline} ${apart.length === 1 ? "differs" : "differ"} significantly from it: ${which.join(", ")}.`;
}

/** A sentence for each comparison with the baseline, by the panel's measure. */
export function sentences({ methods }: ReportDocument, given: Panel): string[] {
  const panel = withShortNames(given);
  const metric = panel.metrics[panel.measure];
  const what = { digits: digitsOf(panel), unit: unitAfterNumber(metric), metric };
  return panel.cells.flatMap((cell) => {
    const comparison = cell.comparison?.[panel.measure];
    return comparison ? [sentence(cell.name, comparison, { ...what, baseline: panel.baseline }, levelName(methods))] : [];
  });
}

/** Where so few seeds are paired that no difference, however large, could be significant; else undefined. */
export function tooFewPairs({ cells, measure, family }: Panel): string | undefined {
  const pairs = Math.max(0, ...cells.map(({ comparison }) => comparison?.[measure]?.n ?? 0));
  const least = family * 2 ** (1 - pairs); // all differences of one sign: two of 2ⁿ signs
  if (family === 0 || least < SIGNIFICANT) return undefined;
  return `With ${counted(pairs, "pair")} and ${counted(family, "comparison")} the least Holm-adjusted Wilcoxon p that there can be is ${probability(Math.min(1, least))}: for a significant difference more seeds are needed.`;
}

/** Which cells are not compared, as they are measured by something else; empty if all are. */
export function notCompared(given: Panel): string[] {
  const panel = withShortNames(given);
  return panel.cells.flatMap(({ name, otherMetrics }) => {
    const metric = otherMetrics?.[panel.measure];
    if (!metric) return [];
    const goal = better(metric) === better(panel.metrics[panel.measure]) ? "" : `, which is to be ${metric.goal ?? "maximise"}d`;
    return [`${name} is measured by ${metricName(metric, panel.measure)}${goal}, and not compared.`];
  });
}

/** Which cells have answers that their controllers name, so that scores are not the best ones; empty if none has. */
export function namedAnswers(given: Panel): string[] {
  const panel = withShortNames(given);
  return panel.cells.flatMap(({ name, score, bestScore }) =>
    score && bestScore
      ? [
          `${name} names its answer itself, with a score of mean ${fixed(score.mean, digitsOf(panel))}; the best scores that it has found have mean ${fixed(bestScore.mean, digitsOf(panel))}. Its curve is that of what it named.`,
        ]
      : [],
  );
}

/** Which cells lack runs; empty if none does. */
export function missing({ panels, seeds }: ReportDocument): string[] {
  const cells = panels.flatMap(({ cells }) => cells);
  return cells
    .filter(({ n }) => n < seeds.count)
    .map(({ name, n }) => `${name}: ${n} of ${counted(seeds.count, "run")} ${n === 1 ? "is" : "are"} finished`);
}

/** What the names in the tables mean. */
export function definitions(document: ReportDocument): [string, string][] {
  const { methods, panels, targets, tasks = {} } = document;
  const percent = levelName(methods);
  const compared = panels.some(({ family }) => family > 0);
  const measures = [...new Set(panels.map(({ measure, metrics }) => metricName(metrics[measure], measure)))];
  const resampled = `${methods.bootstrap} bootstrap, ${counted(methods.resamples, "resample")}`;
  return [
    ["mean ± std", `mean and population standard deviation over the runs, one for each seed, of ${measures.join("; ")}`],
    ...lowerIsBetter(panels),
    ["s.e.", "standard error of the mean, from the sample standard deviation; one run has none"],
    [`${percent} CI`, `confidence interval of the mean (${resampled}); one run has none`],
    ["IQM", `interquartile mean: the mean without the lowest and the highest quarter of the runs; its interval by the same bootstrap`],
    ...(panels.some(({ ranks }) => ranks)
      ? [
          [
            "mean rank",
            "rank among the cells of a panel within each seed that all of them have, 1 the best, averaged; ties share their ranks",
          ] as [string, string],
        ]
      : []),
    ...(compared ? comparisonDefinitions(percent, resampled, methods.adjustment) : []),
    ...designDefinitions(document),
    ["new subspaces", "how often a candidate replaced the centre of its subspace in a run"],
    ["area under incumbent", "mean over the queries of a run of the best score so far"],
    ...frontDefinitions(document),
    ...(panels.some(({ cells }) => cells.some(({ regret }) => regret))
      ? [
          ["regret", "how far the best architecture so far is from the best that is known: mean over the runs, ±1.96 standard errors"] as [
            string,
            string,
          ],
        ]
      : []),
    ...(document.ranks ? rankDefinitions(document.ranks) : []),
    ...(targets || Object.values(tasks).some((task) => task.targets)
      ? [
          [
            "median queries to a target",
            "over all runs, where one that never reached it counts as later than any that did; nothing where the median is such a run",
          ] as [string, string],
        ]
      : []),
  ];
}

function rankDefinitions({ blocks, criticalDifference }: RanksOverPanels): [string, string][] {
  return [
    [
      "mean rank over all panels",
      `each panel is a block, in which a variant has its mean over the seeds: ${counted(blocks, "panel")}. Two that are more than ${fixed(criticalDifference, 2)} apart differ significantly (Nemenyi, p = 0.05); p is of the comparison with the baseline by these ranks, adjusted by Holm (Demšar 2006)`,
    ],
    [
      "better, level, worse",
      "on how many panels a variant differs significantly from the baseline for the better, not at all, or for the worse",
    ],
  ];
}

function lowerIsBetter(panels: readonly Panel[]): [string, string][] {
  const metrics = panels.flatMap(({ metrics }) =>
    MEASURES.flatMap((measure) => (better(metrics[measure]) < 0 ? [metricName(metrics[measure], measure)] : [])),
  );
  if (metrics.length === 0) return [];
  const which = [...new Set(metrics)].join("; ");
  return [
    [
      "lower is better",
      `of ${which}: a difference below 0 is an improvement; ranks, Cliff’s δ, win rates and “best” go by what is better, and a target is reached from above`,
    ],
  ];
}

function comparisonDefinitions(percent: string, resampled: string, adjustment: string): [string, string][] {
  return [
    [
      "difference",
      `mean over the seeds that both have of the cell less its baseline, with its standard error and ${percent} CI (${resampled})`,
    ],
    [
      "Wilcoxon p",
      "Wilcoxon signed-rank test of the differences, two-sided: exact up to 50 that are not 0, else by the normal approximation",
    ],
    ["paired t p", "paired t test, two-sided"],
    ["Holm", `the p value before it, adjusted: ${adjustment}`],
    ["Cliff’s δ", "the chance that a run of the cell is better than one of the baseline, less the chance that it is worse"],
    ["d_z", "Cohen’s d of the paired differences: their mean over their sample standard deviation, with the sign of the mean"],
    ["win rate", "share of the seeds on which the cell is better, ties counted half"],
  ];
}

/** The caption of a table of these panels. */
export function tableCaption(document: ReportDocument): string {
  const percent = levelName(document.methods);
  const measures = [...new Set(document.panels.map(({ measure, metrics }) => upper(metricName(metrics[measure], measure))))];
  const comparisons = document.panels.flatMap(({ measure, cells }) => cells.flatMap(({ comparison }) => comparison?.[measure] ?? []));
  const intervals = comparisons.some(({ interval }) => interval) ? ` with ${percent} bootstrap confidence interval` : "";
  const difference =
    comparisons.length > 0
      ? ` Difference from the baseline on the same seeds${intervals}; Wilcoxon signed-rank p, Holm-adjusted; share of seeds won, ties counted half.`
      : "";
  const runs = [...new Set(document.panels.flatMap(({ cells }) => cells.map(({ n }) => n)))];
  const over = runs.length === 1 ? ` over ${counted(runs[0]!, "run")}` : "";
  const spread = Math.max(...runs) < 2 ? "one run of each cell" : `mean ± population standard deviation${over}`;
  const lower = document.panels.every(({ measure, metrics }) => better(metrics[measure]) < 0) ? " Lower is better." : "";
  return `${measures.join("; ")}: ${spread}.${lower}${difference}`;
}

/** Friedman's test, in a sentence; undefined where there is none. */
export function rankSentence(ranks: Ranks | undefined, block: "seed" | "panel"): string | undefined {
  if (!ranks?.friedman) return undefined;
  const { statistic, p } = ranks.friedman;
  return `Friedman test of equal ranks over ${counted(ranks.blocks, block)}: χ² = ${fixed(statistic, 1)}, ${equalsProbability(p)}.`;
}

/** Which mean ranks over all panels there are, and which differ from the baseline's; undefined with one panel. */
export function overallSentence(ranks: RanksOverPanels | undefined): string | undefined {
  if (!ranks) return undefined;
  const { mean, baseline, comparison } = ranks;
  const ranked = Object.entries(mean).sort(([, a], [, b]) => a - b);
  const differing = ranked.flatMap(([variant]) => (comparison[variant] && comparison[variant].holm < SIGNIFICANT ? [variant] : []));
  const all = ranked.map(([variant, rank]) => `${variant} ${fixed(rank, 2)}`).join(", ");
  const which = differing.length > 0 ? differing.join(", ") : "none";
  return `Mean ranks over ${counted(ranks.blocks, "panel")}: ${all}. Significantly different from that of ${baseline} (Holm): ${which}.`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
