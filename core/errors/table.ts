/** Benchmark tables and tables of latencies. @module */
import type { Metric } from "../plugin/metric.ts";
import { EvokeError, nearest, suggestion } from "./evoke-error.ts";

/** A table file, or what it holds, is not right. */
export function tableInvalid(table: string, problem: string, cause?: Error): EvokeError {
  return new EvokeError("TABLE_INVALID", `Cannot use ${table}: ${problem}.`, cause ? { cause } : {});
}

/** A manifest names a table that was not imported. */
export function tableMissing(name: string, folder: string, remedy: string, known: readonly string[]): EvokeError {
  const near = nearest(name, known);
  const hint = near ? `Did you mean "${near}"?  ` : known.length > 0 ? `There are ${known.join(", ")}.  ` : "";
  return new EvokeError("TABLE_MISSING", `Cannot open the table "${name}": it is not in ${folder}.\n  ${hint}Import it with: ${remedy}`);
}

/** A table is not of the manifest's space. */
export function tableMismatch(table: string, space: string, row: number, text: string, cause?: Error): EvokeError {
  return new EvokeError(
    "TABLE_MISMATCH",
    `Cannot use the table "${table}" with this experiment's space: row ${row}, ${JSON.stringify(text)}, is not the architecture that it should be there.\n  The table is of the space "${space}": set /space to it, or choose another table.`,
    cause ? { cause } : {},
  );
}

/** A name for a table is not one. */
export function tableNameInvalid(name: string): EvokeError {
  return new EvokeError(
    "TABLE_NAME_INVALID",
    `Cannot name a table ${JSON.stringify(name)}: a name is lower-case letters and digits in words joined by hyphens, as nas-bench-201.`,
  );
}

/** A table has no metric as wanted. */
export function metricUnknown(
  table: string,
  aspect: string,
  wanted: string | number,
  settled: readonly string[],
  known: readonly (string | number)[],
): EvokeError {
  const among = settled.length > 0 ? ` for ${settled.join(", ")}` : "";
  const hint = typeof wanted === "string" ? suggestion(wanted, known.map(String), `values of ${aspect}`) : `It has ${known.join(", ")}.`;
  return new EvokeError("METRIC_UNKNOWN", `Cannot find ${aspect} ${JSON.stringify(wanted)}${among} in the table "${table}".\n  ${hint}`);
}

/** An evaluation would have two metrics of one name. */
export function metricTwice(name: string): EvokeError {
  return new EvokeError(
    "METRIC_TWICE",
    `Cannot look up two metrics called "${name}".\n  Call one of them something else, with "as" in /evaluator/options/metrics.`,
  );
}

/** A table has one number of a metric, and training seeds were to be drawn. */
export function seedsMissing(table: string, metric: Pick<Metric, "name" | "dataset" | "epochs">): EvokeError {
  const after = metric.epochs > 0 ? ` after ${metric.epochs} epochs` : "";
  return new EvokeError(
    "SEEDS_MISSING",
    `Cannot draw training seeds from the table "${table}": it has ${metric.name} on ${metric.dataset}${after} without them.\n  Set "seeds" to "mean"; or import the table again from a file with several seeds, with "seeds": "kept" in its description.`,
  );
}

/** A table has no row for an architecture. */
export function architectureUntabulated(table: string, architecture: string): EvokeError {
  return new EvokeError("ARCHITECTURE_UNTABULATED", `Cannot look up ${architecture}: the table "${table}" has no row for it.`);
}

/** A table of latencies is not YAML, or lacks a number. */
export function latencyTableInvalid(table: string, problem: string): EvokeError {
  return new EvokeError(
    "LATENCY_TABLE_INVALID",
    `Cannot use the table of latencies ${table}: ${problem}.\n  Expected YAML with a key for each block, and its milliseconds under "mean".`,
  );
}

/** A table of latencies has no row for a block. */
export function latencyUnknown(table: string, key: string): EvokeError {
  return new EvokeError(
    "LATENCY_UNKNOWN",
    `Cannot add up a latency: the table ${table} has no block ${key}.\n  Choose a table of the space's width and image size, or set the space's options to the table's.`,
  );
}

/**
 * A file that is to become a table is not as its description says.
 * @param shown  the first of the problems
 */
export function tableSourceInvalid(file: string, description: string, shown: readonly string[], count: number): EvokeError {
  const problems = count === 1 ? "1 problem" : `${count} problems`;
  const more = count > shown.length ? `\n  and ${count - shown.length} more` : "";
  return new EvokeError(
    "TABLE_INVALID",
    `Cannot import ${file} as ${description} describes it: ${problems}.\n  ${shown.join("\n  ")}${more}\n  Nothing was imported. Correct the file, or its description.`,
    { problems: shown },
  );
}

/** A file that is to become a table is not one that Evoke knows. */
export function tableUndescribed(file: string, beginning: string): EvokeError {
  return new EvokeError(
    "TABLE_UNDESCRIBED",
    `Cannot import ${file}: it is no table of Evoke, and begins with ${JSON.stringify(beginning)}.\n  Say which column is what: evoke table describe ${file} --out description.json writes a first description to edit, and evoke table add ${file} --as description.json imports the file by it.`,
  );
}
