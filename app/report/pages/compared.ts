/** A cell and its baseline, in a sentence. @module */
import type { Metric } from "../../../core/plugin/metric.ts";
import { SIGNIFICANT } from "../comparisons/estimates.ts";
import type { Comparison } from "../document.ts";
import { counted, direction, equalsProbability, fixed, interval, signed } from "../format.ts";

/** What a cell and its baseline are compared by. */
interface Compared {
  readonly baseline: string;
  readonly digits: number;
  /** With the space before it; "" for none. */
  readonly unit: string;
  /** Left out where higher is better. */
  readonly metric?: Metric | undefined;
}

/** A comparison with the baseline, in a sentence. */
export function sentence(name: string, comparison: Comparison, { baseline, digits, unit, metric }: Compared, percent: string): string {
  const { difference, interval: between, wilcoxon, n } = comparison;
  const size = `${fixed(Math.abs(difference), digits)}${unit}`;
  const confidence = between ? `${percent} CI ${interval(between, digits, signed)}, ` : "";
  const evidence = `${confidence}Holm ${equalsProbability(wilcoxon.holm)}, ${counted(n, "pair")}`;
  if (difference === 0) return `${name} has the same mean as ${baseline} (${evidence}).`;
  if (wilcoxon.holm >= SIGNIFICANT && Number.parseFloat(size) === 0)
    return `${name} does not differ significantly from ${baseline}: ${size} apart (${evidence}).`;
  return wilcoxon.holm < SIGNIFICANT
    ? `${name} is significantly ${direction(difference, metric)} than ${baseline}, by ${size} (${evidence}).`
    : `${name} does not differ significantly from ${baseline}: ${size} ${difference > 0 ? "higher" : "lower"} (${evidence}).`;
}
