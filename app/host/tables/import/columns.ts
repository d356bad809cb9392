/**
 * The columns of the file that a description names, one by one: {epoch} and {seed} in a name stand for the numbers that the
 * file's columns have there.
 *
 * @module
 */
import { nearest } from "../../../../core/errors/index.ts";
import type { TableImport } from "../../../../core/manifest/table-import.ts";
import type { SourceRows } from "../source/source-rows.ts";
import { columnsOfArchitecture } from "./architectures.ts";

/** A column with its epoch and its seed, as far as these stand in its name. */
export interface NamedColumn {
  readonly column: string;
  readonly epoch?: number;
  readonly seed?: number;
}

/**
 * The columns that a name with placeholders stands for, by epoch and seed; without, the one column. A placeholder that is
 * there again stands for the same number.
 */
export function columnsLike(name: string, columns: readonly string[]): NamedColumn[] {
  if (!/\{(epoch|seed)\}/.test(name)) return columns.includes(name) ? [{ column: name }] : [];
  const pattern = name.split(/(\{epoch\}|\{seed\})/).map((part, i, parts) => {
    const placeholder = /^\{(epoch|seed)\}$/.exec(part)?.[1];
    if (placeholder === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return parts.indexOf(part) < i ? `\\k<${placeholder}>` : `(?<${placeholder}>\\d+)`;
  });
  const expression = new RegExp(`^${pattern.join("")}$`);
  return columns
    .flatMap((column) => {
      const groups = expression.exec(column)?.groups;
      if (!groups) return [];
      const { epoch, seed } = groups;
      return [{ column, ...(epoch !== undefined && { epoch: Number(epoch) }), ...(seed !== undefined && { seed: Number(seed) }) }];
    })
    .sort((a, b) => (a.epoch ?? 0) - (b.epoch ?? 0) || (a.seed ?? 0) - (b.seed ?? 0));
}

/** Every column that a description names, with its JSON pointer. */
export function namedColumns({
  architecture,
  rows,
  metrics,
  seconds,
  madds,
  parameters,
  checks,
}: TableImport): (readonly [pointer: string, column: string])[] {
  const ofArchitecture = columnsOfArchitecture(architecture);
  const keys = typeof architecture === "string" || typeof architecture.components === "string" ? [] : Object.keys(architecture.components);
  const within = (pointer: string, of: object = {}) =>
    Object.entries(of).map(([key, column]) => [`${pointer}/${key}`, String(column)] as const);
  return [
    ...(keys.length === 0
      ? [[typeof architecture === "string" ? "/architecture" : "/architecture/components", ofArchitecture[0]!] as const]
      : keys.map((key, i) => [`/architecture/components/${key}`, ofArchitecture[i]!] as const)),
    ...within("/rows", rows),
    ...metrics.map(({ column }, i) => [`/metrics/${i}/column`, column] as const),
    ...seconds.map(({ column }, i) => [`/seconds/${i}/column`, column] as const),
    ...(madds ? [["/madds/column", madds.column] as const] : []),
    ...(parameters ? [["/parameters/column", parameters.column] as const] : []),
    ...Object.keys(checks.maxima ?? {}).map((column) => [`/checks/maxima/${column}`, column] as const),
    ...Object.keys(checks.minima ?? {}).map((column) => [`/checks/minima/${column}`, column] as const),
    ...(checks.functionKey !== undefined ? [["/checks/functionKey", checks.functionKey] as const] : []),
  ];
}

/** What the description names and the file does not have. */
export function unknownColumns(description: TableImport, { file, columns }: SourceRows): string[] {
  return namedColumns(description)
    .filter(([, column]) => columnsLike(column, columns).length === 0)
    .map(([pointer, column]) => {
      const near = nearest(column, columns);
      const some = columns.slice(0, 20).join(", ");
      const hint = near
        ? `Did you mean ${JSON.stringify(near)}?`
        : `It has ${some}${columns.length > 20 ? `, and ${columns.length - 20} more` : ""}.`;
      return `${pointer}: ${file} has no column ${JSON.stringify(column)}. ${hint}`;
    });
}
