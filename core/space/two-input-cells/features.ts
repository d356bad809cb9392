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
import { type CellNode, type Cells, INPUTS, type Summand } from "./cells.ts";
import { CELL_OPERATIONS } from "./operations.ts";

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
  for (const [c, cell] of [normal, reduction].entries())
    for (const node of cell) {
      count(counts, c * FEATURES + SUMMANDS + nodeNumber(node));
      for (const summand of node) {
        count(counts, c * FEATURES + summandNumber(summand));
        const of = cell[summand.from - INPUTS];
        if (of) count(counts, c * FEATURES + SUMMANDS + NODES + operationNumber(summand) * NODES + nodeNumber(of));
      }
    }
  return countsOf(counts);
}

function count(counts: Map<number, number>, feature: number): void {
  counts.set(feature, (counts.get(feature) ?? 0) + 1);
}

function operationNumber({ operation }: Summand): number {
  return CELL_OPERATIONS.indexOf(operation);
}

function summandNumber(summand: Summand): number {
  return operationNumber(summand) * STATES + Math.min(summand.from, INPUTS);
}

function nodeNumber(node: CellNode): number {
  const [low, high] = node.map(summandNumber).sort((a, b) => a - b);
  return low! * SUMMANDS + high!;
}
