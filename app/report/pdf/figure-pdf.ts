/**
 * A figure as PDF, from its SVG: lines, areas and letters stay what they are, at any size. Fonts are those that every reader of
 * PDF has, so none is in the file.
 *
 * @module
 */
import { pdfOf, textString } from "./document.ts";
import { type Element, elementsOf, textOf } from "./elements.ts";
import { type Font, runsOf } from "./letters.ts";
import { number, pathOperators } from "./path.ts";

/** Points in a pixel. */
const POINT = 0.75;
/** How far the handle of a curve is that rounds a corner, of the radius. */
const ROUND = 0.5523;
/** Attributes that hold for what is within, too. */
const INHERITED = ["fill", "stroke", "stroke-width", "stroke-miterlimit", "font-size", "font-weight", "text-anchor"];
/** Elements that are not drawn. */
const UNSEEN = ["title", "desc", "defs", "clipPath"];
const FONTS: Readonly<Record<Font, readonly [name: string, dictionary: string]>> = {
  regular: ["F1", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"],
  bold: ["F2", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>"],
  symbol: ["F3", "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"],
};

/** @param svg  a figure or a drawing of a report @param title  of the document */
export function figurePdf(svg: string, title: string): string {
  const root = elementsOf(svg);
  const [width, height] = [Number(root.attributes.width), Number(root.attributes.height)];
  const drawing = new Drawing(clipsIn(root));
  drawing.draw(root, { fill: "black", stroke: "none", "stroke-width": "1", "font-size": "16px" }, 1);
  return pdfOf({
    ...{ width: POINT * width, height: POINT * height, title },
    content: `${POINT} 0 0 ${-POINT} 0 ${POINT * height} cm\n${drawing.operators.join("\n")}\n`,
    ...{ fonts: drawing.fonts, states: drawing.states },
  });
}

/** What a clip lets through, by id. */
function clipsIn(element: Element): ReadonlyMap<string, Element> {
  const inner = element.children.flatMap((child) => (typeof child === "string" ? [] : [...clipsIn(child)]));
  const [shape] = element.children;
  return new Map(element.name === "clipPath" && typeof shape === "object" ? [...inner, [element.attributes.id!, shape]] : inner);
}

type Style = Readonly<Record<string, string>>;

class Drawing {
  readonly operators: string[] = [];
  readonly #clips: ReadonlyMap<string, Element>;
  readonly #fonts = new Set<Font>();
  /** Names of opacities, of areas and of lines. */
  readonly #opacities = new Map<string, string>();

  constructor(clips: ReadonlyMap<string, Element>) {
    this.#clips = clips;
  }

  /** Their dictionaries, by name. */
  get fonts(): ReadonlyMap<string, string> {
    return new Map(Object.entries(FONTS).flatMap(([font, named]) => (this.#fonts.has(font as Font) ? [named] : [])));
  }

  get states(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#opacities].map(([values, name]) => {
        const [area, line] = values.split(" ");
        return [name, `<< /ca ${area} /CA ${line} >>`];
      }),
    );
  }

  /** @param opacity  of all that it is within */
  draw(element: Element, outer: Style, outerOpacity: number): void {
    const { name, attributes, children } = element;
    const opacity = outerOpacity * Number(attributes.opacity ?? 1);
    if (UNSEEN.includes(name) || attributes.display === "none" || opacity === 0) return;
    const style = { ...outer, ...Object.fromEntries(INHERITED.flatMap((key) => (key in attributes ? [[key, attributes[key]!]] : []))) };
    const before = this.operators.length;
    this.operators.push("q", ...transforms(attributes.transform ?? ""));
    const clip = /^url\(#(.+)\)$/.exec(attributes["clip-path"] ?? "")?.[1];
    if (clip !== undefined) this.operators.push(...shapeOf(this.#clips.get(clip)!), "W n");
    const inside = this.operators.length;
    if (name === "text") this.#text(element, style, opacity);
    else if (name === "svg" || name === "g")
      for (const child of children) {
        if (typeof child !== "string") this.draw(child, style, opacity);
      }
    else this.#shape(element, style, opacity);
    if (this.operators.length === inside) this.operators.length = before;
    else this.operators.push("Q");
  }

  #shape(element: Element, style: Style, opacity: number): void {
    const path = shapeOf(element);
    const [fill, stroke] = [colour(style.fill!), colour(style.stroke!)];
    const lines = stroke !== undefined && Number(style["stroke-width"]) > 0;
    const areas = fill !== undefined && element.name !== "line";
    if (path.length === 0 || (!areas && !lines)) return;
    const { attributes } = element;
    this.#opacity(opacity * Number(attributes["fill-opacity"] ?? 1), opacity * Number(attributes["stroke-opacity"] ?? 1));
    if (areas) this.operators.push(`${fill} rg`);
    if (lines) this.operators.push(`${stroke} RG`, `${number(Number(style["stroke-width"]))} w`, ...lineStyle(attributes, style));
    this.operators.push(...path, areas ? (lines ? "B" : "f") : "S");
  }

  #text(element: Element, style: Style, opacity: number): void {
    const fill = colour(style.fill!);
    const size = Number.parseFloat(style["font-size"]!);
    const weight = ["bold", "700"].includes(style["font-weight"] ?? "") ? "bold" : "regular";
    if (fill === undefined) return;
    this.#opacity(opacity, opacity);
    this.operators.push(`${fill} rg`);
    let [x, y] = [Number(element.attributes.x ?? 0), Number(element.attributes.y ?? 0)];
    for (const part of element.children) {
      const own = typeof part === "string" ? {} : part.attributes;
      x = own.x === undefined ? x : Number(own.x);
      y += Number(own.dy ?? 0);
      const text = typeof part === "string" ? part : textOf(part);
      const { runs, whole } = runsOf(text, weight);
      if (runs.length === 0) continue;
      const width = size * runs.reduce((sum, run) => sum + run.width, 0);
      const anchor = { middle: width / 2, end: width }[style["text-anchor"] ?? ""] ?? 0;
      // What is not drawn as it is can still be found, and copied.
      if (!whole) this.operators.push(`/Span << /ActualText ${textString(text)} >> BDC`);
      this.operators.push("BT", `1 0 0 -1 ${number(x - anchor)} ${number(y)} Tm`);
      for (const { font, bytes } of runs) {
        this.#fonts.add(font);
        this.operators.push(
          `/${FONTS[font][0]} ${number(size)} Tf`,
          `<${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}> Tj`,
        );
      }
      this.operators.push("ET", ...(whole ? [] : ["EMC"]));
    }
  }

  #opacity(area: number, line: number): void {
    if (area === 1 && line === 1) return;
    const values = `${number(area)} ${number(line)}`;
    if (!this.#opacities.has(values)) this.#opacities.set(values, `G${this.#opacities.size + 1}`);
    this.operators.push(`/${this.#opacities.get(values)} gs`);
  }
}

function transforms(text: string): string[] {
  return [...text.matchAll(/(\w+)\(([^)]*)\)/g)].flatMap(([whole, kind, given]) => {
    const [a = 0, b = 0] = given!.split(/[\s,]+/).map(Number);
    if (kind === "translate") return a === 0 && b === 0 ? [] : [`1 0 0 1 ${number(a)} ${number(b)} cm`];
    if (kind !== "rotate") throw new Error(`a figure cannot be drawn in PDF: ${whole}`);
    const [cos, sin] = [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)].map((value) => value.toFixed(6));
    return [`${cos} ${sin} ${-sin!} ${cos} 0 0 cm`];
  });
}

function lineStyle(attributes: Style, style: Style): string[] {
  const cap = { round: 1, square: 2 }[attributes["stroke-linecap"] ?? ""];
  const join = { round: 1, bevel: 2 }[attributes["stroke-linejoin"] ?? ""];
  const limit = style["stroke-miterlimit"];
  const dashes = attributes["stroke-dasharray"]?.split(/[\s,]+/).map((dash) => number(Number(dash)));
  return [
    ...(cap === undefined ? [] : [`${cap} J`]),
    ...(join === undefined ? [] : [`${join} j`]),
    ...(limit === undefined ? [] : [`${limit} M`]),
    ...(dashes === undefined ? [] : [`[${dashes.join(" ")}] ${number(Number(attributes["stroke-dashoffset"] ?? 0))} d`]),
  ];
}

/** An outline; nothing of what has none. */
function shapeOf({ name, attributes }: Element): string[] {
  const [x, y, width, height, rx] = ["x", "y", "width", "height", "rx"].map((key) => Number(attributes[key] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  switch (name) {
    case "path":
      return pathOperators(attributes.d!);
    case "rect":
      return rx > 0 ? rounded(x, y, width, height, rx) : [`${[x, y, width, height].map(number).join(" ")} re`];
    case "line": {
      const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((key) => number(Number(attributes[key] ?? 0)));
      return [`${x1} ${y1} m`, `${x2} ${y2} l`];
    }
    case "polygon": {
      const values = attributes
        .points!.trim()
        .split(/[\s,]+/)
        .map((value) => number(Number(value)));
      return [...values.flatMap((value, i) => (i % 2 === 0 ? [`${value} ${values[i + 1]} ${i === 0 ? "m" : "l"}`] : [])), "h"];
    }
    default:
      throw new Error(`a figure cannot be drawn in PDF: <${name}>`);
  }
}

function rounded(x: number, y: number, width: number, height: number, radius: number): string[] {
  const [right, bottom, handle] = [x + width, y + height, radius * (1 - ROUND)];
  const at = (...values: number[]) => values.map(number).join(" ");
  return [
    `${at(x + radius, y)} m`,
    `${at(right - radius, y)} l`,
    `${at(right - handle, y, right, y + handle, right, y + radius)} c`,
    `${at(right, bottom - radius)} l`,
    `${at(right, bottom - handle, right - handle, bottom, right - radius, bottom)} c`,
    `${at(x + radius, bottom)} l`,
    `${at(x + handle, bottom, x, bottom - handle, x, bottom - radius)} c`,
    `${at(x, y + radius)} l`,
    `${at(x, y + handle, x + handle, y, x + radius, y)} c`,
    "h",
  ];
}

const NAMED: Readonly<Record<string, string>> = { black: "#000000", white: "#ffffff" };

/** Red, green and blue from 0 to 1; undefined where there is none. */
function colour(text: string): string | undefined {
  if (text === "none" || text === "transparent") return undefined;
  const [, short] = /^#([0-9a-f]{3})$/i.exec(text) ?? [];
  const digits = /^#([0-9a-f]{6})$/i.exec(
    short === undefined ? (NAMED[text] ?? text) : `#${[...short].map((one) => one + one).join("")}`,
  )?.[1];
  const [, ...parts] = /^rgb\((\d+), ?(\d+), ?(\d+)\)$/.exec(text) ?? [];
  const values = digits === undefined ? parts.map(Number) : [0, 2, 4].map((i) => Number.parseInt(digits.slice(i, i + 2), 16));
  if (values.length !== 3) throw new Error(`a figure cannot be drawn in PDF: the colour ${text}`);
  return values.map((value) => number(value / 255)).join(" ");
}
