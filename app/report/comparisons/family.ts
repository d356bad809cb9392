/**
 * Holm's adjustment of the comparisons with baselines: over those of each panel, or of all panels together.
 *
 * @module
 */

import type { Family } from "../../../core/manifest/matrix/raw-matrix.ts";
import { holm } from "../../../core/statistics/holm.ts";
import { type Comparison, MEASURES, type Measure, type Panel } from "../document.ts";
import { rounded } from "./estimates.ts";

/** What the adjustment is over, in words. */
export const ADJUSTMENTS: Readonly<Record<Family, string>> = {
  panel: "Holm, over the comparisons of a panel with its baseline, for each test and measure",
  matrix: "Holm, over the comparisons of all panels with their baselines, for each test and measure",
};

/** A panel of whose comparisons `holm` holds the p values that are to be adjusted, in full precision. */
export type Unadjusted = Omit<Panel, "family" | "pairs">;

/** One family for each test and measure. */
export function adjusted(panels: readonly Unadjusted[], family: Family): Panel[] {
  return inFamilies(panels, family).flatMap((together) => {
    const adjusted = new Map(MEASURES.flatMap((measure) => [...adjustedComparisons(together, measure)]));
    const ofMeasure = (measure: Measure) => together.flatMap(({ cells }) => cells.flatMap(({ comparison }) => comparison?.[measure] ?? []));
    return together.map((panel) => ({
      ...panel,
      family: ofMeasure(panel.measure).length,
      cells: panel.cells.map(({ comparison, ...cell }) => {
        if (!comparison) return cell;
        const entries = Object.entries(comparison).map(([measure, one]) => [measure, adjusted.get(one)!]);
        return { ...cell, comparison: Object.fromEntries(entries) };
      }),
    }));
  });
}

/** The panels whose comparisons are adjusted together. */
export function inFamilies<P>(panels: readonly P[], family: Family): (readonly P[])[] {
  return family === "matrix" ? [panels] : panels.map((panel) => [panel]);
}

function adjustedComparisons(panels: readonly Unadjusted[], measure: Measure): Map<Comparison, Comparison> {
  return adjustedTogether(panels.flatMap(({ cells }) => cells.flatMap(({ comparison }) => comparison?.[measure] ?? [])));
}

/** The comparisons of one family, each with what it is after Holm's adjustment. */
export function adjustedTogether(family: readonly Comparison[]): Map<Comparison, Comparison> {
  const wilcoxon = holm(family.map(({ wilcoxon }) => wilcoxon.holm));
  const t = holm(family.map(({ pairedT }) => pairedT?.holm ?? Number.NaN));
  return new Map(
    family.map((one, i) => [
      one,
      {
        ...one,
        wilcoxon: { ...one.wilcoxon, holm: rounded(wilcoxon[i]!) },
        pairedT: one.pairedT && { ...one.pairedT, holm: rounded(t[i]!) },
      },
    ]),
  );
}
