/** Pareto fronts and their hypervolumes, in words. @module */
import { type FrontBox, type Panel, type ReportDocument, withShortNames } from "../document.ts";
import { levelName } from "../format.ts";
import { frontsOver, hypervolumeDigits } from "../tables/fronts.ts";
import { sentence } from "./compared.ts";

/** A sentence for each comparison of hypervolumes with the baseline, and for each pair of metrics that has none. */
export function hypervolumeSentences({ methods }: ReportDocument, given: Panel): string[] {
  const panel = withShortNames(given);
  return (panel.fronts ?? []).flatMap((box) => {
    const what = { baseline: panel.baseline, digits: hypervolumeDigits([panel], box), unit: "" };
    const fronts = frontsOver(panel, box);
    if (fronts.every(({ front: { hypervolume } }) => !hypervolume))
      return [`There is no hypervolume of ${pairName(box)}: between the reference and the ideal there is no area, ${corners(box)}.`];
    return fronts.flatMap(({ name, front: { comparison } }) =>
      comparison ? [`By hypervolume of ${pairName(box)}, ${sentence(name, comparison, what, levelName(methods))}`] : [],
    );
  });
}

export function frontDefinitions({ panels, reference }: ReportDocument): [string, string][] {
  if (!panels.some(({ fronts }) => fronts)) return [];
  const measured = panels.some(({ cells }) => cells.some(({ fronts = [] }) => fronts.some(({ hypervolume }) => hypervolume)));
  const boxes = panels.flatMap((panel) =>
    (panel.fronts ?? []).map((box) => `${panel.name === "" ? "" : `${panel.name}, `}${pairName(box)}: ${corners(box)}`),
  );
  const worst = reference
    ? "what the matrix says, and of a metric of which it says nothing the worst value on any front of the panel"
    : "the worst value of each metric on any front of the panel";
  return [
    [
      "Pareto front",
      "the feasible architectures of all runs of a cell that are not dominated: no other was at least as good by both metrics and better by one",
    ],
    ...(measured
      ? [
          [
            "hypervolume",
            `how much the front of one run dominates (Zitzler & Thiele 1999): the area between it and the reference, exact, as a share of the box from the reference to the ideal, from 0 to 1; larger is better. The reference is ${worst}, and what is no better than it adds nothing; the ideal is the best value of each metric on any front. So shares depend on which cells are reported together. ${boxes.join("; ")}`,
          ] as [string, string],
        ]
      : []),
  ];
}

function pairName({ metrics: [first, second] }: FrontBox): string {
  return `${first.name} and ${second.name}`;
}

function corners({ reference, ideal }: FrontBox): string {
  const point = (values: readonly [number, number]) => `(${values.map((value) => Number(value.toPrecision(6))).join(", ")})`;
  return `from ${point(reference)} to ${point(ideal)}`;
}
