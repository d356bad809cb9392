/**
 * The ablations of Section V, and Figures 6 and 7, on NAS-Bench-201 and digits-201.
 *
 * @module
 */
import type { CellStatistics, Comparison, Panel, ReportDocument } from "../../app/report/document.ts";
import {
  between,
  datasetOf,
  fixed,
  lessBaseline,
  listed,
  type MeanStd,
  meanStd,
  pValue,
  SIGNIFICANT,
  signed,
  table,
  titleOf,
} from "./markdown.ts";
import { figure } from "./matrices.ts";

/** What the paper claims, by the cell that is without it and should be worse than the baseline. */
const CLAIMS: Readonly<Record<string, string>> = {
  "no-updates": "updating the subspaces helps (Figure 7)",
  "absolute-reward": "the improvement as reward helps (Figure 8a: 67.81 ± 0.18 against 67.63 ± 0.31)",
  "mlp-lstm": "the graph helps (Figure 8b: 67.81 ± 0.18 against 67.12 ± 0.46)",
  "no-edge": "the edges of the graph help",
  "separate-policies": "one joint policy helps",
  "best-subspace": "choosing among the subspaces helps, instead of always taking the best one",
  uniform: "learning helps (Figure 7)",
};

/** The claims, as a list. */
export const claimList = Object.entries(CLAIMS)
  .map(([cell, says]) => `- \`${cell}\`: ${says}`)
  .join("\n");

function verdict({ difference, wilcoxon }: Comparison): string {
  if (wilcoxon.holm >= SIGNIFICANT) return "not shown";
  return difference < 0 ? "**holds**" : "**contrary**";
}

/** What becomes of the claims about the cells that a panel has, by the test metric where there is one. */
export function claims({ cells, measure }: Panel): string {
  const both = measure === "test";
  const rows = Object.keys(CLAIMS).flatMap((cell) => {
    const comparison = cells.find(({ name }) => name === cell)?.comparison;
    const main = comparison?.[measure];
    if (!main) return [];
    const score = comparison.score;
    return [
      [
        `\`${cell}\``,
        `${signed(main.difference, 3)} (${between(main.interval, 3)})`,
        fixed(main.pairedEffectSize ?? Number.NaN),
        pValue(main.wilcoxon.holm),
        verdict(main),
        ...(both ? (score ? [lessBaseline(score, 3), verdict(score)] : ["–", "–"]) : []),
      ],
    ];
  });
  const columns = ["without it", `>${measure}: difference (95 % CI)`, ">d_z", ">Holm p", `claim by ${measure}`];
  return table([...columns, ...(both ? [">score: difference (Holm p)", "claim by score"] : [])], rows);
}

/** How many of a panel's comparisons are significant. */
export function significant({ cells, measure }: Panel): string {
  const comparisons = cells.flatMap(({ name, comparison }) => (comparison?.[measure] ? [{ name, ...comparison[measure] }] : []));
  const found = comparisons.filter(({ wilcoxon }) => wilcoxon.holm < SIGNIFICANT).map(({ name }) => `\`${name}\``);
  return `Of ${comparisons.length} comparisons with the base, significant ones: ${listed(found) || "none"}.`;
}

/** The curve over an axis: the base stands where its own value is. */
export function curve({ cells, measure }: Panel, pointer: string, symbol: string): string {
  const along = cells.filter(({ differs, variant }) => variant === cells[0]!.variant && differs.every((one) => one.pointer === pointer));
  along.sort((a, b) => Number(a.at[pointer]) - Number(b.at[pointer]));
  const line = (name: string, of: (cell: CellStatistics) => string) => [name, ...along.map(of)];
  return table(
    [symbol, ...along.map((cell) => `>${cell.at[pointer]}`)],
    [
      line(measure, (cell) => meanStd(cell[measure]!)),
      line("s.e.", (cell) => fixed(cell[measure]!.standardError!, 3)),
      ...(measure === "test" ? [line("score", ({ score }) => meanStd(score!))] : []),
      line("new subspaces", ({ updates }) => fixed(updates!.mean, 1)),
      line(`Holm p (${measure})`, ({ comparison }) => (comparison?.[measure] ? pValue(comparison[measure].wilcoxon.holm) : "base")),
    ],
  );
}

/** How many subspaces are new by either reward. */
export function rewards({ cells }: Panel): string {
  const [improvement, absolute] = [cells[0], cells.find(({ name }) => name === "absolute-reward")].map((cell) => cell?.updates);
  if (!improvement || !absolute) return "";
  return `New subspaces in a run: ${meanStd(improvement, 1)} by the improvement reward, ${meanStd(absolute, 1)} by the absolute one (Figure 8a of the paper: 319 and 284).`;
}

/** The ablations of a matrix: its claims, its two axes and its figure. */
export function ablations({ name, panels: [panel] }: ReportDocument): string {
  return `${claims(panel!)}

${rewards(panel!)}

K, the number of candidate subspaces (Figure 9 of the paper, in its larger space: no more gain from K = 10 on):

${curve(panel!, "/subspaces/count", "K")}

M, the search distance (Figure 9: best at 3, far worse at 20):

${curve(panel!, "/subspaces/radius", "M")}

${figure(name, "comparison", "Means, and differences from the base")}`;
}

export function figureSix({ panels }: ReportDocument): string {
  const cells = panels.flatMap((panel) => panel.cells);
  const distances = cells[0]!.distances!.map(({ distance }) => distance).filter((distance) => distance > 0);
  return table(
    ["data set", ...distances.map((distance) => `>D = ${distance}`)],
    cells.map((cell) => [
      titleOf(datasetOf(cell)),
      ...distances.map((at) => meanStd(cell.distances!.find(({ distance }) => distance === at)!)),
    ]),
  );
}

/** What the paper has in Figure 7, on CIFAR-10. */
const FIGURE_7: Readonly<Record<string, MeanStd>> = {
  "random-in-evoked-subspace": { mean: 91.89, std: 1.53 },
  "random-in-whole-space": { mean: 87.37, std: 9.71 },
};

export function figureSeven({ panels: [panel] }: ReportDocument): string {
  const inPaper = panel!.metrics.test!.dataset === "cifar10";
  return table(
    ["", ">test", ">s.e.", ...(inPaper ? [">paper"] : []), ">less `updates` (Holm p)"],
    panel!.cells.map(({ name, test, comparison }) => {
      const paper = FIGURE_7[name];
      return [
        ...[`\`${name}\``, meanStd(test!), fixed(test!.standardError!, 3)],
        ...(inPaper ? [paper ? meanStd(paper) : "–"] : []),
        lessBaseline(comparison?.test),
      ];
    }),
  );
}
