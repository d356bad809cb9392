/**
 * Descriptions by which files of numbers become benchmark tables: which column is what.
 *
 * @module
 */
import * as errors from "../errors/index.ts";
import { checked } from "../json/check.ts";
import { deepFreeze } from "../json/deep-freeze.ts";
import type { Goal } from "../plugin/metric.ts";
import { tableImportSchema } from "../schemas/table-import.ts";
import type { ManifestSource } from "./experiment.ts";
import { parseManifest } from "./parse.ts";
import { knownPlugins, type RawSlot, resolveLoneSpace, type Slot } from "./slots.ts";

/** A description that was found right, its defaults filled in; frozen. */
export interface TableImport {
  readonly name: string;
  /** Where it came from, for errors. */
  readonly file: string;
  readonly description: string;
  readonly source: string;
  readonly licence: string;
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly space: Slot<"space">;
  readonly complete: boolean;
  readonly architecture: string | ComponentColumns;
  readonly rows?: { readonly epoch?: string; readonly seed?: string };
  readonly firstEpoch: 0 | 1;
  readonly dataset: string;
  readonly metrics: readonly MetricSource[];
  readonly seconds: readonly SecondsSource[];
  readonly madds?: CostSource;
  readonly parameters?: CostSource;
  readonly search?: { readonly name: string; readonly epochs: number };
  readonly report?: { readonly name: string; readonly epochs: number };
  readonly seeds: "kept" | "mean";
  readonly missing: "refuse" | "leave-out";
  readonly checks: {
    readonly architectures?: number;
    readonly maxima?: Readonly<Record<string, number>>;
    readonly minima?: Readonly<Record<string, number>>;
    readonly within: number;
    readonly functionKey?: string;
  };
}

/** Architectures given by their components. */
export interface ComponentColumns {
  readonly components: string | readonly string[] | Readonly<Record<string, string>>;
  readonly values?: "names" | "numbers";
  readonly names?: Readonly<Record<string, string>>;
}

/** A metric, and the column or columns with its numbers. */
export interface MetricSource {
  readonly name: string;
  readonly dataset?: string;
  readonly split: "validation" | "test";
  readonly epochs?: number;
  readonly scheduled?: number;
  readonly trainedOn: string;
  readonly unit: string;
  readonly goal: Goal;
  readonly column: string;
  readonly list?: "epochs" | "seeds";
  readonly every: number;
  readonly points: "curve" | "trainings" | "last";
  readonly factor: number;
  readonly offset: number;
  readonly range?: readonly [number, number];
  readonly meanOf: readonly [number, number];
  readonly as?: string;
}

export interface SecondsSource {
  readonly column: string;
  readonly epochs?: number;
  readonly datasets?: Readonly<Record<string, number>>;
  readonly of: string;
  readonly factor: number;
  readonly as?: string;
}

export interface CostSource {
  readonly column: string;
  readonly dataset?: string;
  readonly factor: number;
}

/** Reads and checks a description. @throws EvokeError with the file and the JSON pointer of each problem */
export async function readTableImport(source: ManifestSource): Promise<TableImport> {
  const { file } = source;
  const description = parseManifest(source, "import") as Omit<TableImport, "space" | "file"> & { space: RawSlot; plugins: string[] };
  const problems = await checked("import", tableImportSchema, description);
  if (problems.length > 0) throw errors.manifestInvalid(file, problems);
  const more = [...description.metrics.flatMap(metricProblems), ...fidelityProblems(description)];
  const wrong: unknown[] = more.length > 0 ? [errors.manifestInvalid(file, more)] : [];
  const known = await knownPlugins(source, description.plugins);
  const space = await resolveLoneSpace(file, known, description.space).catch((error) => wrong.push(error) as never);
  if (wrong.length > 0) throw errors.together(file, wrong);
  return { ...deepFreeze(description), file, space };
}

function metricProblems({ column, list, points, epochs = 0, scheduled, range, meanOf, as }: MetricSource, i: number): string[] {
  const at = `/metrics/${i}`;
  const several = list !== undefined || /\{(epoch|seed)\}/.test(column);
  const problems: (string | false)[] = [
    scheduled !== undefined && scheduled <= epochs && `${at}/scheduled: must be more than the epochs, ${epochs}; leave it out otherwise`,
    scheduled !== undefined && points !== "last" && several && `${at}/scheduled: is found by itself where the column has several epochs`,
    range !== undefined && range[0] > range[1] && `${at}/range: the least, ${range[0]}, is above the most, ${range[1]}`,
    meanOf[0] > meanOf[1] && `${at}/meanOf: the least, ${meanOf[0]}, is above the most, ${meanOf[1]}`,
    as === "architecture" && `${at}/as: "architecture" is the column of the architectures`,
    points === "last" && epochs === 0 && `${at}/points: "last" needs the epochs that are the last, as "epochs"`,
    list === "epochs" && column.includes("{epoch}") && `${at}/list: the epochs are in the name of the column already`,
    list === "seeds" && column.includes("{seed}") && `${at}/list: the seeds are in the name of the column already`,
  ];
  return problems.filter((problem) => problem !== false);
}

function fidelityProblems({ metrics, search, report }: Pick<TableImport, "metrics" | "search" | "report">): string[] {
  const names = (split: MetricSource["split"]) => [...new Set(metrics.filter((metric) => metric.split === split).map(({ name }) => name))];
  if (names("validation").length === 0) return ['/metrics: none of them has "split": "validation", and a search sees no other'];
  const known = { search: names("validation"), report: names("test") };
  return (["search", "report"] as const).flatMap((purpose) => {
    const wanted = { search, report }[purpose]?.name;
    if (wanted === undefined || known[purpose].includes(wanted)) return [];
    return [
      `/${purpose}/name: no ${purpose === "search" ? "validation" : "test"} metric is called ${JSON.stringify(wanted)}. ${errors.suggestion(wanted, known[purpose], `${purpose === "search" ? "validation" : "test"} metrics`)}`,
    ];
  });
}
