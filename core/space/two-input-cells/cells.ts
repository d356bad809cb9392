/**
 * Networks of two cells, a normal and a reduction cell, that are repeated: each cell sees the outputs of the two cells
 * before it, and is a graph of nodes with two inputs each.
 *
 * Zoph et al. 2018, "Learning Transferable Architectures for Scalable Image Recognition", arXiv:1707.07012;
 * Liu et al. 2019, "DARTS: Differentiable Architecture Search", arXiv:1806.09055.
 *
 * The states of a cell are numbered as in DARTS: 0 is the output of the cell before the last one, 1 that of the last
 * one, and 2, 3, … are the nodes, each the sum of two operations on earlier states.
 *
 * @module
 */
import type { CellOperation } from "./operations.ts";

/** The states that a cell begins with. */
export const INPUTS = 2;

/** One of the two summands of a node. */
export interface Summand {
  readonly operation: CellOperation;
  /** The state that it is of. */
  readonly from: number;
}

export type CellNode = readonly [Summand, Summand];

/** A cell: its nodes, the states from 2 on. */
export type Cell = readonly CellNode[];

export interface Cells {
  readonly normal: Cell;
  readonly reduction: Cell;
}

/** How the cells of a space are. */
export interface CellForm {
  /** The space, for errors. */
  readonly space: string;
  readonly nodes: number;
  readonly operations: readonly CellOperation[];
  /** True if the two inputs of a node are different states; their order is then that of the states. */
  readonly differentInputs: boolean;
  /** The states whose concatenation is the output of a cell. */
  readonly output: "every-node" | "unused-nodes";
}

/** The states whose concatenation is the output of a cell, ascending. */
export function outputStates(cell: Cell, { output }: Pick<CellForm, "output">): readonly number[] {
  const used = new Set(output === "every-node" ? [] : cell.flat().map(({ from }) => from));
  return cell.map((_, node) => INPUTS + node).filter((state) => !used.has(state));
}

/**
 * One text for all cells that differ in the order of their nodes, or of the two summands of a node, only: they compute
 * the same function, since what a cell gives is read by convolutions, and the order of its channels is nothing to these.
 * Of all orders in which each node comes after those that it needs, the text is the first in the alphabet.
 */
export function cellsKey({ normal, reduction }: Cells): string {
  return `${cellKey(normal)}/${cellKey(reduction)}`;
}

function cellKey(cell: Cell): string {
  let first: string | undefined;
  /** @param numbers  the new number of each state that has one */
  const extend = (numbers: ReadonlyMap<number, number>, written: string) => {
    if (numbers.size === INPUTS + cell.length) {
      if (first === undefined || written < first) first = written;
      return;
    }
    for (const [i, node] of cell.entries()) {
      if (numbers.has(INPUTS + i) || !node.every(({ from }) => numbers.has(from))) continue;
      const summands = node.map(({ operation, from }) => `${operation}~${numbers.get(from)}`).sort();
      extend(new Map(numbers).set(INPUTS + i, numbers.size), `${written}|${summands.join("+")}`);
    }
  };
  extend(new Map(Array.from({ length: INPUTS }, (_, state) => [state, state])), "");
  return first!;
}
