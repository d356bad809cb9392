/**
 * How many new subspaces the cells of a panel found: candidates that became centres.
 *
 * @module
 */
import { MARGIN } from "../curve.ts";
import type { Panel } from "../document.ts";
import { BLUE, endsOf, type Figure, INK, intervalLayer, namesDown, ROW_HEIGHT, specification } from "./figure.ts";

export function subspacesFigure(panel: Panel): Figure | undefined {
  const values = panel.cells.flatMap(({ name, updates }) =>
    updates && updates.mean > 0
      ? [{ cell: name, kind: name === panel.baseline ? "baseline" : "other", mean: updates.mean, ...endsOf(updates) }]
      : [],
  );
  if (values.length === 0) return undefined;
  const intervals = values.some(({ low }) => low !== undefined);
  return {
    name: "subspaces",
    caption: `Number of new subspaces in a run, of the cells that found any${intervals ? `: mean ± ${MARGIN} standard errors` : ""}.`,
    spec: specification("New subspaces", [`candidates that became a centre in a run${intervals ? `: mean ± ${MARGIN} s.e.` : ""}`], {
      width: 420,
      height: values.length * ROW_HEIGHT,
      data: { values },
      encoding: { y: namesDown(values.map(({ cell }) => cell)) },
      layer: [
        {
          mark: { type: "bar", height: 13, opacity: 0.75 },
          encoding: {
            x: { field: "mean", type: "quantitative", title: "new subspaces in a run" },
            color: { field: "kind", type: "nominal", scale: { domain: ["baseline", "other"], range: [INK, BLUE] }, legend: null },
          },
        },
        ...intervalLayer(values, {
          mark: { type: "rule", strokeWidth: 2, color: "#E69F00" },
          encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
        }),
      ],
    }),
  };
}
