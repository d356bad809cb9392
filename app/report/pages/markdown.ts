/** `report.md`. @module */

import { visible } from "../../../core/visible.ts";
import { markdown, markdownTable } from "../tables/table.ts";
import type { Block, Section } from "./section.ts";

/** @param name  the title of the page */
export function markdownReport(name: string, sections: readonly Section[]): string {
  return [`# ${markdown(name)}\n`, ...sections.flatMap(({ title, blocks }) => [`## ${markdown(title)}\n`, ...blocks.map(block)])].join(
    "\n",
  );
}

function block(block: Block): string {
  switch (block.kind) {
    case "text":
      return `${line(block.text)}\n`;
    case "list":
      return block.items.map((item) => `- ${line(item)}\n`).join("");
    case "definitions":
      return block.items.map(([term, meaning]) => `- **${markdown(term)}**: ${line(meaning)}\n`).join("");
    case "table":
      return `### ${markdown(block.title)}\n\n${markdownTable(block.table)}`;
    case "log":
      return `### ${markdown(block.title)}\n\n${fenced(block.text)}`;
    case "figure":
      return `![${markdown(block.figure.caption)}](figures/${block.figure.name}.svg)\n`;
  }
}

/** Text as it is, in a fence that is longer than any within. */
function fenced(text: string): string {
  const fence = "`".repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map(({ length }) => length + 1)));
  return `${fence}text\n${visible(text)}\n${fence}\n`;
}

/** Text at the beginning of a line, where "1." or "+" would begin a list. */
function line(text: string): string {
  return markdown(text)
    .replace(/^(\d+)([.)])/, "$1\\$2")
    .replace(/^([+-])/, "\\$1");
}
