/**
 * Main effects of a factorial, and its interactions of two factors.
 *
 * @module
 */

import { SIGNIFICANT } from "../comparisons/estimates.ts";
import type { EffectStatistics, Effects, ReportDocument } from "../document.ts";
import { counted, equalsProbability, levelName, manifestValue, metricName, metricTitle, unitOfDifference } from "../format.ts";
import { effectName, mainEffects } from "../tables/effects.ts";
import {
  BLUE,
  COLOURS,
  domainOf,
  type Figure,
  GREY,
  HEIGHT,
  INK,
  intervalLayer,
  MOST_LINES,
  namesDown,
  ROW_HEIGHT,
  said,
  specification,
} from "./figure.ts";

/** How many interactions are drawn, those with the smallest p. */
const MOST_INTERACTIONS = 6;
/** Pixels between the levels along an interaction, at least. */
const LEVEL_WIDTH = 70;
/** How far lines are put beside each other, so that their intervals can be seen: of the distance between levels. */
const SPREAD = 0.06;

/** Of each metric. */
export function effectFigures(document: ReportDocument): Figure[] {
  const groups = document.effects ?? [];
  const percent = levelName(document.methods);
  return groups.flatMap((group) => {
    const own = [effectsFigure(group, percent), ...interactionFigures(group, percent)];
    const dataset = groups.length > 1 ? group.metric?.dataset : undefined;
    return dataset === undefined ? own : own.map((figure) => ({ ...figure, name: `${figure.name}-${dataset}` }));
  });
}

/** The main effect of each level, factor below factor, on one scale. */
function effectsFigure(group: Effects, percent: string): Figure {
  const { measure, metric, seeds } = group;
  const factors = mainEffects(group).map((effect) => ({ effect, rows: rowsOf(effect) }));
  const domain = domainOf(factors.flatMap(({ rows }) => rows.flatMap(({ value, low = value, high = value }) => [low, high, 0])));
  const last = factors.length - 1;
  const unit = ` (${unitOfDifference(metric)})`;
  const what = `mean of all cells with the level less the mean of all cells, with ${percent} confidence interval over ${counted(seeds, "seed")}`;
  return {
    name: "effects",
    caption: `Main effects on ${metricName(metric, measure)}: ${what}.`,
    spec: specification(
      "Main effects",
      [
        "mean of all cells with the level less the mean of all cells,",
        `with ${percent} bootstrap confidence interval over ${counted(seeds, "seed")}`,
      ],
      {
        vconcat: factors.map(({ effect, rows }, i) => {
          const x = {
            type: "quantitative",
            title: i === last ? `effect on ${metricName(metric, measure)}${unit}` : null,
            scale: { domain, nice: false, zero: false },
            axis: { tickCount: 6, ...(i === last ? {} : { labels: false, ticks: false }) },
          };
          const own = {
            y: namesDown(rows.map(({ cell }) => cell)),
            color: { value: effect.holm < SIGNIFICANT ? BLUE : GREY },
            ...said(rows, { cell: effect.factors[0]!, value: `effect${unit}`, low: `from${unit}`, high: `to${unit}` }),
          };
          return {
            title: { text: `${effect.factors[0]}, Holm ${equalsProbability(effect.holm)}`, fontSize: 12, fontWeight: "normal", offset: 4 },
            width: 420,
            height: rows.length * ROW_HEIGHT,
            data: { values: rows },
            layer: [
              { data: { values: [{ line: 0 }] }, mark: { type: "rule", color: "#bbbbbb" }, encoding: { x: { ...x, field: "line" } } },
              ...intervalLayer(rows, {
                mark: { type: "rule", strokeWidth: 2 },
                encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, ...own },
              }),
              {
                mark: { type: "point", filled: true, opacity: 1, size: 60 },
                encoding: { x: { ...x, field: "value" }, ...own },
              },
            ],
          };
        }),
        spacing: 12,
      },
    ),
  };
}

function rowsOf({ levels }: EffectStatistics) {
  return levels.map(({ at, deviation, deviationInterval }) => ({ cell: manifestValue(at[0]), value: deviation, ...deviationInterval }));
}

function interactionFigures(group: Effects, percent: string): Figure[] {
  return group.effects
    .filter(({ factors }) => factors.length === 2)
    .toSorted((a, b) => a.p - b.p)
    .slice(0, MOST_INTERACTIONS)
    .map((effect) => interactionFigure(group, effect, percent));
}

/** Means over all other factors, a line for each level of the factor with fewer. */
function interactionFigure({ measure, metric, factors }: Effects, effect: EffectStatistics, percent: string): Figure {
  const [first, second] = effect.factors.map((name) => factors.find((factor) => factor.name === name)!) as [Factor, Factor];
  const turned = second.levels.length < first.levels.length;
  const [lines, along] = turned ? [second, first] : [first, second];
  const names = lines.levels.map(manifestValue).slice(0, MOST_LINES);
  const steps = along.levels.map(manifestValue);
  const points = effect.levels
    .map(({ at, mean, interval }) => {
      const [line, step] = (turned ? [at[1], at[0]] : at).map(manifestValue) as [string, string];
      const beside = SPREAD * (names.indexOf(line) - (names.length - 1) / 2);
      return { line, step, at: steps.indexOf(step) + beside, mean, ...interval };
    })
    .filter(({ line }) => names.includes(line));
  const y = {
    type: "quantitative",
    title: metricTitle(metric, measure),
    scale: { zero: false, nice: true, domain: domainOf(points.flatMap(({ mean, low = mean, high = mean }) => [low, high])) },
  };
  const intervals = points.some(({ low }) => low !== undefined) ? ` with ${percent} bootstrap confidence interval` : "";
  const others = factors.length > 2 ? " over the other factors" : "";
  const left = lines.levels.length - names.length;
  const what = `mean${others}${intervals}`;
  return {
    name: `interaction-${effect.factors.join("-")}`,
    caption: `${effectName(effect)}, ${metricName(metric, measure)}: ${what}; without an interaction the lines are parallel. Holm ${equalsProbability(effect.holm)}.`,
    spec: specification(
      `Interaction of ${first.name} and ${second.name}`,
      [
        what,
        `parallel lines: no interaction; Holm ${equalsProbability(effect.holm)}`,
        ...(left > 0 ? [`shown: the first ${names.length} of ${lines.levels.length} levels of ${lines.name}`] : []),
      ],
      {
        width: Math.max(320, LEVEL_WIDTH * steps.length),
        height: HEIGHT,
        data: { values: points },
        encoding: {
          x: {
            field: "at",
            type: "quantitative",
            title: along.name,
            scale: { domain: [-0.5, steps.length - 0.5], nice: false, zero: false },
            axis: {
              values: steps.map((_, i) => i),
              labelExpr: `${JSON.stringify(steps)}[datum.value]`,
              grid: false,
              ...(steps.some(({ length }) => length > 10) && { labelAngle: -35, labelOverlap: false }),
            },
          },
          color: {
            field: "line",
            type: "nominal",
            scale: { domain: names, range: [INK, ...COLOURS].slice(0, names.length) },
            legend: { title: lines.name, titleFontWeight: "normal", symbolType: "circle", symbolSize: 60, offset: 12 },
          },
          ...said(points, { line: lines.name, step: along.name, mean: metricTitle(metric, measure), low: "from", high: "to" }),
        },
        layer: [
          { mark: { type: "line", strokeWidth: 1.5, opacity: 0.7 }, encoding: { y: { ...y, field: "mean" } } },
          ...intervalLayer(points, {
            mark: { type: "rule", strokeWidth: 2 },
            encoding: { y: { ...y, field: "low" }, y2: { field: "high" } },
          }),
          { mark: { type: "point", filled: true, opacity: 1, size: 60 }, encoding: { y: { ...y, field: "mean" } } },
        ],
      },
    ),
  };
}

type Factor = Effects["factors"][number];
