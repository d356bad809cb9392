/**
 * `report.html`: one file with everything in it. It opens from the file system, loads nothing and runs no script; it reads in
 * light and dark, and prints.
 *
 * @module
 */

import { html, htmlTable } from "../tables/table.ts";
import type { Block, Section } from "./section.ts";

const STYLE = `
:root { color-scheme: light dark; --text: #1d1d1f; --soft: #5c5c63; --line: #d9d9de; --page: #ffffff; --stripe: #f6f6f8; }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8ea; --soft: #a4a4ac; --line: #3b3b42; --page: #17171a; --stripe: #202025; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 76rem; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
h1 { margin: 0 0 1.5rem; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 2.75rem 0 0.75rem; padding-bottom: 0.3rem; border-bottom: 1px solid var(--line); font-size: 1.3rem; }
h3 { margin: 1.75rem 0 0.6rem; font-size: 1rem; }
p, ul, dl { max-width: 56rem; }
ul { padding-left: 1.3rem; }
li { margin: 0.25rem 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.55rem; text-align: right; white-space: nowrap; }
th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
thead th { max-width: 8.5rem; white-space: normal; border-top: 2px solid var(--text); border-bottom: 1px solid var(--text); }
tbody:last-child tr:last-child td { border-bottom: 2px solid var(--text); }
tbody tr:nth-child(even) td { background: var(--stripe); }
.words { text-align: left; }
.group { padding-top: 0.9rem; font-style: italic; }
td.words { white-space: normal; min-width: 9rem; max-width: 34rem; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: 0.75rem; background: var(--stripe); font-size: 0.8rem; line-height: 1.35; }
figure { margin: 1.5rem 0 2.25rem; }
figure svg { display: block; max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 4px; background: #ffffff; }
figcaption { margin-top: 0.5rem; max-width: 48rem; color: var(--soft); font-size: 0.875rem; }
dt { margin-top: 0.6rem; font-weight: 600; }
dd { margin: 0 0 0 1.2rem; color: var(--soft); }
@media print {
  body { max-width: none; padding: 0; font-size: 11px; }
  figure, tr, h2, h3 { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .wide { overflow: visible; }
  table { font-size: 9px; }
  th, td { padding: 0.2rem 0.4rem; white-space: normal; }
}
`;

/** @param svgs  the drawn figures, by name */
export function htmlReport(name: string, sections: readonly Section[], svgs: ReadonlyMap<string, string>): string {
  const body = sections.map(
    ({ title, blocks }) => `<section>\n<h2>${html(title)}</h2>\n${blocks.map((one) => block(one, svgs)).join("")}</section>\n`,
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(name)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${html(name)}</h1>
${body.join("")}</body>
</html>
`;
}

function block(block: Block, svgs: ReadonlyMap<string, string>): string {
  switch (block.kind) {
    case "text":
      return `<p>${html(block.text)}</p>\n`;
    case "list":
      return `<ul>\n${block.items.map((item) => `<li>${html(item)}</li>\n`).join("")}</ul>\n`;
    case "definitions":
      return `<dl>\n${block.items.map(([term, meaning]) => `<dt>${html(term)}</dt><dd>${html(meaning)}</dd>\n`).join("")}</dl>\n`;
    case "table":
      return `<h3>${html(block.title)}</h3>\n${htmlTable(block.table)}`;
    case "log":
      return `<h3>${html(block.title)}</h3>\n<pre>${html(block.text)}</pre>\n`;
    case "figure": {
      const { name, caption } = block.figure;
      return `<figure id="${name}">\n${inline(svgs.get(name)!, name, caption)}<figcaption>${html(caption)}</figcaption>\n</figure>\n`;
    }
  }
}

/** An SVG as part of a page: its own names must not meet those of the others. */
function inline(svg: string, name: string, caption: string): string {
  return svg
    .replaceAll(/(id="|url\(#)clip/g, `$1${name}-clip`)
    .replaceAll(/ xmlns(:xlink)?="[^"]*"/g, "")
    .replace(' role="img"', "")
    .replace("<svg ", () => `<svg role="img" aria-label="${html(caption)}" `);
}
