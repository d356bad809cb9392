/**
 * A benchmark table from a file of numbers and its description: everything in the file that can be checked is, before there
 * is a table.
 *
 * @module
 */
import { manifestInvalid } from "../../../../core/errors/index.ts";
import { shortSlot } from "../../../../core/manifest/slots.ts";
import type { CostSource, MetricSource, SecondsSource, TableImport } from "../../../../core/manifest/table-import.ts";
import type { Space } from "../../../../core/plugin/space.ts";
import { Numbering } from "../../../../core/space/choices.ts";
import type { TableDescription } from "../../../../core/table/table.ts";
import type { NewTable } from "../../../../core/table/table-file.ts";
import type { SourceRows } from "../source/source-rows.ts";
import { componentProblems, type Entry, readArchitectures } from "./architectures.ts";
import { checkKnown } from "./checks.ts";
import { unknownColumns } from "./columns.ts";
import { metricColumns, type NewColumn, type Points, pointsOf, scaled } from "./metric-columns.ts";
import { cellText, isMissing, numberOf } from "./numbers.ts";
import { Problems } from "./problems.ts";
import { type Readings, RowIndex, readingsOf } from "./readings.ts";

/** Where a space has more architectures they are found by their texts (see core/table/table.ts), and codes would be of no use. */
const MOST_CODES = 2 ** 22;

export interface Imported {
  readonly table: NewTable;
  /** How many architectures of the file were left out, since they lack a number. */
  readonly leftOut: number;
  /** What looks wrong and may be right. */
  readonly notes: readonly string[];
}

/**
 * @param origin  what the table's provenance says of the file
 * @throws EvokeError MANIFEST_INVALID if the description names what the file does not have, TABLE_INVALID with what is wrong in the file
 */
export function importTable(source: SourceRows, description: TableImport, space: Space, origin: object): Imported {
  const wrong = [...unknownColumns(description, source), ...componentProblems(description, space)];
  if (wrong.length > 0) throw manifestInvalid(description.file, wrong);
  const problems = new Problems(source, description.file);
  const entries = readArchitectures(source, description, space, problems);
  const index = new RowIndex(source, description, entries, (row, column, problem) => problems.at(row, column, problem));

  const located = description.metrics.map((metric, i) => locate(metric, i));
  const search = description.search ?? firstMetric(located);
  const lacking = new Set<Entry>();
  const columns = [
    ...located.flatMap(({ metric, points, readings }) => metricColumns(metric, points, readings, entries, description, problems, lacking)),
    ...description.seconds.map((seconds, i) => secondsColumn(seconds, i)),
    ...(["madds", "parameters"] as const).flatMap((role) => (description[role] ? [costColumn(role, description[role])] : [])),
  ];
  checkKnown(source, description, entries, space, problems);
  problems.refuse();
  refuseTwins(columns, description.file);

  const kept = entries.flatMap((entry, i) => (lacking.has(entry) ? [] : [{ entry, i }]));
  if (kept.length === 0) problems.add("no architecture has all its numbers");
  if (lacking.size > 0 && description.complete)
    problems.add(`${lacking.size} architectures lack a number, and the description says that the table is complete`);
  problems.refuse();
  const values = Object.fromEntries(columns.map(({ name, values }) => [name, kept.map(({ i }) => values[i]!)]));
  const described = Object.fromEntries(columns.map(({ name, description }) => [name, description]));
  const numbering = new Numbering(space);
  if (numbering.count <= MOST_CODES) {
    described.code = { role: "code" };
    values.code = kept.map(({ entry }) => numbering.of(entry.architecture));
  }
  return {
    table: { description: tableDescription(), architectures: kept.map(({ entry }) => entry.text), values },
    leftOut: lacking.size,
    notes: located.flatMap(({ metric }, i) => noteOf(metric, columns[i]!)),
  };

  function locate(metric: MetricSource, i: number): { metric: MetricSource; readings: Readings; points: Points } {
    const readings = readingsOf(source, metric, description, entries, index);
    if (typeof readings === "string") throw manifestInvalid(description.file, [`/metrics/${i}/column: ${readings}`]);
    const points = pointsOf(metric, readings);
    if (typeof points === "string") throw manifestInvalid(description.file, [`/metrics/${i}/epochs: ${points}`]);
    return { metric, readings, points };
  }

  function secondsColumn({ column, epochs = search.epochs, datasets, of, factor, as }: SecondsSource, i: number): NewColumn {
    const readings = readingsOf(source, { column }, description, entries, index);
    if (typeof readings === "string") throw manifestInvalid(description.file, [`/seconds/${i}/column: ${readings}`]);
    if (readings.epochs.length > 0 && !readings.epochs.includes(epochs))
      throw manifestInvalid(description.file, [`/seconds/${i}/epochs: the file has no row for the epoch ${epochs}`]);
    const metric: MetricSource = {
      ...{ name: "seconds", unit: "seconds", split: "validation", trainedOn: "", goal: "minimise", every: 1, points: "last", offset: 0 },
      ...{ meanOf: [1, 1], range: [0, Number.MAX_VALUE], column, factor },
    };
    const points = { whole: epochs, all: [{ key: readings.epochs.length > 0 ? epochs : undefined, epochs }] };
    const [mean] = metricColumns(metric, points, readings, entries, { ...description, seeds: "mean" }, problems, lacking);
    const name = as ?? ["seconds", ...Object.keys(datasets ?? {}).slice(0, 1), ...(epochs > 0 ? [epochs] : [])].join("_");
    return { name, description: { role: "seconds", epochs, datasets: datasets ?? { [description.dataset]: 1 }, of }, values: mean!.values };
  }

  function costColumn(role: "madds" | "parameters", { column, dataset = description.dataset, factor }: CostSource): NewColumn {
    const values = Float64Array.from(entries, ({ architecture, text, rows: [first, ...others] }) => {
      const found = source.value(column, first!);
      const value = isMissing(found) ? Number.NaN : scaled(numberOf(found), { factor });
      const other = others.find((row) => source.value(column, row) !== found);
      const counted = space.cost?.(architecture)[role];
      if (Number.isNaN(value)) problems.at(first!, column, isMissing(found) ? "it is empty" : `${cellText(found)} is not a number`);
      else if (value < 0) problems.at(first!, column, `${value} is below 0`);
      else if (other !== undefined)
        problems.at(
          other,
          column,
          `${cellText(source.value(column, other))} for ${text}, which has ${cellText(found)} in ${source.place(first!)}`,
        );
      else if (counted !== undefined && value !== counted)
        problems.at(
          first!,
          column,
          `it is ${value}, and the space counts ${counted} for ${text}. Where the file counts in another way, describe it as a metric`,
        );
      return value;
    });
    return { name: role, description: { role, dataset }, values };
  }

  function tableDescription(): TableDescription {
    const { name, description: text, complete, source: from, licence, provenance, report } = description;
    const { size } = lacking;
    return {
      version: 1,
      description: text,
      space: shortSlot(description.space),
      complete,
      fidelity: { search, report: report ?? lastTest(located, search) },
      source: from,
      licence,
      provenance: { importedFrom: origin, ...(size > 0 && { leftOut: `${size} architectures that lack a number` }), ...provenance },
      name,
      columns: described,
    };
  }
}

interface Located {
  readonly metric: MetricSource;
  readonly points: Points;
}

function firstMetric(located: readonly Located[]): { readonly name: string; readonly epochs: number } {
  const { metric, points } = located.find(({ metric }) => metric.split === "validation")!;
  return { name: metric.name, epochs: points.whole };
}

/** The same metric after the most epochs that it is tested after; where it is not, the search's own. */
function lastTest(located: readonly Located[], search: { readonly name: string; readonly epochs: number }) {
  const tests = located.filter(({ metric }) => metric.split === "test" && metric.name === search.name).map(({ points }) => points.whole);
  return { name: search.name, epochs: tests.length > 0 ? Math.max(...tests) : search.epochs };
}

function refuseTwins(columns: readonly NewColumn[], file: string): void {
  const names = columns.map(({ name }) => name);
  const twin = names.find((name, i) => names.indexOf(name) < i);
  if (twin !== undefined)
    throw manifestInvalid(file, [
      `/metrics: two columns of the table would be called ${JSON.stringify(twin)}. Are they different metrics? Then say how they differ, by split, epochs, dataset or name`,
    ]);
}

function noteOf({ column, unit, factor }: MetricSource, { values }: NewColumn): string[] {
  if (unit !== "percent" || factor !== 1 || !values.every((value) => !(value > 1))) return [];
  return [
    `All numbers of ${JSON.stringify(column)} are between 0 and 1, and said to be percent. If they are fractions, set "factor": 100.`,
  ];
}
