/** The components of two cells: those of a node after those of the node before, the reduction cell's last. @module */
import type { Architecture } from "../architecture.ts";
import { type CellNode, type Cells, INPUTS } from "./cells.ts";

export interface NodeComponent {
  readonly name: string;
  readonly choices: readonly string[];
}

export class CellComponents {
  /** Of both cells.  [L] */
  readonly all: readonly NodeComponent[];
  /** Those of each node. */
  readonly nodes: readonly (readonly number[])[];
  /** Nodes of a cell. */
  readonly #count: number;

  /** @param ofState  the components of the node that is this state */
  constructor(count: number, ofState: (state: number) => readonly NodeComponent[]) {
    const nodes: number[][] = [];
    const all: NodeComponent[] = [];
    for (const cell of ["normal", "reduction"])
      for (let node = 0; node < count; node++)
        nodes.push(
          ofState(INPUTS + node).map(({ name, choices }) => all.push({ name: `${cell} node ${INPUTS + node} ${name}`, choices }) - 1),
        );
    this.all = all;
    this.nodes = nodes;
    this.#count = count;
  }

  /** @param nodeOf  the node that its choices come to */
  cells(architecture: Architecture, nodeOf: (choices: readonly number[]) => CellNode): Cells {
    const nodes = this.nodes.map((components) => nodeOf(components.map((component) => architecture[component]!)));
    return { normal: nodes.slice(0, this.#count), reduction: nodes.slice(this.#count) };
  }
}
