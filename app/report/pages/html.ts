/**
 * `report.html`: one file with everything in it. It opens from the file system and loads nothing; it reads in light and dark,
 * and prints. Its script makes figures and tables answer; without it, it is the same page with static figures.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { html, htmlTable } from "../tables/table.ts";
import { pagePart, vegaBuild } from "./assets.ts";
import type { Block, Section } from "./section.ts";

/** The figures of a page, by name. */
export interface PageFigures {
  /** The drawings, of architectures too. */
  readonly svgs: ReadonlyMap<string, string>;
  /** Specifications of Vega, of the figures that answer. */
  readonly interactive: ReadonlyMap<string, object>;
}

export async function htmlReport(name: string, sections: readonly Section[], figures: PageFigures): Promise<string> {
  const [style, script] = await Promise.all([pagePart("report.css"), pagePart("report.js")]);
  const scripts = [...(figures.interactive.size > 0 ? [await vegaBuild()] : []), script].map(inScript);
  const body = sections.map(({ title, blocks }) => `<section>\n<h2>${html(title)}</h2>\n${grouped(blocks, figures)}</section>\n`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(name)}</title>
<style>${style.trim()}</style>
</head>
<body>
<main>
<div class="topline">
<h1>${html(name)}</h1>
</div>
${body.join("")}</main>
${scripts.map((text) => `<script>${text}</script>\n`).join("")}</body>
</html>
`;
}

/** Nothing is loaded, and of scripts only these run. */
function policy(scripts: readonly string[]): string {
  const hashes = scripts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  const allowed = { "default-src": "'none'", "style-src": "'unsafe-inline'", "script-src": hashes.join(" "), "img-src": "data: blob:" };
  const rules = [...Object.entries(allowed), ["base-uri", "'none'"], ["form-action", "'none'"]];
  return rules.map((rule) => rule.join(" ")).join("; ");
}

/** A script that the end of its element does not end before its time, and that a browser does not take for a comment. */
function inScript(text: string): string {
  const found = /<\/script|<!--/i.exec(text);
  if (found) throw new Error(`a script of a page has ${found[0]} in it`);
  return text.trim();
}

/** Any value as JSON in an element that no script runs: ASCII, and without a "<". */
function inertJson(value: object): string {
  return JSON.stringify(value).replaceAll(/[^ -~]|[<>&]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Tables and figures that follow each other stand beside each other where there is room. */
function grouped(blocks: readonly Block[], figures: PageFigures): string {
  const beside = ({ kind }: Block) => kind === "table" || kind === "figure";
  return blocks
    .map((one, i) => {
      const opens = beside(one) && !(blocks[i - 1] && beside(blocks[i - 1]!));
      const closes = beside(one) && !(blocks[i + 1] && beside(blocks[i + 1]!));
      return `${opens ? '<div class="beside">\n' : ""}${block(one, figures)}${closes ? "</div>\n" : ""}`;
    })
    .join("");
}

/** More items of a list than this stand in columns where there is room. */
const MANY = 5;
const many = ({ length }: readonly unknown[]) => (length > MANY ? ' class="many"' : "");

function block(block: Block, { svgs, interactive }: PageFigures): string {
  switch (block.kind) {
    case "text":
      return `<p>${html(block.text)}</p>\n`;
    case "list":
      return `<ul${many(block.items)}>\n${block.items.map((item) => `<li>${html(item)}</li>\n`).join("")}</ul>\n`;
    case "definitions":
      return `<dl${many(block.items)}>\n${block.items.map(([term, meaning]) => `<div><dt>${html(term)}</dt><dd>${html(meaning)}</dd></div>\n`).join("")}</dl>\n`;
    case "table":
      return `<div>\n<h3>${html(block.title)}</h3>\n${htmlTable(block.table, block.title)}</div>\n`;
    case "log":
      return `<h3>${html(block.title)}</h3>\n<pre tabindex="0">${html(block.text)}</pre>\n`;
    case "figure": {
      const { name, caption } = block.figure;
      const spec = interactive.get(name);
      const drawing = inline(svgs.get(name)!, name, caption);
      return `<figure id="${name}">\n${
        spec === undefined
          ? `<div class="drawing">${drawing}</div>\n`
          : `<div class="static"><div class="plot">${drawing}</div></div>\n<script type="application/json">${inertJson(spec)}</script>\n`
      }<figcaption>${html(caption)}</figcaption>\n</figure>\n`;
    }
  }
}

/** An SVG as part of a page: its own names must not meet those of the others. */
function inline(svg: string, name: string, caption: string): string {
  return svg
    .trim()
    .replaceAll(/(id="|url\(#)clip/g, `$1${name}-clip`)
    .replaceAll(/ xmlns(:xlink)?="[^"]*"/g, "")
    .replace(' role="img"', "")
    .replace("<svg ", () => `<svg role="img" aria-label="${html(caption)}" `);
}
