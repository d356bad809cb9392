/** The columns that a table gets from the metrics of a description. @module */
import type { MetricSource, TableImport } from "../../../../core/manifest/table-import.ts";
import type { Metric } from "../../../../core/plugin/metric.ts";
import type { ColumnDescription } from "../../../../core/table/table.ts";
import type { Entry } from "./architectures.ts";
import { cellText, isMissing, numberOf } from "./numbers.ts";
import type { Problems } from "./problems.ts";
import type { Cell, Readings } from "./readings.ts";

/** A column of the new table; a number for each entry, NaN where it has none. */
export interface NewColumn {
  readonly name: string;
  readonly description: ColumnDescription;
  readonly values: Float64Array;
}

/** The whole training, and the points before it, in the table's order: what is asked for first comes first. */
export interface Points {
  /** Epochs of the whole; 0 where none are known. */
  readonly whole: number;
  readonly all: readonly { readonly key: number | undefined; readonly epochs: number; readonly scheduled?: number }[];
}

/** @returns the points at which a metric is taken, or what is wrong: a sentence without a place */
export function pointsOf({ epochs: told, scheduled, points }: MetricSource, { epochs: found }: Readings): Points | string {
  if (found.length === 0) {
    const whole = told ?? 0;
    return { whole, all: [{ key: undefined, epochs: whole, ...(scheduled !== undefined && { scheduled }) }] };
  }
  const last = found.at(-1)!;
  const whole = told ?? last;
  if (!found.includes(whole))
    return `must be one of the epochs that the file has, ${found.length > 10 ? `${found[0]} … ${last}` : found.join(", ")}; found ${whole}`;
  if (points === "last") return { whole, all: [{ key: whole, epochs: whole, ...(scheduled !== undefined && { scheduled }) }] };
  if (whole !== last) return `the file has epochs up to ${last}, and ${whole} is not the last: leave it out, or set "points": "last"`;
  const before = found.slice(0, -1).map((epochs) => ({ key: epochs, epochs, ...(points === "curve" && { scheduled: whole }) }));
  return { whole, all: [{ key: whole, epochs: whole }, ...before] };
}

/**
 * Reads a metric at all its points: at each the mean over the training seeds and, where these are to be kept, a column for
 * each of them.
 *
 * @param lacking  is given the entries that have no number; they are a problem where none may be left out
 */
export function metricColumns(
  source: MetricSource,
  { whole: _, all: points }: Points,
  readings: Readings,
  entries: readonly Entry[],
  { dataset, seeds: kept, missing }: Pick<TableImport, "dataset" | "seeds" | "missing">,
  problems: Problems,
  lacking: Set<Entry>,
): NewColumn[] {
  const seeds = readings.seeds.length > 0 ? readings.seeds : [undefined];
  const several = seeds.length > 1;
  const [least, most] = rangeOf(source);
  const counts = { least: Number.POSITIVE_INFINITY, most: 0 };
  const means = points.map(() => new Float64Array(entries.length));
  const each = points.map(() => (several && kept === "kept" ? seeds.map(() => new Float64Array(entries.length)) : []));

  for (const [i, entry] of entries.entries())
    for (const [p, { key }] of points.entries()) {
      let sum = 0;
      let count = 0;
      let first: Cell | undefined;
      for (const [s, seed] of seeds.entries()) {
        const cell = readings.cell(entry, key, seed);
        first ??= cell;
        const value = cell && !isMissing(cell.found) ? checked(cell) : Number.NaN;
        if (each[p]![s]) each[p]![s]![i] = value;
        if (Number.isNaN(value)) continue;
        sum += value;
        count++;
      }
      means[p]![i] = count === 0 ? Number.NaN : count === 1 ? sum : sum / count;
      if (count === 0) absent(entry, key, first);
      else {
        counts.least = Math.min(counts.least, count);
        counts.most = Math.max(counts.most, count);
      }
    }

  return points.flatMap((point, p) => {
    const { epochs, scheduled } = point;
    const metric = metricOf(source, dataset, epochs, scheduled);
    const column = (values: Float64Array, of: readonly [number, number], seed?: number): NewColumn => ({
      name: columnName(source, metric, points.length > 1, seed),
      description: { role: "metric", metric, seeds: of, ...(seed !== undefined && { seed }) },
      values,
    });
    const [a, b] = source.meanOf;
    const mean = column(means[p]!, several ? [a * counts.least, b * counts.most] : [a, b]);
    return [mean, ...each[p]!.map((values, s) => column(values, [a, b], seeds[s]))];
  });

  function checked({ row, column, found }: Cell): number {
    const read = numberOf(found);
    const value = source.factor === 1 && source.offset === 0 ? read : scaled(read, source);
    if (Number.isNaN(read)) problems.at(row, column, `${cellText(found)} is not a number`);
    else if (value < least || value > most) {
      const shown = value === read ? `${read}` : `${read}, times ${source.factor} and with ${source.offset} added ${value},`;
      problems.at(row, column, `${shown} is outside ${least} … ${most}${source.range ? "" : `, what ${source.unit} can be`}`);
    } else return value;
    return Number.NaN;
  }

  function absent(entry: Entry, epoch: number | undefined, cell: Cell | undefined): void {
    if (lacking.has(entry)) return;
    lacking.add(entry);
    if (missing === "leave-out" || (cell && !isMissing(cell.found))) return; // what is no number is told already
    const remedy = 'Take the architecture out, or set "missing": "leave-out" in the description';
    if (cell) problems.at(cell.row, cell.column, `it is empty. ${remedy}`);
    else problems.at(entry.rows[0]!, source.column, `${entry.text} has no row for the epoch ${epoch}. ${remedy}`);
  }
}

/** To 15 digits, which every double has: 0.57 becomes 57 and not 56.99999999999999. */
export function scaled(value: number, { factor, offset = 0 }: { readonly factor: number; readonly offset?: number }): number {
  return factor === 1 && offset === 0 ? value : Number((value * factor + offset).toPrecision(15));
}

function rangeOf({ range, unit }: MetricSource): readonly [number, number] {
  return range ?? (unit === "percent" ? [0, 100] : [-Number.MAX_VALUE, Number.MAX_VALUE]);
}

function metricOf(
  { name, dataset, split, trainedOn, unit, goal }: MetricSource,
  own: string,
  epochs: number,
  scheduled: number | undefined,
): Metric {
  return {
    name,
    dataset: dataset ?? own,
    split,
    epochs,
    ...(scheduled !== undefined && { scheduled }),
    trainedOn,
    unit,
    ...(goal === "minimise" && { goal }),
  };
}

function columnName(
  { as }: MetricSource,
  { name, dataset, split, epochs, scheduled }: Metric,
  isPoint: boolean,
  seed: number | undefined,
): string {
  const parts = [
    ...(as !== undefined ? [as, ...(isPoint ? [epochs] : [])] : [name, dataset, split, ...(epochs > 0 ? [epochs] : [])]),
    ...(scheduled !== undefined && (as === undefined || isPoint) ? ["of", scheduled] : []),
    ...(seed !== undefined ? ["seed", seed] : []),
  ];
  return parts.join("_").replaceAll(/[^\w.+-]/g, "-");
}
