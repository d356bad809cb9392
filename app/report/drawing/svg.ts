/** What drawings are made of: elements of SVG, labels, and how much room they take. @module */
import { visible } from "../../../core/visible.ts";
import { textWidth } from "./text-width.ts";

/** Elements, and what they take up from 0, 0. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly elements: readonly string[];
  /** The same in words. */
  readonly description: string;
}

export const FONT_SIZE = 12;
export const INK = "#222222";
/** Of what is beside the point, still read on white. */
export const SOFT = "#6a6a70";
/** Of outlines, and of what a colour is not given to. */
export const PLAIN = { fill: "#f1f1f4", stroke: "#8a8a8a" } as const;

/** Of boxes, by number: those of Okabe and Ito (2008) on which black letters are read. */
export const LIGHT = ["#56B4E9", "#E69F00", "#3FBF95", "#F0E442", "#D9A0C0"] as const;

/** An element with its attributes; those that are undefined are left out. */
export function element(name: string, attributes: Readonly<Record<string, string | number | undefined>>, content?: string): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${typeof value === "number" ? round(value) : escaped(value)}"`],
  );
  return content === undefined ? `<${name}${given.join("")}/>` : `<${name}${given.join("")}>${escaped(content)}</${name}>`;
}

/** A text whose middle, or beginning, is at x, and whose letters stand on y. */
export function label(
  text: string,
  x: number,
  y: number,
  fill: string | undefined = undefined,
  anchor: "middle" | "start" = "middle",
): string {
  return element("text", { x, y, "text-anchor": anchor === "middle" ? anchor : undefined, fill }, text);
}

/** Pixels that a label takes, also in a font that is wider than Helvetica. */
export function labelWidth(text: string): number {
  return Math.ceil(1.2 * FONT_SIZE * textWidth(text));
}

/** Where letters stand so that they are in the middle of y. */
export function middle(y: number): number {
  return y + 0.35 * FONT_SIZE;
}

/** A tenth of a pixel is finer than anyone sees. */
function round(value: number): number {
  return Math.round(10 * value) / 10;
}

function escaped(text: string): string {
  return visible(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
