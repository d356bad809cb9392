import { unzlibSync } from "fflate";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { figuresOf } from "../../../../app/report/figures/figures.ts";
import { render } from "../../../../app/report/figures/render.ts";
import { base85 } from "../../../../app/report/pdf/document.ts";
import { figurePdf } from "../../../../app/report/pdf/figure-pdf.ts";
import { runsOf } from "../../../../app/report/pdf/letters.ts";
import { pathOperators } from "../../../../app/report/pdf/path.ts";
import { cell, reported, runs } from "../made-up-cells.ts";

/** Of ASCII85: five digits are four bytes, and "z" is four zeros. */
function unpacked(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const [group] of text.replaceAll(/\s|~>$/g, "").matchAll(/z|[!-u]{1,5}/g)) {
    const digits = group === "z" ? "!!!!!" : group.padEnd(5, "u");
    const value = [...digits].reduce((sum, digit) => 85 * sum + digit.charCodeAt(0) - 33, 0);
    const four = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256);
    bytes.push(...four.slice(0, group === "z" ? 4 : group.length - 1));
  }
  return Uint8Array.from(bytes);
}

const contentOf = (pdf: string) => new TextDecoder().decode(unzlibSync(unpacked(/\nstream\n(.*?)\nendstream/s.exec(pdf)![1]!)));
/** What is written, run by run. */
const textsOf = (content: string) =>
  [...content.matchAll(/\/(F\d) [\d.]+ Tf\n<([0-9a-f]*)> Tj/g)].map(([, font, hex]) => [font, Buffer.from(hex!, "hex").toString("latin1")]);
const svg = (body: string) => `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50">${body}</svg>\n`;
const drawn = (body: string) => contentOf(figurePdf(svg(body), "t"));

test("every figure of a report is a PDF of its size: ASCII, each object where the table of objects says, and the same again", async () => {
  const { document, cells } = reported([
    [cell("base"), runs(6, 94)],
    [cell("other"), runs(6, 97)],
  ]);
  for (const { name, spec } of figuresOf(document, cells)) {
    const drawing = await render(spec);
    const pdf = figurePdf(drawing, name);
    assert.match(pdf, /^%PDF-1\.7\n[\n -~]*%%EOF\n$/, name);
    const offsets = [...pdf.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset));
    assert.ok(offsets.length >= 5);
    for (const [i, offset] of offsets.entries()) assert.ok(pdf.startsWith(`${i + 1} 0 obj\n`, offset), `${name}, object ${i + 1}`);
    assert.ok(pdf.startsWith("xref\n", Number(/startxref\n(\d+)\n/.exec(pdf)![1])), name);
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(drawing)!;
    assert.match(pdf, `/MediaBox [0 0 ${0.75 * Number(width)} ${0.75 * Number(height)}]`);
    const content = contentOf(pdf);
    assert.not.match(content, /NaN|undefined|Infinity/);
    const written = textsOf(content).map(([, text]) => text);
    const cellNames = name === "comparison" ? ["base", "other", "test accuracy, CIFAR-10, 200 epochs (%)"] : [];
    for (const text of cellNames) assert.ok(written.includes(text), `${text} in ${name}`);
    assert.is(figurePdf(drawing, name), pdf);
  }
});

test("letters beyond Windows' are of Symbol; what no font has is a question mark, and can still be copied", () => {
  const content = drawn('<text x="50" y="20" font-size="10px" text-anchor="middle">Δ ≤ τ − 1 → é – “a”</text>');
  assert.equal(textsOf(content), [
    ["F3", "D"],
    ["F1", " "],
    ["F3", "\u00a3"],
    ["F1", " "],
    ["F3", "t"],
    ["F1", " "],
    ["F3", "-"],
    ["F1", " 1 "],
    ["F3", "\u00ae"],
    ["F1", " \u00e9 \u0096 \u0093a\u0094"],
  ]);
  assert.not.match(content, "ActualText");
  assert.equal(textsOf(drawn("<text>ő 漢</text>")), [["F1", "o ?"]]);
  assert.match(drawn("<text>漢</text>"), "/Span << /ActualText <feff6f22> >> BDC");
});

test("texts stand as their anchor says, by the widths of Helvetica", () => {
  const width = (text: string, weight: "regular" | "bold" = "regular") =>
    runsOf(text, weight).runs.reduce((sum, run) => sum + run.width, 0);
  assert.ok(Math.abs(width("Ag 1") - (0.667 + 0.556 + 0.278 + 0.556)) < 1e-12);
  assert.ok(Math.abs(width("Ag", "bold") - (0.722 + 0.611)) < 1e-12);
  assert.match(drawn('<text x="50" y="20" font-size="10px" text-anchor="end">Ag 1</text>'), "1 0 0 -1 29.43 20 Tm");
  assert.match(drawn('<text font-size="10px"><tspan>a</tspan><tspan x="0" dy="14">b</tspan></text>'), "1 0 0 -1 0 14 Tm");
  assert.equal(textsOf(drawn('<text font-weight="bold">a &lt;b&gt; &amp; &quot;</text>')), [["F2", 'a <b> & "']]);
});

test("paths keep lines and curves; a circle of arcs goes through its four quarters", () => {
  assert.equal(pathOperators("M1,2h3v4L0,0l1,1Z"), ["1 2 m", "4 2 l", "4 6 l", "0 0 l", "1 1 l", "h"]);
  assert.equal(pathOperators("M0 0C1 2 3 4 5 6c1 1 2 2 3 3"), ["0 0 m", "1 2 3 4 5 6 c", "6 7 7 8 8 9 c"]);
  const circle = pathOperators("M2,0A2,2,0,1,1,-2,0A2,2,0,1,1,2,0");
  const ends = circle.map((operator) => operator.split(" ").slice(-3, -1).join(" "));
  assert.equal(ends, ["2 0", "0 2", "-2 0", "0 -2", "2 0"]);
  // The handles of a quarter are 4/3 tan(π/8) of the radius long.
  assert.is(circle[1], "2 1.105 1.105 2 0 2 c");
  assert.throws(() => pathOperators("M0,0Q1,1,2,2"), /cannot be drawn in PDF: Q/);
});

test("fills, lines, opacities, clips and dashes are drawn; what is hidden is not", () => {
  const content = drawn(
    '<g opacity="0.5" clip-path="url(#c)"><rect x="1" y="2" width="3" height="4" fill="#0072B2" stroke="#fff" stroke-width="2" stroke-dasharray="4 4"/></g>' +
      '<path d="M0,0L1,1" fill="none" stroke="rgb(255, 0, 0)"/><path d="M9,9h9" display="none"/><rect width="7" height="7" fill="none"/>' +
      '<defs><clipPath id="c"><rect x="0" y="0" width="9" height="9"/></clipPath></defs>',
  );
  assert.match(content, "0 0 9 9 re\nW n\n");
  assert.match(content, "/G1 gs\n0 0.447 0.698 rg\n1 1 1 RG\n2 w\n[4 4] 0 d\n1 2 3 4 re\nB\n");
  assert.match(content, "1 0 0 RG\n1 w\n0 0 m\n1 1 l\nS\n");
  assert.not.match(content, /9 9 m|7 7 re/);
  assert.is(content.match(/^q$/gm)!.length, content.match(/^Q$/gm)!.length);
  assert.throws(() => drawn('<rect width="1" height="1" fill="url(#g)"/>'), /the colour url/);
});

test("base85() is that of PDF: groups of four, zeros in short, and a rest", () => {
  const bytes = Uint8Array.from([0, 0, 0, 0, 255, 255, 255, 255, 1, 2]);
  assert.is(base85(bytes), "zs8W-!!<N~>");
  for (let length = 0; length < 9; length++) assert.equal([...unpacked(base85(bytes.slice(0, length)))], [...bytes.slice(0, length)]);
});

test.run();
