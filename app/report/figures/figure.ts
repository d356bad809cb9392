/**
 * What all figures of a report have in common: their look, and their colours.
 *
 * Colours are those of Okabe and Ito (2008), which people with any colour vision tell apart. Yellow is left out:
 * a line of it is not seen on white. Where shapes or places tell cells apart, there is no colour.
 *
 * @module
 */
import type { Config, TopLevelSpec } from "vega-lite";
import { MARGIN } from "../curve.ts";
import type { Moments } from "../document.ts";

/** A figure: an SVG and the specification that it is drawn from. */
export interface Figure {
  /** Of the files, without ending. */
  readonly name: string;
  /** What it shows, in a sentence: below it in a page, and for those who cannot see it. */
  readonly caption: string;
  readonly spec: TopLevelSpec;
}

/** Of the baseline, or of the only series. */
export const INK = "#222222";
/** Of what is beside the point. */
export const GREY = "#8a8a8a";
/** Of series beside the baseline, in the order in which they are given out. */
export const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"] as const;
/** Of one series alone. */
export const BLUE = COLOURS[0];
/** How many lines one figure shows: the baseline, and one for each colour. */
export const MOST_LINES = 1 + COLOURS.length;

const LABEL_SIZE = 12;
/** Pixels that a name may take; what is longer is cut off with an ellipsis. */
const NAME_LIMIT = 320;
/** Pixels between the names of cells, one below the other. */
export const ROW_HEIGHT = 22;
export const WIDTH = 520;
export const HEIGHT = 300;

const CONFIG: Config = {
  font: "Helvetica, Arial, sans-serif",
  axis: {
    labelFontSize: LABEL_SIZE,
    titleFontSize: LABEL_SIZE,
    titleFontWeight: "normal",
    titlePadding: 10,
    labelColor: "#333333",
    titleColor: "#333333",
    gridColor: "#e8e8e8",
    domainColor: "#999999",
    tickColor: "#999999",
    labelLimit: NAME_LIMIT,
    titleLimit: 600,
  },
  axisY: { labelFlush: false },
  legend: { labelFontSize: LABEL_SIZE, labelLimit: NAME_LIMIT, labelColor: "#333333", title: null, rowPadding: 4, symbolOpacity: 1 },
  title: {
    anchor: "start",
    frame: "group",
    fontSize: 15,
    subtitleFontSize: LABEL_SIZE,
    subtitleColor: "#555555",
    subtitlePadding: 5,
    offset: 14,
    limit: 800,
  },
  view: { stroke: null },
  concat: { spacing: 26 },
};

/** A specification with the common look around what is peculiar to a figure. */
export function specification(title: string, subtitle: readonly string[], body: object): TopLevelSpec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 14,
    title: { text: title, subtitle: [...subtitle] },
    ...body,
    config: CONFIG,
  } as TopLevelSpec;
}

/** The axis of names down the left side, the first one on top. */
export function namesDown(names: readonly string[]): object {
  return {
    field: "cell",
    type: "nominal",
    title: null,
    scale: { domain: names, padding: 0.5 },
    axis: { grid: false, ticks: false, domain: false, labelPadding: 8 },
  };
}

/** What a page says of marks where that does not follow from the axes: fields that all of them have, with their names. */
export function said(rows: readonly object[], fields: Readonly<Record<string, string>>): object {
  const had = Object.entries(fields).filter(([field]) => rows.every((row) => field in row));
  return { tooltip: had.map(([field, title]) => ({ field, title })) };
}

/** From where to where an interval goes, in a row of a figure; left out of one run, which has none. */
export interface Ends {
  readonly low?: number;
  readonly high?: number;
}

/** The interval of a mean, which one run has not. */
export function endsOf({ mean, standardError }: Moments): Ends {
  if (standardError === null) return {};
  const margin = MARGIN * standardError;
  return { low: mean - margin, high: mean + margin };
}

/** A layer of the rows that have an interval; none where no row has. */
export function intervalLayer(rows: readonly Ends[], layer: object): object[] {
  const known = rows.filter(({ low }) => low !== undefined);
  return known.length > 0 ? [{ data: { values: known }, ...layer }] : [];
}

/** The legend of lines; one line needs none. */
export function lineLegend(names: readonly string[]): object | null {
  return names.length > 1 ? { symbolType: "stroke", symbolStrokeWidth: 3, symbolSize: 260, offset: 12 } : null;
}

/** A point of the mean curve of a cell, with its band. */
export interface BandedPoint extends Ends {
  readonly cell: string;
  readonly at: number;
  readonly mean: number;
}

/**
 * A line with a band for each cell.
 *
 * @param names  of the cells, in the order of the legend
 * @param colouring  the one that has the ink, and the order in which the others get their colours
 * @param axes  channels of the abscissa and the ordinate, but for their fields
 */
export function bandedLines(
  points: readonly BandedPoint[],
  names: readonly string[],
  colouring: { readonly first: string; readonly given: readonly string[] },
  axes: { readonly x: object; readonly y: object },
): object {
  return {
    data: { values: points },
    encoding: {
      x: { field: "at", type: "quantitative", ...axes.x },
      color: {
        field: "cell",
        type: "nominal",
        scale: colours(names, colouring.first, colouring.given),
        legend: lineLegend(names),
      },
    },
    layer: [
      ...intervalLayer(points, {
        mark: { type: "area", opacity: 0.14, clip: true },
        encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } },
      }),
      {
        mark: { type: "line", strokeWidth: 2, clip: true },
        encoding: { y: { field: "mean", type: "quantitative", ...axes.y } },
      },
    ],
  };
}

/** A part of a plane. */
export interface Frame {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** A part whose height is below this share of the whole is drawn again, enlarged. */
const ENLARGED_BELOW = 1 / 3;
/** An enlarged part has at least this share of the whole's height, lest differences that are nothing fill it. */
const LEAST_PART = 1 / 50;

/**
 * Lines in the whole frame, and beside it, where that tells more, in the part of it that matters.
 * @param view  draws the lines in a frame
 * @param title  of the part
 */
export function enlarged(whole: Frame, part: Frame, title: string, view: (frame: Frame) => object): object {
  const height = ([low, high]: Frame["y"]) => high - low;
  if (height(part.y) >= ENLARGED_BELOW * height(whole.y)) return { width: WIDTH, height: HEIGHT, ...view(whole) };
  const missing = Math.max(0, LEAST_PART * height(whole.y) - height(part.y)) / 2;
  const y = [part.y[0] - missing, part.y[1] + missing] as const;
  const label = { text: title, fontSize: LABEL_SIZE, fontWeight: "normal", offset: 6 };
  return {
    hconcat: [
      { width: 0.65 * WIDTH, height: HEIGHT, ...view(whole) },
      { title: label, width: 0.65 * WIDTH, height: HEIGHT, ...view({ x: part.x, y }) },
    ],
  };
}

/** A domain that holds all values, with a little room at both ends; never of no length. */
export function domainOf(values: readonly number[]): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = high > low ? 0.06 * (high - low) : Math.max(1e-3, 0.01 * Math.abs(low));
  return [low - room, high + room];
}

/**
 * A scale of colours.
 * @param names  in the order of the legend
 * @param given  the same in the order in which colours are given out, so that a cell has one colour in all figures
 */
export function colours(names: readonly string[], first: string, given = names): object {
  const others = given.filter((name) => name !== first);
  return { domain: names, range: names.map((name) => (name === first ? INK : COLOURS[others.indexOf(name) % COLOURS.length])) };
}
