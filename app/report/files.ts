/**
 * All files of a report, by path.
 *
 * @module
 */
import { visible } from "../../core/visible.ts";
import type { AggregatedCell } from "./aggregate.ts";
import { bestArchitectures } from "./best.ts";
import type { ReportDocument } from "./document.ts";
import { figuresOf } from "./figures/figures.ts";
import { sections } from "./pages/content.ts";
import { effectsCaption, pairsCaption } from "./pages/designs.ts";
import { htmlReport } from "./pages/html.ts";
import { markdownReport } from "./pages/markdown.ts";
import { tableCaption } from "./pages/wording.ts";
import { effectsCsv, effectsTable, levelsCsv } from "./tables/effects.ts";
import { hypervolumeCsv, paretoCsv } from "./tables/fronts.ts";
import { pairsCsv, pairsMatrix, winsCsv } from "./tables/pairs.ts";
import { rankedCsv, weightsCsv } from "./tables/shared-weights.ts";
import { failuresCsv, overheadCsv, runsCsv, statisticsCsv } from "./tables/spreadsheets.ts";
import { latex, latexTable, type ReportTable } from "./tables/table.ts";
import { paperTable } from "./tables/tables.ts";

/**
 * The same results give the same bytes; of `overhead.csv` alone that holds only for results of one machine.
 * @param step  told before each figure
 */
export async function reportFiles(
  document: ReportDocument,
  cells: readonly AggregatedCell[],
  step: (figure: number, of: number) => void = () => {},
): Promise<Map<string, string>> {
  const figures = figuresOf(document, cells);
  const svgs = new Map<string, string>();
  const answering = new Map<string, object>();
  if (figures.length > 0) {
    const { interactive, render } = await import("./figures/render.ts");
    for (const [i, { name, spec }] of figures.entries()) {
      step(i, figures.length);
      svgs.set(name, await render(spec));
      answering.set(name, interactive(spec));
    }
  }
  const best = await bestArchitectures(document, cells);
  for (const { name, svg } of best.drawings) svgs.set(name, svg);
  const content = sections(document, figures, best);
  const pdfs = new Map<string, string>();
  if (svgs.size > 0) {
    const { figurePdf } = await import("./pdf/figure-pdf.ts");
    for (const [name, svg] of svgs) pdfs.set(name, figurePdf(svg, `${document.name}: ${name}`));
  }
  const overhead = overheadCsv(cells);
  const [pareto, hypervolume, failures] = [paretoCsv(document), hypervolumeCsv(document, cells), failuresCsv(document)];
  const [weights, ranked] = [weightsCsv(cells), rankedCsv(cells)];
  return new Map([
    ["report.md", markdownReport(document.name, content)],
    ["report.html", await htmlReport(document.name, content, { svgs, interactive: answering })],
    ["statistics.json", jsonText(document, 2)],
    ["statistics.csv", statisticsCsv(document)],
    ["runs.csv", runsCsv(cells)],
    ...(pareto === undefined ? [] : [["pareto.csv", pareto] as const]),
    ...(hypervolume === undefined ? [] : [["hypervolume.csv", hypervolume] as const]),
    ...(failures === undefined ? [] : [["failures.csv", failures] as const]),
    ...(weights === undefined ? [] : [["weights.csv", weights] as const]),
    ...(ranked === undefined ? [] : [["ranked.csv", ranked] as const]),
    ["table.tex", latexFile(tableCaption(document), [paperTable(document)])],
    ...designFiles(document),
    ...(overhead === undefined ? [] : [["overhead.csv", overhead] as const]),
    ...[...svgs].map(([name, svg]) => [`figures/${name}.svg`, svg] as const),
    ...[...pdfs].map(([name, pdf]) => [`figures/${name}.pdf`, pdf] as const),
    ...figures.map(({ name, spec }) => [`figures/${name}.vl.json`, jsonText(spec, 1)] as const),
  ]);
}

function jsonText(value: unknown, indent: number): string {
  return `${visible(JSON.stringify(value, null, indent))}\n`;
}

/** All pairs, and the effects of a factorial, where there are any. */
function designFiles(document: ReportDocument): [string, string][] {
  const matrices = document.panels.flatMap((panel) => pairsMatrix(panel) ?? []);
  const effects = effectsTable(document);
  return [
    ["pairs.csv", pairsCsv(document)],
    ["wins.csv", winsCsv(document)],
    ["effects.csv", effectsCsv(document)],
    ["levels.csv", levelsCsv(document)],
    ["pairs.tex", matrices.length > 0 ? latexFile(pairsCaption(document), matrices) : undefined],
    ["effects.tex", effects && latexFile(effectsCaption(document), [effects])],
  ].filter((file): file is [string, string] => file[1] !== undefined);
}

/** Tables to be put into tables of one's own, with a caption that says what is in them. */
function latexFile(caption: string, tables: readonly ReportTable[]): string {
  return `% Made by evoke report; needs \\usepackage{booktabs}. A caption for it:
% ${latex(caption)}
\\begingroup\\small\\setlength{\\tabcolsep}{4pt}%
${tables.map(latexTable).join("\\par\\medskip\n")}\\endgroup
`;
}
