/**
 * The second half of the paper: Table II, and Figures 8 and 9, in the MobileNet-like space.
 *
 * @module
 */
import type { Panel, ReportDocument } from "../../app/report/document.ts";
import { fixed, lessBaseline, meanStd, table } from "./markdown.ts";
import { claims, curve, rewards } from "./section-5.ts";

const TITLES: Readonly<Record<string, string>> = {
  "ase-nas": "ASE-NAS",
  "ase-nas-plus": "ASE-NAS+",
  "ofa-evolution": "Once-for-All's evolution",
  random: "Random search",
};

/** Predicted accuracies of the methods, and the multiply-adds of what they found. */
export function tableTwo({ panels }: ReportDocument): string {
  const { cells } = panels[0]!;
  return table(
    ["method", ">predicted accuracy", ">s.e.", ">best run", ">its MAdds (M)", ">less ASE-NAS (Holm p)", ">new subspaces"],
    cells.map(({ name, score, fronts, comparison, updates }) => {
      const best = fronts?.madds?.at(-1);
      return [
        TITLES[name] ?? `\`${name}\``,
        meanStd(score!),
        fixed(score!.standardError!, 3),
        fixed(score!.quartiles[4]),
        best ? fixed(best.cost / 1e6, 0) : "–",
        lessBaseline(comparison?.score, 3),
        updates && updates.mean > 0 ? fixed(updates.mean, 0) : "–",
      ];
    }),
  );
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
