/**
 * All figures that the results have something for.
 *
 * @module
 */
import type { AggregatedCell } from "../aggregate.ts";
import { nameWithin, type ReportDocument, withShortNames } from "../document.ts";
import { fileNames } from "../format.ts";
import { axisFigures } from "./axis.ts";
import { comparisonFigure } from "./comparison.ts";
import { centresFigure } from "./course/centres.ts";
import { incumbentFigure } from "./course/incumbent.ts";
import { sharedWeightsFigure } from "./course/shared-weights.ts";
import { distanceFigure } from "./distance.ts";
import { distributionFigure } from "./distribution.ts";
import { effectFigures } from "./effects.ts";
import type { Figure } from "./figure.ts";
import { pairsFigure } from "./pairs.ts";
import { paretoFigure } from "./pareto.ts";
import { ranksFigure } from "./ranks.ts";
import { subspacesFigure } from "./subspaces.ts";
import { criticalDifferenceFigure } from "./tasks/critical-difference.ts";
import { regretFigure } from "./tasks/regret.ts";

/** Figures of panels are named by the panel too where there are several; no two have one name. */
export function figuresOf(document: ReportDocument, cells: readonly AggregatedCell[]): Figure[] {
  const several = document.panels.length > 1;
  const figures = document.panels.map(withShortNames).flatMap((panel) => {
    const within = cells
      .filter(({ cell, runs }) => cell.panel === panel.name && runs.length > 0)
      .map((one) => ({ ...one, cell: { ...one.cell, name: nameWithin(panel.name, one.cell.name) } }));
    const own = [
      comparisonFigure(document, panel),
      pairsFigure(panel),
      distributionFigure(panel, within),
      incumbentFigure(panel, within, "queries"),
      incumbentFigure(panel, within, "seconds"),
      regretFigure(panel, within),
      ranksFigure(panel),
      sharedWeightsFigure(panel, within),
      subspacesFigure(panel),
      distanceFigure(panel, within),
      centresFigure(panel, within),
      ...(panel.fronts ?? []).map((box) => paretoFigure(panel, within, box)),
    ].filter((figure) => figure !== undefined);
    return several ? own.map((figure) => ofPanel(figure, panel.name)) : own;
  });
  const overall = criticalDifferenceFigure(document.ranks) ?? [];
  const axes = document.axes.flatMap((axis) => axisFigures(document, axis, cells));
  return distinct([...figures, ...axes, ...effectFigures(document)].concat(overall));
}

function ofPanel({ name, caption, spec }: Figure, panel: string): Figure {
  const title = spec.title as { readonly text: string; readonly subtitle: readonly string[] };
  return {
    name: `${name}-${panel}`,
    caption: `${panel}: ${caption}`,
    spec: { ...spec, title: { text: `${title.text}, ${panel}`, subtitle: [...title.subtitle] } },
  };
}

function distinct(figures: readonly Figure[]): Figure[] {
  const names = fileNames(figures.map(({ name }) => name));
  return figures.map((figure, i) => ({ ...figure, name: names[i]! }));
}
