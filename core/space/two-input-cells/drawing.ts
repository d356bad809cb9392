/** Both cells as graphs. @module */
import type { Drawing } from "../drawing.ts";
import type { CellForm, Cells } from "./cells.ts";
import { genotypeText } from "./text.ts";

export function cellsDrawing(cells: Cells, form: CellForm): Drawing {
  return { kind: "graph", title: genotypeText(cells, form), nodes: [], edges: [] };
}
