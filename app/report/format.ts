/**
 * Numbers, metrics and names as people read them, the same in every format of a report. They are in
 * Unicode; each format escapes what it must (app/report/tables/table.ts).
 *
 * @module
 */
import type { FurtherMetric, Metric } from "../../core/plugin/metric.ts";
import type { Measure, Moments } from "./document.ts";

/** What stands where there is no number. */
export const NOTHING = "–";

/** With a true minus sign, and never a negative zero. */
export function fixed(value: number | null | undefined, digits: number): string {
  if (value === undefined || value === null || !Number.isFinite(value)) return NOTHING;
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** The same with its sign, for differences. */
export function signed(value: number | null | undefined, digits: number): string {
  const text = fixed(value, digits);
  return text !== NOTHING && !text.startsWith("−") && Number(text) !== 0 ? `+${text}` : text;
}

/** A probability: three digits, and no smaller than that. */
export function probability(p: number | null | undefined): string {
  if (p === undefined || p === null || !Number.isFinite(p)) return NOTHING;
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** The same after a letter: "p < 0.001", "p = 0.021". */
export function equalsProbability(p: number): string {
  const text = probability(p);
  return text.startsWith("<") ? `p ${text}` : `p = ${text}`;
}

export function percentage(share: number | null | undefined): string {
  return share === undefined || share === null || !Number.isFinite(share) ? NOTHING : `${(100 * share).toFixed(0)} %`;
}

/** The level of an interval: "95 %". */
export function levelName({ level }: { readonly level: number }): string {
  return `${+(100 * level).toFixed(1)} %`;
}

export function interval(
  between: { readonly low: number; readonly high: number } | null | undefined,
  digits: number,
  number = fixed,
): string {
  return between ? `${number(between.low, digits)} to ${number(between.high, digits)}` : NOTHING;
}

/** Mean and standard deviation; of one run the mean alone. */
export function meanAndStd(moments: Pick<Moments, "n" | "mean" | "std"> | undefined, digits: number): string {
  if (!moments) return NOTHING;
  return moments.n < 2 ? fixed(moments.mean, digits) : `${fixed(moments.mean, digits)} ± ${fixed(moments.std, digits)}`;
}

export function counted(n: number, singular: string, plural = `${singular}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? singular : plural}`;
}

/** How many digits after the point show the median standard error with a digit of its own: 2 to 6. */
export function digitsFor(standardErrors: readonly (number | null | undefined)[]): number {
  const positive = standardErrors.flatMap((error) => (typeof error === "number" && error > 0 ? [error] : [])).sort((a, b) => a - b);
  const median = positive[Math.floor(positive.length / 2)];
  return median === undefined ? 2 : Math.min(6, Math.max(2, Math.ceil(-Math.log10(median))));
}

const DATASETS: Readonly<Record<string, string>> = {
  cifar10: "CIFAR-10",
  cifar100: "CIFAR-100",
  "imagenet16-120": "ImageNet16-120",
  imagenet: "ImageNet",
};

function datasetName(dataset: string): string {
  return DATASETS[dataset] ?? dataset;
}

/** "%" or the unit's own name; "" if there is none. */
function unitOf({ unit }: Metric): string {
  return unit === "percent" ? "%" : unit;
}

/** What differences of this metric are counted in: percentage points, or its unit. */
export function unitOfDifference(metric: Metric | undefined): string {
  return metric === undefined || metric.unit === "percent" ? "points" : metric.unit;
}

/** The same as it stands after a number: " nats", and nothing where the metric is called as its unit. */
export function unitAfterNumber(metric: Metric | undefined): string {
  const unit = unitOfDifference(metric);
  return unit === metric?.name || unit === "" ? "" : ` ${unit}`;
}

/** "test accuracy, CIFAR-10, 200 epochs". */
export function metricName(metric: Metric | undefined, measure: Measure): string {
  if (!metric) return measure === "test" ? "test metric" : "score";
  const { name, dataset, split, epochs, scheduled } = metric;
  const schedule = scheduled === undefined || scheduled === epochs ? "" : ` of ${scheduled}`;
  const trained = epochs > 0 ? [`${epochs}${schedule} ${epochs === 1 && !schedule ? "epoch" : "epochs"}`] : [];
  return [`${split} ${name}`, datasetName(dataset), ...trained].join(", ");
}

/** The same with the unit, as the title of an axis; of a minimised metric it says what is better. */
export function metricTitle(metric: Metric | undefined, measure: Measure): string {
  return metric ? `${metricName(metric, measure)}${beside(metric, unitOf(metric))}` : metricName(metric, measure);
}

/** The title of an axis of differences. */
export function differenceTitle(metric: Metric | undefined): string {
  return `difference from the baseline${beside(metric ?? {}, unitOfDifference(metric))}`;
}

/** What a metric of a front is, as the title of an axis. @param scale  what its numbers are divided by */
export function frontTitle({ name, unit, goal }: FurtherMetric, scale: number): string {
  const counts = unit === "percent" ? "%" : unit;
  const what = scale === 1 ? counts : name === unit ? "millions" : `millions of ${counts}`;
  return `${name}${beside({ name, goal }, what)}`;
}

/** What an axis says in parentheses: the unit, unless the name says it, and that lower is better where it is. */
function beside({ name, goal }: Partial<Pick<Metric, "name" | "goal">>, unit: string): string {
  const said = [...(unit === name || unit === "" ? [] : [unit]), ...(goal === "minimise" ? ["lower is better"] : [])];
  return said.length > 0 ? ` (${said.join(", ")})` : "";
}

/** What numbers are divided by to be read with ease: a million, or one. */
export function scaleOf(values: readonly number[]): number {
  return values.some((value) => Math.abs(value) >= 1e6) ? 1e6 : 1;
}

/** "higher" or "lower"; of a minimised metric with whether it is better. */
export function direction(difference: number, metric: Metric | undefined): string {
  if (metric?.goal !== "minimise") return difference > 0 ? "higher" : "lower";
  return difference > 0 ? "higher (worse)" : "lower (better)";
}

/** A value of a manifest as it is shown: texts without quotes, all else as JSON, cut short. */
export function manifestValue(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "absent");
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Names for files, no two of them alike. */
export function fileNames(names: readonly string[]): string[] {
  const given = new Map<string, number>();
  return names.map(fileName).map((name) => {
    const before = given.get(name) ?? 0;
    given.set(name, before + 1);
    return before === 0 ? name : `${name}-${before + 1}`;
  });
}

/** A name for a file: lower-case words joined by hyphens. */
function fileName(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-+|-+$/g, "") || "unnamed"
  );
}
