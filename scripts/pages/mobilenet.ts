/**
 * The second half of the paper: Table II, and Figures 8 and 9, in the MobileNet-like space.
 *
 * @module
 */
import type { CellStatistics, Panel, ReportDocument } from "../../app/report/document.ts";
import { compared, fixed, lessBaseline, meanStd, table } from "./markdown.ts";
import { claims, curve, rewards } from "./section-5.ts";

const TITLES: Readonly<Record<string, string>> = {
  "ase-nas": "ASE-NAS",
  "ase-nas-plus": "ASE-NAS+",
  "ofa-evolution": "Once-for-All's evolution",
  random: "Random search",
};
const titleOf = (name: string) => TITLES[name] ?? `\`${name}\``;

const named = ({ panels }: ReportDocument, name: string): CellStatistics => panels[0]!.cells.find((cell) => cell.name === name)!;

/**
 * Predicted accuracies of the methods, and the multiply-adds of what they found.
 * @param byEvolution  the same runs, compared with Once-for-All's evolution
 */
export function tableTwo(document: ReportDocument, byEvolution: ReportDocument): string {
  return table(
    ["method", ">score", ">s.e.", ">best run", ">MAdds (M)", ">less ASE-NAS (Holm p)", ">less evolution (Holm p)", ">new subspaces"],
    document.panels[0]!.cells.map(({ name, score, fronts, comparison, updates }) => {
      const best = fronts?.find(({ metrics }) => metrics[1].name === "madds")?.points.at(-1);
      return [
        titleOf(name),
        meanStd(score!),
        fixed(score!.standardError!, 3),
        fixed(score!.quartiles[4]),
        best ? fixed(best.values[1] / 1e6, 0) : "–",
        lessBaseline(comparison?.score, 3),
        lessBaseline(named(byEvolution, name).comparison?.score, 3),
        updates && updates.mean > 0 ? fixed(updates.mean, 0) : "–",
      ];
    }),
  );
}

/** What Table II says of the paper's method, and what its parts do. */
export function tableTwoInWords(document: ReportDocument, byEvolution: ReportDocument): string {
  const evolution = titleOf("ofa-evolution");
  const beside = ["ase-nas", "ase-nas-k5-m2", "ase-nas-faster"].map((name) =>
    compared(titleOf(name), evolution, named(byEvolution, name).comparison!.score!),
  );
  const parts = ["ase-nas-plus", "uniform", "limit-after-evaluation"].map((name) =>
    compared(titleOf(name), titleOf("ase-nas"), named(document, name).comparison!.score!),
  );
  const [all, random, uniform] = ["ase-nas", "random", "uniform"].map((name) => named(document, name).score!.mean) as [
    number,
    number,
    number,
  ];
  const share = Math.round((100 * (uniform - random)) / (all - random));
  return `${beside.join(" ")}

${parts.join(" ")} From random search in the whole space to ASE-NAS, \`uniform\` has gone ${share} % of the way.`;
}

/** Figures 8 and 9 on one evaluator. */
export function figuresEightAndNine(eight: ReportDocument, nine: ReportDocument): string {
  const [ablations, axes] = [eight, nine].map(({ panels }) => panels[0]) as [Panel, Panel];
  return `${claims(ablations)}

${rewards(ablations)}

K, the number of candidate subspaces (Figure 9a: no more gain from K = 10 on):

${curve(axes, "/subspaces/count", "K")}

M, the search distance (Figure 9b: best at 3, 63.84 at 20):

${curve(axes, "/subspaces/radius", "M")}`;
}
