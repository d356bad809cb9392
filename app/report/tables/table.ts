/**
 * Tables in all formats of a report. A cell is text as people read it; each format escapes it.
 *
 * @module
 */
import { visible } from "../../../core/visible.ts";

export interface ReportTable {
  readonly columns: readonly Column[];
  readonly groups: readonly Group[];
}

export interface Column {
  readonly head: string;
  /** Words begin at the left; numbers end at the right. */
  readonly words?: boolean;
}

export interface Group {
  /** Left out where there is only one group. */
  readonly heading?: string;
  readonly rows: readonly (readonly string[])[];
}

/** With spaces between columns, for terminals. */
export function plainTable({ columns, groups }: ReportTable): string {
  const heads = columns.map(({ head }) => head);
  const lines = groups.flatMap(({ rows }) => rows);
  const widths = heads.map((head, c) => Math.max(head.length, ...lines.map((row) => row[c]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, c) => (columns[c]!.words ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)))
      .join("  ")
      .trimEnd();
  return groups.map(({ heading, rows }) => `${heading ? `${heading}\n` : ""}${[heads, ...rows].map(line).join("\n")}\n`).join("\n");
}

/** A table of GitHub's Markdown for each group. */
export function markdownTable({ columns, groups }: ReportTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const head = line(columns.map(({ head }) => markdown(head))) + line(columns.map(({ words }) => (words ? ":--" : "--:")));
  return groups
    .map(({ heading, rows }) => {
      const body = rows.map((row) => line(row.map(markdown))).join("");
      return `${heading ? `**${markdown(heading)}**\n\n` : ""}${head}${body}`;
    })
    .join("\n");
}

/** A `tabular` in the style of booktabs; groups follow each other under their headings. */
export function latexTable({ columns, groups }: ReportTable): string {
  const line = (cells: readonly string[]) => `${cells.map(latex).join(" & ")} \\\\\n`;
  const body = groups.map(
    ({ heading, rows }) =>
      `\\midrule\n${heading ? `\\multicolumn{${columns.length}}{l}{\\itshape ${latex(heading)}} \\\\\n` : ""}${rows.map(line).join("")}`,
  );
  const alignment = columns.map(({ words }) => (words ? "l" : "r")).join("");
  return `\\begin{tabular}{${alignment}}\n\\toprule\n${line(columns.map(({ head }) => head))}${body.join("")}\\bottomrule\n\\end{tabular}\n`;
}

/** One table; each group is a `tbody` under its heading. Its frame takes the focus, to be scrolled by keys. */
export function htmlTable({ columns, groups }: ReportTable, title: string): string {
  const row = (tag: "th" | "td", cells: readonly string[]) => {
    const scope = tag === "th" ? ' scope="col"' : "";
    return `<tr>${cells.map((cell, c) => `<${tag}${scope}${columns[c]!.words ? ' class="words"' : ""}>${html(cell)}</${tag}>`).join("")}</tr>\n`;
  };
  const heads = row(
    "th",
    columns.map(({ head }) => head),
  );
  const bodies = groups.map(({ heading, rows }) => {
    const first = heading ? `<tr><th scope="rowgroup" class="words group" colspan="${columns.length}">${html(heading)}</th></tr>\n` : "";
    return `<tbody>\n${first}${rows.map((cells) => row("td", cells)).join("")}</tbody>\n`;
  });
  return `<div class="wide" role="region" tabindex="0" aria-label="${html(title)}"><table>\n<thead>${heads}</thead>\n${bodies.join("")}</table></div>\n`;
}

/** Comma-separated values (RFC 4180, with line feeds): numbers in full precision, nothing for what is not there. */
export function csv(columns: readonly string[], rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  const field = (value: string | number | null | undefined) => {
    const text = typeof value === "string" ? inert(visible(value)) : String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}

/**
 * A text that a spreadsheet would compute, as text: these begin with =, +, - or @, or with a tabulator, which is passed over
 * (OWASP, "CSV Injection"). Numbers stay numbers.
 */
function inert(text: string): string {
  return /^[=+\-@\t\uff1d\uff0b\uff0d\uff20]/.test(text) && !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text;
}

/** Text for Markdown, where it means what it says: no emphasis, no links, no cells, no HTML. */
export function markdown(text: string): string {
  return visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll(/[\\`*_{}[\]<>|#~]/g, "\\$&")
    .replaceAll(/\s+/g, " ");
}

/** Text for HTML, in content and in attributes. */
export function html(text: string): string {
  return visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** What TeX takes for a command, and characters that its first fonts lack. */
const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "$<$",
  ">": "$>$",
  "|": "\\textbar{}",
  '"': "''",
  "–": "--",
  "—": "---",
  "…": "\\dots{}",
  "±": "$\\pm$",
  "−": "$-$",
  "×": "$\\times$",
  "·": "$\\cdot$",
  "²": "$^2$",
  "≤": "$\\leq$",
  "≥": "$\\geq$",
  "→": "$\\rightarrow$",
  "∞": "$\\infty$",
  "’": "'",
  "“": "``",
  "”": "''",
};
const GREEK = new Map(
  (
    "αalpha βbeta γgamma δdelta εepsilon ζzeta ηeta θtheta κkappa λlambda μmu νnu ξxi πpi ρrho σsigma τtau φphi χchi ψpsi ωomega " +
    "ΓGamma ΔDelta ΘTheta ΛLambda ΠPi ΣSigma ΦPhi ΨPsi ΩOmega"
  )
    .split(" ")
    .map((entry) => [entry[0]!, `$\\${entry.slice(1)}$`]),
);
/** Text for LaTeX with nothing loaded but booktabs. A character that its fonts lack is named by its code point. */
export function latex(text: string): string {
  return [...visible(text).replaceAll(/\s+/g, " ")]
    .map((character, i, all) => {
      // Two hyphens would become a dash.
      if (character === "-" && all[i + 1] === "-") return "-{}";
      return LATEX[character] ?? GREEK.get(character) ?? (latinOne(character) ? character : codePoint(character));
    })
    .join("");
}

/** ASCII, and the letters of Latin-1 that pdfTeX reads as UTF-8 and can set. */
function latinOne(character: string): boolean {
  return /^[ -~À-ÖØ-öø-ÿ]$/u.test(character) && !"ÐðÞþ".includes(character);
}

function codePoint(character: string): string {
  return `\\texttt{U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}}`;
}
