/**
 * What a report says, in order, for Markdown and HTML alike.
 *
 * @module
 */
import type { BestArchitectures } from "../best.ts";
import type { CellStatistics, ReportDocument } from "../document.ts";
import type { Figure } from "../figures/figure.ts";
import { counted, manifestValue } from "../format.ts";
import { effectsTable, levelsTable } from "../tables/effects.ts";
import { hypervolumeTables, paretoTables } from "../tables/fronts.ts";
import { pairsMatrix, pairsOverPanelsMatrix, pairsOverPanelsTable, pairsTable } from "../tables/pairs.ts";
import { sharedWeightsTable } from "../tables/shared-weights.ts";
import type { ReportTable } from "../tables/table.ts";
import { comparisonTable, ranksAfterTable, ranksTable, regretTable, resultsTable, searchTable } from "../tables/tables.ts";
import { effectSentences, pairSentences, pairsOverPanelsSentences } from "./designs.ts";
import { failureSections } from "./failures.ts";
import { hypervolumeSentences } from "./fronts.ts";
import type { Block, Section } from "./section.ts";
import {
  definitions,
  headlines,
  missing,
  namedAnswers,
  notCompared,
  overallSentence,
  rankSentence,
  sentences,
  tooFewPairs,
} from "./wording.ts";

const text = (text: string): Block => ({ kind: "text", text });
const said = (sentence: string | undefined): Block[] => (sentence === undefined ? [] : [text(sentence)]);
const list = (items: readonly string[]): Block[] => (items.length > 0 ? [{ kind: "list", items }] : []);
const drawn = (figures: readonly Pick<Figure, "name" | "caption">[]) => figures.map((figure): Block => ({ kind: "figure", figure }));
const table = (title: string, table: ReportTable | undefined): Block[] => (table ? [{ kind: "table", title, table }] : []);

export function sections(document: ReportDocument, figures: readonly Figure[], best: BestArchitectures): Section[] {
  const { panels, question } = document;
  const gaps = missing(document);
  const heads = headlines(document);
  const found = panels.flatMap((panel, i): Block[] => [
    text(heads[i]!),
    ...said(tooFewPairs(panel)),
    ...list([...sentences(document, panel), ...notCompared(panel), ...namedAnswers(panel), ...hypervolumeSentences(document, panel)]),
    ...said(rankSentence(panel.ranks, "seed")),
  ]);
  found.push(...said(rankSentence(document.ranks, "panel")), ...said(overallSentence(document.ranks)));
  for (const panel of panels) found.push(...pairSentences(panel, panels.length > 1).map(text));
  found.push(...pairsOverPanelsSentences(document).map(text));
  for (const { text: sentence, items } of effectSentences(document)) found.push(text(sentence), ...list(items));
  const both = panels.some(({ measure }) => measure === "test");
  return [
    ...(question === undefined ? [] : [{ title: "Question", blocks: [text(question)] }]),
    {
      title: "Result",
      blocks: [
        ...found,
        ...(gaps.length > 0 ? [text("Not all runs are finished. What follows is of those that are."), ...list(gaps)] : []),
      ],
    },
    {
      title: "Tables",
      blocks: [
        ...table("Results", resultsTable(document)),
        ...table("Compared with the baseline", comparisonTable(document)),
        ...(both ? table("Compared with the baseline by score", comparisonTable(document, "score")) : []),
        ...table("Searches", searchTable(document)),
        ...table("Shared weights after the last epoch", sharedWeightsTable(document)),
        ...table("Regret after so many queries", regretTable(document)),
        ...[...paretoTables(document), ...hypervolumeTables(document)].flatMap((one) => table(one.title, one.table)),
        ...table("Mean ranks over all panels", ranksTable(document)),
        ...table("Mean ranks over all panels, by regrets after so many queries", ranksAfterTable(document)),
        ...panels.flatMap((panel) => table(panels.length > 1 ? `All pairs, ${panel.name}` : "All pairs", pairsMatrix(panel))),
        ...table("Pairs with the smallest p", pairsTable(document)),
        ...table("All pairs over all panels: win rates", pairsOverPanelsMatrix(document)),
        ...table("Pairs over all panels with the smallest p", pairsOverPanelsTable(document)),
        ...table("Main effects and interactions", effectsTable(document)),
        ...table("Levels of each factor", levelsTable(document)),
      ],
    },
    { title: "Best architectures", blocks: [...table("Of each cell, by score", best.table), ...drawn(best.drawings)] },
    ...failureSections(document),
    ...(figures.length > 0 ? [{ title: "Figures", blocks: drawn(figures) }] : []),
    { title: "What the numbers are", blocks: [{ kind: "definitions", items: definitions(document) }] },
    { title: "Provenance", blocks: provenance(document) },
  ];
}

function provenance({ evoke, design, seeds, inputs = {}, panels }: ReportDocument): Block[] {
  const cells = panels.flatMap(({ cells }) => cells);
  const last = seeds.first + seeds.count - 1;
  return [
    ...list([
      `Evoke ${evoke}`,
      ...(design ? [`design: ${design}, ${counted(cells.length, "cell")}`] : []),
      seeds.count === 1 ? `seed ${seeds.first}` : `seeds ${seeds.first} to ${last}, the same for every cell`,
      ...Object.entries(inputs).map(([input, digest]) => `${input}: ${digest}`),
    ]),
    ...table("Cells", {
      columns: [
        { head: "cell", words: true },
        { head: "runs" },
        { head: "digest", words: true },
        { head: "differs from the base", words: true },
      ],
      groups: [{ rows: cells.map((cell) => [cell.name, String(cell.n), cell.digest.slice(0, 12), differences(cell)]) }],
    }),
  ];
}

function differences({ differs }: CellStatistics): string {
  return differs.length === 0
    ? "nothing"
    : differs.map(({ pointer, base, value }) => `${pointer}: ${shown(base)} → ${shown(value)}`).join("; ");
}

function shown(value: unknown): string {
  return value === undefined ? "absent" : manifestValue(value);
}
