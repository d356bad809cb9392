import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  csv,
  html,
  htmlTable,
  latex,
  latexTable,
  markdown,
  markdownTable,
  plainTable,
  type ReportTable,
} from "../../../../app/report/tables/table.ts";

const odd = "|nor_conv_3x3~0|+<b>&*x*";
const table: ReportTable = {
  columns: [{ head: "cell", words: true }, { head: "mean ± std" }],
  groups: [
    { heading: "dataset=a_b", rows: [["base", "94.22 ± 0.20"]] },
    { heading: "dataset=c", rows: [[odd, "−1.00 ± 10.00"]] },
  ],
};

test("plainTable sets words to the left and numbers to the right, all groups alike", () => {
  assert.is(
    plainTable(table),
    [
      "dataset=a_b",
      "cell                         mean ± std",
      "base                       94.22 ± 0.20",
      "",
      "dataset=c",
      "cell                         mean ± std",
      "|nor_conv_3x3~0|+<b>&*x*  −1.00 ± 10.00",
      "",
    ].join("\n"),
  );
});

test("markdownTable keeps a cell with bars and underscores one cell", () => {
  const lines = markdownTable(table).split("\n");
  assert.is(lines[0], "**dataset=a\\_b**");
  assert.is(lines[2], "| cell | mean ± std |");
  assert.is(lines[3], "| :-- | --: |");
  const row = lines.find((line) => line.includes("nor"))!;
  assert.is(row.split(/(?<!\\)\|/).length, 4, "two cells between three bars");
  assert.is(row, "| \\|nor\\_conv\\_3x3\\~0\\|+\\<b\\>&amp;\\*x\\* | −1.00 ± 10.00 |");
});

test("markdown() leaves no line break, link or HTML of a name in force", () => {
  assert.is(markdown("a\nb [c](d) `e` <f> # &lt;"), "a b \\[c\\](d) \\`e\\` \\<f\\> \\# &amp;lt;");
});

test("latexTable is a tabular of booktabs with a rule above each group", () => {
  assert.is(
    latexTable(table),
    [
      "\\begin{tabular}{lr}",
      "\\toprule",
      "cell & mean $\\pm$ std \\\\",
      "\\midrule",
      "\\multicolumn{2}{l}{\\itshape dataset=a\\_b} \\\\",
      "base & 94.22 $\\pm$ 0.20 \\\\",
      "\\midrule",
      "\\multicolumn{2}{l}{\\itshape dataset=c} \\\\",
      "\\textbar{}nor\\_conv\\_3x3\\textasciitilde{}0\\textbar{}+$<$b$>$\\&*x* & $-$1.00 $\\pm$ 10.00 \\\\",
      "\\bottomrule",
      "\\end{tabular}",
      "",
    ].join("\n"),
  );
});

test("latex() escapes every character that TeX reads as a command, and names those that its fonts lack", () => {
  assert.is(latex("\\ { } $ & # % _ ^ ~"), "\\textbackslash{} \\{ \\} \\$ \\& \\# \\% \\_ \\textasciicircum{} \\textasciitilde{}");
  assert.is(latex("a--b - c – Cliff’s δ, Δ, é 漢"), "a-{}-b - c -- Cliff's $\\delta$, $\\Delta$, é \\texttt{U+6F22}");
});

test("htmlTable shows names as they are written and nothing of them as markup", () => {
  const page = htmlTable(table, "Of <b>all</b>");
  assert.match(page, 'role="region" tabindex="0" aria-label="Of &lt;b&gt;all&lt;/b&gt;"');
  assert.match(page, "|nor_conv_3x3~0|+&lt;b&gt;&amp;*x*");
  assert.not.match(page, "<b>");
  assert.is(html(`"'`), "&quot;&#39;");
});

test("csv() quotes what needs it, and leaves empty what is not there", () => {
  assert.is(
    csv(
      ["a", "b", "c"],
      [
        ["x,y", 'say "no"', "two\nlines"],
        [null, undefined, 0.1],
      ],
    ),
    'a,b,c\n"x,y","say ""no""","two\nlines"\n,,0.1\n',
  );
});

test.run();
