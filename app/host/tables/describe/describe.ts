/**
 * A first description of a file of numbers, guessed from what is in it, for people to edit.
 *
 * @module
 */
import { basename } from "node:path";
import type { SourceRows } from "../source/source-rows.ts";
import { type FoundArchitecture, findArchitecture, type KnownSpace } from "./guess-architecture.ts";
import { COSTS, EPOCH, epochsOf, type GuessedMetric, groupsOf, metricOf, plainName, SEED, secondsFactor } from "./guess-metrics.ts";
import { type Profile, profileOf } from "./profile.ts";

export type { KnownSpace } from "./guess-architecture.ts";

export interface Described {
  /** To be written as JSON. */
  readonly description: object;
  /** What was guessed, or left out, and should be looked at; sentences. */
  readonly notes: readonly string[];
}

/**
 * @param spaces  those whose architectures a column may have: one that was named, or all that are built in
 */
export function describeSource(source: SourceRows, spaces: readonly KnownSpace[]): Described {
  const notes: string[] = [];
  const profiles = source.columns.map((column) => profileOf(source, column));
  const found = findArchitecture(source, profiles, spaces);
  notes.push(...found.notes);
  const rows = rowsOf(source, profiles, found);
  const rest = profiles.filter(
    ({ column, kind }) => !found.columns.includes(column) && column !== rows?.epoch && column !== rows?.seed && kind !== "nothing",
  );
  const numbers = rest.filter((profile) => (profile.kind === "numbers" || profile.kind === "lists") && !isIndex(profile, source.rows));

  const metrics: GuessedMetric[] = [];
  const seconds: object[] = [];
  const costs: Record<string, object> = {};
  for (const group of groupsOf(numbers)) {
    const { column } = group;
    const role = (Object.keys(COSTS) as (keyof typeof COSTS)[]).find((role) => COSTS[role].test(plainName(column)));
    const metric = metricOf(group);
    if (metric) metrics.push(distinct(metric, metrics));
    else if (role === "seconds") {
      const [factor, epochs] = [secondsFactor(column), epochsOf(column)];
      seconds.push({ column, ...(epochs !== undefined && { epochs }), of: "training", ...(factor !== 1 && { factor }) });
    } else if (role && !costs[role] && agrees(source, column, role, found)) costs[role] = { column };
    else if (role)
      metrics.push(distinct({ name: role === "madds" ? "flops" : role, unit: "none stated", goal: "minimise", column }, metrics));
    else notes.push(`The column ${JSON.stringify(column)} is left out: its name does not say what it is. If it is a metric, add it.`);
  }
  if (metrics.length === 0) notes.push('No column is called as a metric is: fill in "metrics".');
  else if (metrics.every(({ split }) => split === "test"))
    notes.push('All metrics are of a test split, and a search sees validation metrics only: say which is "split": "validation".');
  const minimised = metrics.filter(({ goal }) => goal === "minimise").map(({ column }) => column);
  if (minimised.length > 0) notes.push(`Taken as better the smaller they are: ${minimised.join(", ")}.`);
  if (metrics.some(({ name }) => name === "score"))
    notes.push('What is called "score" has no name in the file that says what it is: give it a name, a unit and a goal.');
  if (rows?.epoch !== undefined || metrics.some(({ column, list }) => column.includes("{epoch}") || list === "epochs"))
    notes.push(
      'Several epochs of an architecture are taken as points of one training. If each is the end of a training of its own, set "points": "trainings".',
    );
  if (metrics.some(({ factor }) => factor === 100)) notes.push("Fractions from 0 to 1 are taken to percent, by a factor of 100.");
  notes.push('"source" and "licence" say nothing yet.');

  const name = nameOf(source.file);
  return {
    description: {
      name,
      description: `${count(source, found, rows)} architectures of ${basename(source.file)}`,
      source: "none stated",
      licence: "none stated",
      ...(found.plugins && { plugins: found.plugins }),
      space: found.slot,
      complete: found.size === BigInt(count(source, found, rows)),
      architecture: found.architecture,
      ...(rows && { rows }),
      dataset: metrics.find(({ dataset }) => dataset !== undefined)?.dataset ?? name,
      metrics,
      ...(seconds.length > 0 && { seconds }),
      ...costs,
    },
    notes,
  };
}

/** The columns that tell rows of one architecture apart, where there are several. */
function rowsOf(source: SourceRows, profiles: readonly Profile[], { columns }: FoundArchitecture) {
  if (distinctRows(source, columns) === source.rows) return undefined;
  const like = (name: RegExp) =>
    profiles.find(({ column, kind, whole }) => kind === "numbers" && whole && name.test(plainName(column)))?.column;
  const [epoch, seed] = [like(EPOCH), like(SEED)];
  if (epoch === undefined && seed === undefined) return undefined;
  return { ...(epoch !== undefined && { epoch }), ...(seed !== undefined && { seed }) };
}

function count(source: SourceRows, { columns }: FoundArchitecture, rows: object | undefined): number {
  return rows ? distinctRows(source, columns) : source.rows;
}

function distinctRows(source: SourceRows, columns: readonly string[]): number {
  return new Set(
    Array.from({ length: source.rows }, (_, row) => JSON.stringify(columns.map((column) => String(source.value(column, row))))),
  ).size;
}

/** Rows that are numbered. */
function isIndex({ column, kind, whole, range: [least, most], values }: Profile, rows: number): boolean {
  if (/^(index|idx|id|no|row|unnamed.*|)$/i.test(column)) return true;
  return kind === "numbers" && whole && rows > 2 && values === undefined && least <= 1 && most === least + rows - 1;
}

/** Whether a cost is what the space counts, in the first rows; where it counts none, it may be. */
function agrees(source: SourceRows, column: string, role: "madds" | "parameters", { decode }: FoundArchitecture): boolean {
  if (!decode) return true;
  for (let row = 0; row < Math.min(20, source.rows); row++) {
    const counted = decode(row)?.[role];
    if (counted !== undefined && counted !== Number(source.value(column, row))) return false;
  }
  return true;
}

/** Two metrics that look the same get the names of their columns. */
function distinct(metric: GuessedMetric, before: readonly GuessedMetric[]): GuessedMetric {
  const same = (other: GuessedMetric) =>
    (["name", "dataset", "split", "epochs"] as const).every((aspect) => other[aspect] === metric[aspect]);
  return before.some(same) ? { ...metric, name: metric.column.replaceAll(/_?\{\w+\}/g, "") } : metric;
}

function nameOf(file: string): string {
  const stem = basename(file)
    .toLowerCase()
    .replace(/\.gz$/, "")
    .replace(/\.[a-z]+$/, "");
  return stem.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "table";
}
