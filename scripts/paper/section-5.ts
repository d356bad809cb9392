/**
 * The ablations of Section V, and Figures 6 and 7, on NAS-Bench-201 and digits-201.
 *
 * @module
 */
import type { CellStatistics, Panel, ReportDocument } from "../../app/report/document.ts";
import { datasetOf, fixed, lessBaseline, type MeanStd, meanStd, pValue, signed, table, titleOf } from "./markdown.ts";
import { figure } from "./matrices.ts";

/** A claim of the paper about a cell: in which direction it should differ from the baseline. */
interface Claim {
  readonly cell: string;
  readonly says: string;
}
const CLAIMS: readonly Claim[] = [
  { cell: "no-updates", says: "Updating the subspaces helps (Figure 7)" },
  { cell: "absolute-reward", says: "The improvement as reward helps (Figure 8a: 67.81 ± 0.18 against 67.63 ± 0.31)" },
  { cell: "mlp-lstm", says: "The graph helps (Figure 8b: 67.81 ± 0.18 against 67.12 ± 0.46)" },
  { cell: "no-edge", says: "The edges of the graph help" },
  { cell: "separate-policies", says: "One joint policy helps" },
  { cell: "best-subspace", says: "Choosing among the subspaces helps, and not the best one always" },
  { cell: "uniform", says: "Learning helps (Figure 7)" },
];

function verdict(difference: number, p: number): string {
  if (p >= 0.05) return "no difference shown";
  return difference < 0 ? "**holds**" : "**the contrary**";
}

/** The paper's claims about the cells that a panel has, by the test metric where there is one. */
export function claims({ cells, measure }: Panel): string {
  const both = measure === "test";
  const rows = CLAIMS.flatMap(({ cell, says }) => {
    const comparison = cells.find(({ name }) => name === cell)?.comparison;
    const main = comparison?.[measure];
    if (!main) return [];
    const score = comparison.score;
    return [
      [
        says,
        `\`${cell}\``,
        `${signed(main.difference, 3)} (${fixed(main.interval!.low, 3)} to ${fixed(main.interval!.high, 3)})`,
        fixed(main.pairedEffectSize ?? Number.NaN),
        pValue(main.wilcoxon.holm),
        verdict(main.difference, main.wilcoxon.holm),
        ...(both ? [score ? `${lessBaseline(score, 3)}: ${verdict(score.difference, score.wilcoxon.holm)}` : "–"] : []),
      ],
    ];
  });
  const columns = ["the paper's claim", "without it", `>${measure}: difference (95 % CI)`, ">d_z", ">Holm p", "on our data"];
  return table([...columns, ...(both ? ["score: difference (Holm p)"] : [])], rows);
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
  const said = ({ mean, std }: MeanStd) => `${fixed(mean, 1)} ± ${fixed(std, 1)}`;
  return `New subspaces in a run: ${said(improvement)} by the improvement reward, ${said(absolute)} by the absolute one (Figure 8a of the paper: 319 and 284).`;
}

export function ablations(document: ReportDocument, heading: string, about: string): string {
  const panel = document.panels[0]!;
  return `## ${heading}

${about}

${claims(panel)}

${rewards(panel)}

K, the number of candidate subspaces (Figure 9 of the paper, in its larger space: no more gain from K = 10 on):

${curve(panel, "/subspaces/count", "K")}

M, the search distance (Figure 9: best at 3, far worse at 20):

${curve(panel, "/subspaces/radius", "M")}

${figure(document.name, "comparison", `${heading}: means, and differences from the base`)}
`;
}

export function figureSix({ panels }: ReportDocument): string {
  const cells = panels.flatMap((panel) => panel.cells);
  const distances = cells[0]!.distances!.map(({ distance }) => distance).filter((distance) => distance > 0);
  return table(
    ["dataset", ...distances.map((distance) => `>D = ${distance}`)],
    cells.map((cell) => [
      titleOf(datasetOf(cell)),
      ...distances.map((at) => meanStd(cell.distances!.find(({ distance }) => distance === at)!)),
    ]),
  );
}

const FIGURE_7: Readonly<Record<string, MeanStd>> = {
  "random-in-evoked-subspace": { mean: 91.89, std: 1.53 },
  "random-in-whole-space": { mean: 87.37, std: 9.71 },
};
/** @param documents  by dataset */
export function figureSeven(documents: Readonly<Record<string, ReportDocument>>): string {
  return table(
    ["dataset", "", ">ours", ">s.e.", ">paper", ">less `updates` (Holm p)"],
    Object.entries(documents).flatMap(([dataset, { panels }]) =>
      panels[0]!.cells.map(({ name, test, comparison }) => {
        const paper = dataset === "cifar10" ? FIGURE_7[name] : undefined;
        const ours = [titleOf(dataset), `\`${name}\``, meanStd(test!), fixed(test!.standardError!, 3)];
        return [...ours, paper ? meanStd(paper) : "–", lessBaseline(comparison?.test)];
      }),
    ),
  );
}
