/**
 * Every cell against every other: a table of all differences, one of the clearest with their intervals, and spreadsheets.
 *
 * @module
 */
import { better } from "../../../core/plugin/metric.ts";
import type { PairComparison, PairOverPanels, Pairs, Panel, ReportDocument } from "../document.ts";
import { withShortNames } from "../document.ts";
import { fixed, interval, levelName, NOTHING, percentage, probability, signed } from "../format.ts";
import { csv, type Group, type ReportTable } from "./table.ts";
import { digitsOf } from "./tables.ts";

/** How many pairs the table with intervals shows; `pairs.csv` has all. */
export const MOST_LISTED = 20;

/** The cells of a panel's pairs by their means, the best first. */
export function bestFirst({ pairs, cells, measure, metrics }: Panel): string[] {
  const mean = (name: string) => cells.find((cell) => cell.name === name)![measure]!.mean;
  return (pairs?.cells ?? []).toSorted((a, b) => better(metrics[measure]) * (mean(b) - mean(a)));
}

/** Row less column above the diagonal, Holm's p below; undefined where the panel has no pairs. */
export function pairsMatrix(given: Panel): ReportTable | undefined {
  const panel = withShortNames(given);
  if (!panel.pairs) return undefined;
  const { comparisons } = panel.pairs;
  return triangles(bestFirst(panel), comparisons, ({ difference }, sign) => signed(sign * difference, digitsOf(panel)));
}

/** The share of panels and seeds that the row wins above the diagonal, Holm's p below; undefined with one panel. */
export function pairsOverPanelsMatrix({ pairs, ranks }: ReportDocument): ReportTable | undefined {
  if (!pairs) return undefined;
  const rank = (variant: string) => ranks?.mean[variant] ?? Number.POSITIVE_INFINITY;
  const variants = pairs.variants.toSorted((a, b) => rank(a) - rank(b));
  return triangles(variants, pairs.comparisons, ({ winRate }, sign) => percentage(sign === 1 ? winRate : 1 - winRate));
}

type Named = Pick<PairComparison, "first" | "second" | "holm">;

/**
 * Columns have the numbers of their rows, so that many fit.
 * @param above  what stands above the diagonal; the sign is −1 where the row is the second of its comparison
 */
function triangles<C extends Named>(
  names: readonly string[],
  comparisons: readonly C[],
  above: (one: C, sign: 1 | -1) => string,
): ReportTable {
  const found = new Map(comparisons.map((one) => [JSON.stringify([one.first, one.second]), one]));
  const rows = names.map((name, row) => [
    `${row + 1} ${name}`,
    ...names.map((other, column) => {
      const one = found.get(JSON.stringify([name, other]));
      const turned = found.get(JSON.stringify([other, name]));
      if (!one && !turned) return NOTHING;
      if (row > column) return probability((one ?? turned)!.holm);
      return one ? above(one, 1) : above(turned!, -1);
    }),
  ]);
  return { columns: [{ head: "row less column", words: true }, ...names.map((_, i) => ({ head: String(i + 1) }))], groups: [{ rows }] };
}

/** The pairs with the smallest p of each panel; undefined where no panel has any. */
export function pairsTable(document: ReportDocument): ReportTable | undefined {
  const groups = document.panels.map(withShortNames).flatMap((panel): Group[] => {
    if (!panel.pairs) return [];
    const digits = digitsOf(panel);
    const rows = clearest(panel.pairs).map(({ first, second, n, difference, interval: between, p, holm }) => [
      ...[`${first} less ${second}`, String(n), signed(difference, digits), interval(between, digits, signed)],
      ...[probability(p), probability(holm)],
    ]);
    return [{ ...(document.panels.length > 1 && { heading: panel.name }), rows }];
  });
  const heads = ["pair", "seeds", "difference", `${levelName(document.methods)} CI`, "Wilcoxon p", "Holm"];
  return groups.length > 0 ? { columns: heads.map((head) => ({ head, words: head === "pair" })), groups } : undefined;
}

function clearest({ comparisons }: Pairs): PairComparison[] {
  const size = ({ difference }: PairComparison) => Math.abs(difference);
  return comparisons.toSorted((a, b) => a.p - b.p || size(b) - size(a)).slice(0, MOST_LISTED);
}

/** The same over panels; undefined with one panel. */
export function pairsOverPanelsTable({ pairs, methods }: ReportDocument): ReportTable | undefined {
  if (!pairs) return undefined;
  const rows = pairs.comparisons
    .toSorted((a, b) => a.p - b.p)
    .slice(0, MOST_LISTED)
    .map(({ first, second, n, winRate, interval: between, p, holm }: PairOverPanels) => [
      ...[`${first} against ${second}`, String(n), percentage(winRate)],
      ...[between ? `${fixed(100 * between.low, 0)} to ${fixed(100 * between.high, 0)} %` : NOTHING, probability(p), probability(holm)],
    ]);
  const heads = ["pair", "seeds", "win rate", `${levelName(methods)} CI`, "Wilcoxon p", "Holm"];
  return { columns: heads.map((head) => ({ head, words: head === "pair" })), groups: [{ rows }] };
}

/** `pairs.csv`: one line a pair of a panel; undefined where there are none. */
export function pairsCsv({ panels }: ReportDocument): string | undefined {
  const rows = panels.flatMap(({ name, measure, pairs }) =>
    (pairs?.comparisons ?? []).map(({ first, second, n, difference, interval, p, holm }) => [
      ...[name, measure, first, second, n, difference, interval?.low, interval?.high, p, holm],
    ]),
  );
  const columns = ["panel", "measure", "first", "second", "pairs", "difference", "difference_low", "difference_high"];
  return rows.length > 0 ? csv([...columns, "wilcoxon_p", "wilcoxon_holm"], rows) : undefined;
}

/** `wins.csv`: one line a pair of variants, over all panels; undefined with one panel. */
export function winsCsv({ pairs }: ReportDocument): string | undefined {
  const rows = (pairs?.comparisons ?? []).map(({ first, second, n, winRate, interval, p, holm }) => [
    ...[first, second, n, winRate, interval?.low, interval?.high, p, holm],
  ]);
  const columns = ["first", "second", "seeds", "win_rate", "win_rate_low", "win_rate_high", "wilcoxon_p", "wilcoxon_holm"];
  return pairs && csv(columns, rows);
}
