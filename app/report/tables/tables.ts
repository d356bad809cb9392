/**
 * The tables of a report, from its numbers.
 *
 * @module
 */
import { better } from "../../../core/plugin/metric.ts";
import { type CellStatistics, MEASURES, type Measure, type Moments, type Panel, type ReportDocument, withShortNames } from "../document.ts";
import { counted, digitsFor, fixed, interval, levelName, meanAndStd, NOTHING, percentage, probability, signed } from "../format.ts";
import type { Group, ReportTable } from "./table.ts";

/** A column: its head, and what a cell of the matrix has in it. */
interface Field {
  readonly head: string;
  readonly words?: boolean;
  of(cell: CellStatistics, panel: Panel, digits: number): string;
}

const NAME: Field = { head: "cell", words: true, of: ({ name }) => name };
const RUNS: Field = { head: "n", of: ({ n }) => String(n) };
const level = ({ methods }: ReportDocument) => `${levelName(methods)} CI`;

/** Mean and spread of each cell. */
export function resultsTable(document: ReportDocument): ReportTable {
  const others = document.panels.some(({ measure, cells }) => measure === "test" && cells.some(({ score }) => score));
  return tableOf(document, [
    NAME,
    RUNS,
    { head: "mean ± std", of: (cell, { measure }, digits) => meanAndStd(cell[measure], digits) },
    { head: "s.e.", of: (cell, { measure }, digits) => fixed(cell[measure]?.standardError, digits + 1) },
    { head: level(document), of: (cell, { measure }, digits) => interval(cell[measure]?.interval, digits) },
    { head: "IQM", of: (cell, { measure }, digits) => fixed(cell[measure]?.interquartileMean, digits) },
    { head: `${level(document)} of IQM`, of: (cell, { measure }, digits) => interval(cell[measure]?.interquartileInterval, digits) },
    ...(document.panels.some(({ ranks }) => ranks)
      ? [{ head: "mean rank", of: ({ name }: CellStatistics, { ranks }: Panel) => fixed(ranks?.mean[name], 2) }]
      : []),
    ...(others ? [{ head: "score", of: (cell: CellStatistics, _: Panel, digits: number) => meanAndStd(cell.score, digits) }] : []),
  ]);
}

/**
 * Each cell against its baseline, by one measure; undefined if nothing is compared.
 * @param measure  the panel's own if left out
 */
export function comparisonTable(document: ReportDocument, measure?: Measure): ReportTable | undefined {
  const of = (cell: CellStatistics, panel: Panel) => cell.comparison?.[measure ?? panel.measure];
  return someOf(document, (cell, panel) => of(cell, panel) !== undefined, [
    { head: "cell less its baseline", words: true, of: ({ name }) => name },
    { head: "pairs", of: (cell, panel) => String(of(cell, panel)?.n ?? 0) },
    { head: "difference", of: (cell, panel, digits) => signed(of(cell, panel)?.difference, digits) },
    { head: "s.e.", of: (cell, panel, digits) => fixed(of(cell, panel)?.standardError, digits + 1) },
    { head: level(document), of: (cell, panel, digits) => interval(of(cell, panel)?.interval, digits, signed) },
    { head: "Wilcoxon p", of: (cell, panel) => probability(of(cell, panel)?.wilcoxon.p) },
    { head: "Holm", of: (cell, panel) => probability(of(cell, panel)?.wilcoxon.holm) },
    { head: "paired t p", of: (cell, panel) => probability(of(cell, panel)?.pairedT?.p) },
    { head: "Holm", of: (cell, panel) => probability(of(cell, panel)?.pairedT?.holm) },
    { head: "Cliff’s δ", of: (cell, panel) => signed(of(cell, panel)?.cliffsDelta, 2) },
    { head: "d_z", of: (cell, panel) => signed(of(cell, panel)?.pairedEffectSize, 2) },
    { head: "win rate", of: (cell, panel) => percentage(of(cell, panel)?.winRate) },
    {
      head: "wins – ties – losses",
      of: (cell, panel) => {
        const compared = of(cell, panel);
        return compared ? `${compared.wins} – ${compared.ties} – ${compared.losses}` : NOTHING;
      },
    },
  ]);
}

/** What the searches did: how far they looked, and how soon they were good. */
export function searchTable(document: ReportDocument): ReportTable {
  const cells = document.panels.flatMap(({ cells }) => cells);
  const average = (head: string, of: (cell: CellStatistics) => Moments | undefined, digits: number): Field[] =>
    cells.some((cell) => of(cell)) ? [{ head, of: (cell) => fixed(of(cell)?.mean, digits) }] : [];
  return tableOf(document, [
    NAME,
    ...average("queries", ({ queries }) => queries, 0),
    ...average("different architectures", ({ distinct }) => distinct, 1),
    ...(cells.some(({ updates }) => updates && updates.mean > 0)
      ? [{ head: "new subspaces", of: ({ updates }: CellStatistics) => meanAndStd(updates, 1) }]
      : []),
    ...average("seconds charged", ({ seconds }) => seconds, 0),
    ...(cells.some(({ area }) => area)
      ? [{ head: "area under incumbent", of: ({ area }: CellStatistics, _: Panel, digits: number) => meanAndStd(area, digits) }]
      : []),
    ...MEASURES.flatMap((measure): Field[] => {
      const wanted = new Set(cells.flatMap(({ targets }) => targets?.[measure]?.target ?? []));
      if (wanted.size === 0) return [];
      const sign = minimised(document, measure) ? "≤ " : "";
      const only = wanted.size === 1 ? [...wanted][0] : undefined;
      return [
        ...(only === undefined
          ? [{ head: `target of the ${measure}`, of: ({ targets }: CellStatistics) => `${targets?.[measure]?.target ?? NOTHING}` }]
          : []),
        {
          head: `reach ${only === undefined ? "it" : `${measure} ${sign}${only}`}`,
          of: ({ targets }) => percentage(targets?.[measure]?.reached),
        },
        { head: "median queries to it", of: ({ targets }) => fixed(targets?.[measure]?.medianQueries, 0) },
      ];
    }),
  ]);
}

/** The regret of each cell after 10, 20, 50 queries and so on; undefined where the best is not known. */
export function regretTable(document: ReportDocument): ReportTable | undefined {
  const known = document.panels.flatMap(({ cells }) => cells.flatMap(({ regret }) => regret ?? []));
  const queries = [...new Set(known.map((one) => one.queries))].sort((a, b) => a - b);
  return someOf(document, ({ regret }) => regret !== undefined, [
    NAME,
    ...queries.map((at) => ({
      head: at.toLocaleString("en-US"),
      of: ({ regret }: CellStatistics) => fixed(regret?.find((one) => one.queries === at)?.mean, 3),
    })),
  ]);
}

/** The few columns that fit a column of a paper; the number of runs is there if it is not the same for all. */
export function paperTable(document: ReportDocument): ReportTable {
  const equal = new Set(document.panels.flatMap(({ cells }) => cells.map(({ n }) => n))).size === 1;
  const narrow = comparedInBrief(document).filter(({ head }) => head !== "Cliff’s δ");
  return tableOf(document, [
    NAME,
    ...(equal ? [] : [RUNS]),
    { head: "mean ± std", of: (cell, { measure }, digits) => meanAndStd(cell[measure], digits) },
    ...(document.panels.some(({ family }) => family > 0) ? narrow : briefIntervals(document)),
  ]);
}

/** The few columns that fit a terminal. */
export function briefTable(document: ReportDocument): ReportTable {
  return tableOf(document, [
    NAME,
    RUNS,
    { head: "mean ± std", of: (cell, { measure }, digits) => meanAndStd(cell[measure], digits) },
    ...(document.panels.some(({ family }) => family > 0) ? comparedInBrief(document) : briefIntervals(document)),
  ]);
}

/** Of the variants over all panels; undefined where there is one panel. */
export function ranksTable({ ranks }: ReportDocument): ReportTable | undefined {
  if (!ranks) return undefined;
  const ranked = Object.entries(ranks.mean).sort(([, a], [, b]) => a - b);
  const outcomes = ["better", "level", "worse"] as const;
  const rest = (variant: string) => {
    const comparison = ranks.comparison[variant];
    return comparison
      ? [probability(comparison.p), probability(comparison.holm), ...outcomes.map((outcome) => String(comparison[outcome]))]
      : Array(2 + outcomes.length).fill(NOTHING);
  };
  return {
    columns: [
      { head: "variant", words: true },
      ...["mean rank", `p, against ${ranks.baseline}`, "Holm", ...outcomes].map((head) => ({ head })),
    ],
    groups: [{ rows: ranked.map(([variant, rank]) => [variant, fixed(rank, 2), ...rest(variant)]) }],
  };
}

/** The mean ranks by regrets after so many queries; undefined where they are not known. */
export function ranksAfterTable({ ranks }: ReportDocument): ReportTable | undefined {
  if (!ranks?.after) return undefined;
  const { after } = ranks;
  const ranked = Object.entries(ranks.mean).sort(([, a], [, b]) => a - b);
  return {
    columns: [
      { head: "variant", words: true },
      ...after.map(({ queries, blocks }) => ({ head: `${queries.toLocaleString("en-US")} (${counted(blocks, "panel")})` })),
    ],
    groups: [{ rows: ranked.map(([variant]) => [variant, ...after.map(({ mean }) => fixed(mean[variant], 2))]) }],
  };
}

function minimised({ panels }: ReportDocument, measure: Measure): boolean {
  return panels.every(({ metrics }) => better(metrics[measure]) < 0);
}

function comparedInBrief(document: ReportDocument): Field[] {
  const of = (cell: CellStatistics, { measure }: Panel) => cell.comparison?.[measure];
  return [
    { head: "difference", of: (cell, panel, digits) => signed(of(cell, panel)?.difference, digits) },
    { head: level(document), of: (cell, panel, digits) => interval(of(cell, panel)?.interval, digits, signed) },
    { head: "p (Holm)", of: (cell, panel) => probability(of(cell, panel)?.wilcoxon.holm) },
    { head: "Cliff’s δ", of: (cell, panel) => signed(of(cell, panel)?.cliffsDelta, 2) },
    { head: "win rate", of: (cell, panel) => percentage(of(cell, panel)?.winRate) },
  ];
}

function briefIntervals(document: ReportDocument): Field[] {
  return [
    { head: level(document), of: (cell, { measure }, digits) => interval(cell[measure]?.interval, digits) },
    { head: "IQM", of: (cell, { measure }, digits) => fixed(cell[measure]?.interquartileMean, digits) },
    {
      head: "best",
      of: (cell, { measure, metrics }, digits) => fixed(cell[measure]?.quartiles[better(metrics[measure]) > 0 ? 4 : 0], digits),
    },
  ];
}

function tableOf(document: ReportDocument, fields: readonly Field[]): ReportTable {
  return someOf(document, () => true, fields)!;
}

function someOf(
  { panels }: ReportDocument,
  wanted: (cell: CellStatistics, panel: Panel) => boolean,
  fields: readonly Field[],
): ReportTable | undefined {
  const groups = panels.map(withShortNames).flatMap((panel): Group[] => {
    const digits = digitsOf(panel);
    const rows = panel.cells.filter((cell) => wanted(cell, panel)).map((cell) => fields.map(({ of }) => of(cell, panel, digits)));
    return rows.length > 0 ? [{ ...(panels.length > 1 && { heading: panel.name }), rows }] : [];
  });
  return groups.length > 0 ? { columns: fields.map(({ head, words = false }) => ({ head, words })), groups } : undefined;
}

/** Digits after the point for the means of a panel. */
export function digitsOf({ cells, measure }: Panel): number {
  return digitsFor(cells.map((cell) => cell[measure]?.standardError));
}
