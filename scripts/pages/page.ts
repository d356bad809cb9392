/**
 * Pages of Markdown that scripts make.
 *
 * @module
 */

/** Columns of prose; test/docs.test.ts holds them. */
const COLUMNS = 100;

/** The page with its paragraphs and list items wrapped; headings, tables, figures and fenced blocks stay as they are. */
export function wrapped(page: string): string {
  const blocks: { text: string; readonly prose: boolean }[] = [];
  let fenced = false;
  for (const line of page.split("\n")) {
    const fence = line.startsWith("```");
    if (fence) fenced = !fenced;
    const prose = !fenced && !fence && !/^(#|\||!\[|<!--|$)/.test(line);
    const last = blocks.at(-1);
    if (prose && last?.prose && !line.startsWith("- ")) last.text += ` ${line.trim()}`;
    else blocks.push({ text: line, prose });
  }
  return blocks.map(({ text, prose }) => (prose ? filled(text) : text)).join("\n");
}

/** A paragraph, or an item of a list, in lines; a code span stays in one, and so do the two sides of ± and ×. */
function filled(text: string): string {
  const indent = text.startsWith("- ") ? "  " : "";
  const lines: string[] = [];
  for (const [word] of text.matchAll(/(?:`[^`]*`| [±×] |[^\s`])+/g)) {
    const longer = lines.length === 0 ? undefined : `${lines.at(-1)} ${word}`;
    if (longer !== undefined && longer.length <= COLUMNS) lines[lines.length - 1] = longer;
    else lines.push(lines.length === 0 ? word : indent + word);
  }
  return lines.join("\n");
}
