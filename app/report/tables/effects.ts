/**
 * Main effects and interactions as tables and spreadsheets.
 *
 * @module
 */
import type { EffectStatistics, Effects, ReportDocument } from "../document.ts";
import { digitsFor, fixed, interval, levelName, manifestValue, metricName, probability, signed } from "../format.ts";
import { csv, type ReportTable } from "./table.ts";

/** "count", "count × radius". */
export function effectName({ factors }: Pick<EffectStatistics, "factors">): string {
  return factors.join(" × ");
}

/** F to two digits. Where all seeds agree to the last digit it has no bound. */
export function fText({ f }: Pick<EffectStatistics, "f">): string {
  return f === null ? "∞" : fixed(f, 2);
}

/** The test of each effect; undefined where the matrix has none. */
export function effectsTable(document: ReportDocument): ReportTable | undefined {
  return tableOf(document, ["effect", "F", "df", "p", "Holm", "partial η²"], ({ effects }) =>
    effects.map((effect) => [
      ...[effectName(effect), fText(effect), effect.degreesOfFreedom.join(", ")],
      ...[probability(effect.p), probability(effect.holm), fixed(effect.partialEtaSquared, 2)],
    ]),
  );
}

/** Each level of each factor; undefined where the matrix has no effects. */
export function levelsTable(document: ReportDocument): ReportTable | undefined {
  const percent = `${levelName(document.methods)} CI`;
  return tableOf(document, ["level", "mean", percent, "effect", `${percent} of it`], (group) => {
    const digits = digitsOfEffects(group);
    return mainEffects(group).flatMap(({ factors: [factor], levels }) =>
      levels.map(({ at: [level], mean, interval: between, deviation, deviationInterval }) => [
        ...[`${factor} = ${manifestValue(level)}`, fixed(mean, digits), interval(between, digits)],
        ...[signed(deviation, digits), interval(deviationInterval, digits, signed)],
      ]),
    );
  });
}

export function mainEffects({ effects }: Effects): EffectStatistics[] {
  return effects.filter(({ factors }) => factors.length === 1);
}

/** Digits after the point that suit the standard errors of the main effects, a quarter of their 95 % intervals. */
export function digitsOfEffects(group: Effects): number {
  const intervals = mainEffects(group).flatMap(({ levels }) => levels.map(({ deviationInterval }) => deviationInterval));
  return digitsFor(intervals.map((between) => between && (between.high - between.low) / 4));
}

function tableOf(
  { effects = [] }: ReportDocument,
  heads: readonly string[],
  rows: (group: Effects) => string[][],
): ReportTable | undefined {
  if (effects.length === 0) return undefined;
  return {
    columns: heads.map((head, i) => ({ head, words: i === 0 })),
    groups: effects.map((group) => ({
      ...(effects.length > 1 && { heading: metricName(group.metric, group.measure) }),
      rows: rows(group),
    })),
  };
}

/** `effects.csv`: one line an effect; undefined where there are none. */
export function effectsCsv({ effects: groups = [] }: ReportDocument): string | undefined {
  const rows = groups.flatMap(({ measure, metric, seeds, effects }) =>
    effects.map(({ degreesOfFreedom: [own, error], ...effect }) => [
      ...[metricName(metric, measure), effectName(effect), seeds, effect.f, own, error, effect.partialEtaSquared],
      ...[effect.p, effect.holm, effect.method],
    ]),
  );
  const columns = ["metric", "effect", "seeds", "f", "df_effect", "df_error", "partial_eta_squared", "p", "holm", "method"];
  return rows.length > 0 ? csv(columns, rows) : undefined;
}

/** `levels.csv`: one line for each combination of levels of each effect; undefined where there are none. */
export function levelsCsv({ effects: groups = [] }: ReportDocument): string | undefined {
  const rows = groups.flatMap(({ measure, metric, effects }) =>
    effects.flatMap((effect) =>
      effect.levels.map(({ at, mean, interval, deviation, deviationInterval }) => [
        ...[metricName(metric, measure), effectName(effect), at.map(manifestValue).join(" × "), mean, interval?.low, interval?.high],
        ...[deviation, deviationInterval?.low, deviationInterval?.high],
      ]),
    ),
  );
  const columns = ["metric", "effect", "levels", "mean", "mean_low", "mean_high", "deviation", "deviation_low", "deviation_high"];
  return rows.length > 0 ? csv(columns, rows) : undefined;
}
