/** What columns of numbers are, by what people call them. @module */
import type { Goal } from "../../../../core/plugin/metric.ts";
import type { Profile } from "./profile.ts";

/** A metric as a description has it, without what its defaults say. */
export interface GuessedMetric {
  name: string;
  dataset?: string;
  split?: "test";
  epochs?: number;
  unit: string;
  goal?: Goal;
  column: string;
  list?: "epochs" | "seeds";
  factor?: number;
}

/** Columns that differ in a number of their name, as one; or one by itself. */
export interface Group {
  /** With {epoch} and {seed} where the numbers stand. */
  readonly column: string;
  readonly profile: Profile;
}

const KINDS: readonly { readonly like: RegExp; readonly name: string; readonly unit: string; readonly goal?: Goal }[] = [
  { like: /acc|top-?_?[15]/, name: "accuracy", unit: "percent" },
  { like: /perplexity|ppl/, name: "perplexity", unit: "perplexity", goal: "minimise" },
  { like: /rmse/, name: "rmse", unit: "none stated", goal: "minimise" },
  { like: /(^|_)mse/, name: "mse", unit: "none stated", goal: "minimise" },
  { like: /(^|_)mae/, name: "mae", unit: "none stated", goal: "minimise" },
  { like: /loss|nll|cross.?entropy/, name: "loss", unit: "nats", goal: "minimise" },
  { like: /err/, name: "error", unit: "percent", goal: "minimise" },
  { like: /(^|_)lat(_|$)|latency|(^|_)ms$/, name: "latency", unit: "ms", goal: "minimise" },
  { like: /energy/, name: "energy", unit: "mJ", goal: "minimise" },
  { like: /mem(ory)?(_|$)|(^|model|file|disk)_?size(_?[kmg]i?b)?$/, name: "size", unit: "MB", goal: "minimise" },
];

/** Numbers that are known before anything is trained, and what trainings take: what their column is called. */
export const COSTS = {
  madds: /flop|(^|_)macs?(_|$)|madds|mult(iply|s)?_?adds/,
  parameters: /param/,
  seconds: /second|(^|_)sec(_|$)|time|duration|hours|minutes/,
};
/** Rows of one architecture. */
export const SEED = /(^|_)seed$/;
export const EPOCH = /(^|_)epochs?$/;

const DATASETS = /cifar-?100|cifar-?10|imagenet-?16(?:-120)?|imagenet|fashion-?mnist|mnist|svhn|digits/;

/** Metrics that have no known name. */
const UNKNOWN = /(^|_)(val|dev)|test|score|metric/;

/** The name of a column in small letters, with "_" between its words: "latency_ms" of "Latency (ms)". */
export function plainName(column: string): string {
  return column
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "");
}

/** Whether the name says that it is measured, and no component of an architecture. */
export function isMeasuredName(column: string): boolean {
  const name = plainName(column);
  return [...KINDS.map(({ like }) => like), ...Object.values(COSTS), SEED, EPOCH, UNKNOWN].some((like) => like.test(name));
}

/** The columns of numbers, those together that are a metric at several epochs or seeds. */
export function groupsOf(profiles: readonly Profile[]): Group[] {
  const groups = new Map<string, Profile[]>();
  for (const profile of profiles) {
    const pattern = profile.column
      .replace(/(seed_?|(?:^|_)s)\d+/i, "$1{seed}")
      .replace(/((?:epochs?|ep)_?|_e)\d+/i, "$1{epoch}")
      .replace(/(^|_)\d+(?=(?:e|ep|epochs?)(?:_|$))/i, "$1{epoch}")
      .replace(/\.\d+(?=\.|$)/, ".{epoch}"); // of a JSON object by epoch
    groups.set(pattern, [...(groups.get(pattern) ?? []), profile]);
  }
  return [...groups].flatMap(([pattern, alike]) => {
    if (alike.length === 1) return [{ column: alike[0]!.column, profile: alike[0]! }];
    const ranges = alike.map(({ range }) => range);
    const range = [Math.min(...ranges.map(([least]) => least)), Math.max(...ranges.map(([, most]) => most))] as const;
    return [{ column: pattern, profile: { ...alike[0]!, range, whole: alike.every(({ whole }) => whole) } }];
  });
}

/** The metric that a group is meant as; undefined where its name does not say, or it is of the training images. */
export function metricOf({ column, profile: { kind, range } }: Group): GuessedMetric | undefined {
  const name = plainName(column);
  if (/train/.test(name) && !/val|test/.test(name)) return undefined;
  const known = KINDS.find(({ like }) => like.test(name));
  if (!known && !UNKNOWN.test(name)) return undefined;
  const { name: called, unit, goal } = known ?? { name: "score", unit: "none stated" };
  const dataset = DATASETS.exec(column.toLowerCase())?.[0];
  const epochs = epochsOf(column);
  const fractions = unit === "percent" && range[0] >= 0 && range[1] <= 1;
  return {
    name: called,
    ...(dataset !== undefined && { dataset }),
    ...(/test/.test(name) && { split: "test" as const }),
    ...(epochs !== undefined && { epochs }),
    unit,
    ...(goal && { goal }),
    column,
    ...(kind === "lists" && { list: "epochs" as const }),
    ...(fractions && { factor: 100 }),
  };
}

/** The epochs that the name of a column says, as in val_12e. */
export function epochsOf(column: string): number | undefined {
  const found = /(?:^|_)(\d+)(?:e|ep|epochs?)(?:_|$)|(?:epochs?|ep)_?(\d+)/i.exec(column);
  return found ? Number(found[1] ?? found[2]) : undefined;
}

/** The factor to seconds that the name of a column says. */
export function secondsFactor(column: string): number {
  if (/hour/i.test(column)) return 3600;
  return /minute/i.test(column) ? 60 : 1;
}
