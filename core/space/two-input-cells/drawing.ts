/** Both cells as graphs. @module */
import type { Drawing, DrawnEdge, DrawnGraph } from "../drawing.ts";
import { type Cell, type CellForm, type Cells, INPUTS, outputStates } from "./cells.ts";
import { type CellOperation, kindOf } from "./operations.ts";
import { genotypeText } from "./text.ts";

/** Kinds of operations in the order of their colours. */
const KINDS = ["skip", "max", "avg", "sep", "dil", "conv"] as const;

/** The normal cell above the reduction cell, whose inputs are halved by the operations on them. */
export function cellsDrawing(cells: Cells, form: CellForm): Drawing {
  return {
    kind: "graphs",
    title: genotypeText(cells, form),
    graphs: [graphOf(cells.normal, form, "normal cell"), graphOf(cells.reduction, form, "reduction cell")],
  };
}

function graphOf(cell: Cell, form: CellForm, label: string): DrawnGraph {
  const output = INPUTS + cell.length;
  const between = cell.flatMap((summands, node) =>
    summands.map(({ operation, from }): DrawnEdge => ({ from, to: INPUTS + node, label: operation, colour: colourOf(operation) })),
  );
  const out = outputStates(cell, form).map((from): DrawnEdge => ({ from, to: output, label: "" }));
  const nodes = ["cell k−2", "cell k−1", ...cell.map((_, node) => `node ${INPUTS + node}`), "cell k"];
  return { label, nodes: nodes.map((label) => ({ label })), edges: [...between, ...out] };
}

function colourOf(operation: CellOperation): number {
  return KINDS.indexOf(kindOf(operation).kind);
}
