/**
 * Specifications of Vega-Lite to SVG, without a browser. Vega is loaded with this file only.
 *
 * @module
 */
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { visible } from "../../../core/visible.ts";
import { textWidth } from "../drawing/text-width.ts";
import { withValues, withZoom } from "./interactive.ts";

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: unknown;
  /** Of pixels, beyond which the text is cut off. */
  readonly limit?: number;
}
/** The types of Vega do not tell of it. */
const { textMetrics } = vega as unknown as {
  readonly textMetrics: { width: (item: TextItem, text: unknown) => number };
};
/**
 * Vega measures on a canvas where there is one, and else takes each letter for a wide one, which leaves gaps beside
 * names. By this, figures are also the same whether or not some canvas is installed.
 */
textMetrics.width = (item, text) => {
  const bold = item.fontWeight === "bold" || item.fontWeight === 700 ? 1.07 : 1;
  const width = Math.ceil(textWidth(String(text ?? "").replaceAll(BACKSLASH, "\\")) * (item.fontSize ?? 11) * bold);
  return item.limit ? Math.min(width, item.limit) : width;
};

/** Vega says what it could not do; a figure that lacks something is a defect. */
const strict = {
  level: () => strict,
  error: (...said: readonly unknown[]) => defect(said),
  warn: (...said: readonly unknown[]) => defect(said),
  info: () => strict,
  debug: () => strict,
};

function defect(said: readonly unknown[]): never {
  throw new Error(`a figure cannot be drawn: ${said.map(String).join(" ")}`);
}

/**
 * Stands for a backslash while a figure is drawn: Vega-Lite puts titles into expressions, and of what means something there
 * it escapes double quotes only. Of the private use area of Unicode, so that nobody's text has it.
 */
const BACKSLASH = "\ue000";
/** What is an expression already. */
const EXPRESSIONS = ["labelExpr", "test"];

/** A part of a specification with all its texts in one line, of characters that are shown, and without a backslash. */
function inert(part: unknown, key = ""): unknown {
  if (typeof part === "string")
    return EXPRESSIONS.includes(key) ? visible(part) : visible(part.replaceAll(/[\n\t]/g, " ")).replaceAll("\\", BACKSLASH);
  if (Array.isArray(part)) return part.map((item) => inert(item, key));
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, inert(item, name)]));
}

/** Draws a specification. The same one gives the same bytes. */
export async function render(spec: TopLevelSpec): Promise<string> {
  const { spec: compiled } = compile(inert(spec) as TopLevelSpec, { logger: strict as never });
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger: strict as never });
  try {
    return `${visible(renumbered(await view.toSVG())).replaceAll(BACKSLASH, "\\")}\n`;
  } finally {
    view.finalize();
  }
}

/** The same figure for pages in a browser, as a specification of Vega that answers to the pointer. */
export function interactive(spec: TopLevelSpec): vega.Spec {
  const { spec: compiled } = compile(withValues(inert(spec) as TopLevelSpec), { logger: strict as never });
  return restored(withZoom(compiled)) as vega.Spec;
}

/** Keys whose texts are expressions in a specification of Vega. */
const COMPILED_EXPRESSIONS = ["signal", "expr", "test", "update", "init"];

/** Backslashes again, escaped in expressions, where they are within texts. */
function restored(part: unknown, key = ""): unknown {
  if (typeof part === "string") return part.replaceAll(BACKSLASH, () => (COMPILED_EXPRESSIONS.includes(key) ? "\\\\" : "\\"));
  if (Array.isArray(part)) return part.map((item) => restored(item, key));
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, restored(item, name)]));
}

/** Vega numbers the clips of all figures of a process; here each figure counts its own from 0. */
function renumbered(svg: string): string {
  const numbers = new Map<string, number>();
  return svg.replaceAll(/(id="|url\(#)clip(\d+)/g, (_, before: string, number: string) => {
    if (!numbers.has(number)) numbers.set(number, numbers.size);
    return `${before}clip${numbers.get(number)}`;
  });
}
