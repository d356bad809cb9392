/**
 * What two cells compute, as sparse counts: for each cell, how often each operation is of which state, which two of these
 * a node adds, and how often each operation is of a node that adds which two. So cells that differ in the order of nodes
 * or summands only have the same; these are the features of Weisfeiler and Lehman for the cells, to a depth of 2.
 *
 * Ru et al. 2021, "Interpretable Neural Architecture Search via Bayesian Optimisation with Weisfeiler-Lehman Kernels",
 * arXiv:2006.07556.
 *
 * @module
 */
import type { Counts } from "../../plugin/space.ts";
import { countsOf } from "../features.ts";
import { type Cells, INPUTS, type Summand } from "./cells.ts";
import { CELL_OPERATIONS, type CellOperation } from "./operations.ts";

/** Of each operation, its place in the list. */
const OPERATION_NUMBERS = Object.fromEntries(CELL_OPERATIONS.map((operation, number) => [operation, number])) as Record<
  CellOperation,
  number
>;
/** Kinds of states: each of the two inputs, and all nodes. */
const STATES = INPUTS + 1;
/** Kinds of summands: an operation of a kind of state. */
const SUMMANDS = CELL_OPERATIONS.length * STATES;
/** Kinds of nodes: of two summands, the lower number first. */
const NODES = SUMMANDS ** 2;
/** Features of a cell. */
const FEATURES = SUMMANDS + NODES + CELL_OPERATIONS.length * NODES;

export function cellsFeatures({ normal, reduction }: Cells): Counts {
  const counts = new Map<number, number>();
  for (const [c, cell] of [normal, reduction].entries()) {
    const count = (feature: number) => counts.set(c * FEATURES + feature, (counts.get(c * FEATURES + feature) ?? 0) + 1);
    /** The number of each node. */
    const nodes: number[] = [];
    for (const node of cell) {
      const [a, b] = [summandNumber(node[0]), summandNumber(node[1])];
      const number = Math.min(a, b) * SUMMANDS + Math.max(a, b);
      nodes.push(number);
      count(a);
      count(b);
      count(SUMMANDS + number);
      for (const summand of node) {
        const of = nodes[summand.from - INPUTS];
        if (of !== undefined) count(SUMMANDS + NODES + OPERATION_NUMBERS[summand.operation] * NODES + of);
      }
    }
  }
  return countsOf(counts);
}

function summandNumber({ operation, from }: Summand): number {
  return OPERATION_NUMBERS[operation] * STATES + Math.min(from, INPUTS);
}
