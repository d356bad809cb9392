/**
 * States, times and scores as people read them.
 *
 * @module
 */
import type { Metric } from "../../../../core/plugin/metric.ts";
import { counted, fixed, NOTHING } from "../../../report/format.ts";
import type { Progress, State } from "../../../studio/api.ts";

export const STATES: readonly State[] = ["running", "waiting", "stopped", "finished"];

/** "40 s", "3 min", "2 h 5 min", "3 d 4 h": of a time that is known roughly. */
function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return NOTHING;
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Seconds as they were measured or charged. */
export function seconds(value: number | undefined): string {
  if (value === undefined) return NOTHING;
  return value < 100 ? `${fixed(value, value < 10 ? 2 : 1)} s` : duration(value);
}

/** What is left, if it is known. */
export const left = ({ eta, state }: Progress): string => (state === "running" && eta !== undefined ? `about ${duration(eta)}` : "");

/** What failed, in a few words; "" if nothing did. */
export function failed({ rejected, retried }: Pick<Progress, "rejected" | "retried">): string {
  return [
    ...(rejected > 0 ? [`${counted(rejected, "failure")}`] : []),
    ...(retried > 0 ? [`${counted(retried, "retry", "retries")}`] : []),
  ].join(", ");
}

/** The title of an axis of scores, short enough for it: what else there is to say of the metric stands beside. */
export function axisTitle({ name, split, unit, goal }: Metric): string {
  const said = [
    ...(unit === name || unit === "" ? [] : [unit === "percent" ? "%" : unit]),
    ...(goal === "minimise" ? ["lower is better"] : []),
  ];
  return `${split} ${name}${said.length > 0 ? ` (${said.join(", ")})` : ""}`;
}

/** How scores of a metric are written: percentages with two digits, all else with four that count. */
export function scoreText(metric: Pick<Metric, "unit"> | undefined): (score: number | undefined) => string {
  return (score) => {
    if (score === undefined || !Number.isFinite(score)) return NOTHING;
    if (metric?.unit === "percent") return fixed(score, 2);
    const digits = score === 0 ? 2 : Math.min(6, Math.max(0, 3 - Math.floor(Math.log10(Math.abs(score)))));
    return fixed(score, digits);
  };
}

/** A moment, in the words of the reader's own settings. */
export function moment(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

export const whole = (n: number | undefined): string =>
  n === undefined ? NOTHING : n.toLocaleString("en-US", { maximumFractionDigits: 1 });
