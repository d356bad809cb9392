/**
 * The 15,625 cells as numbers, and their places on the map.
 *
 * The number of a cell has its operations as digits of base 5, those of the first edge first. On the map three edges are
 * the digits of a column and three those of a row: the edges that matter most are the first digits, and on each edge the
 * operations come by the mean score of the cells that have them. So cells that differ little lie together, in blocks
 * within blocks, and the score rises to the right and upwards.
 *
 * @module
 */
import type { Architecture } from "../../../core/space/architecture.ts";

/** Components. */
export const EDGES = 6;
/** Choices of each. */
const OPERATIONS = 5;
export const CELLS = OPERATIONS ** EDGES;
/** Columns and rows of the map. */
export const SIDE = OPERATIONS ** (EDGES / 2);

export function cellOf(architecture: Architecture): number {
  return architecture.reduce((number, operation) => number * OPERATIONS + operation, 0);
}

export function architectureOf(cell: number): number[] {
  return Array.from({ length: EDGES }, (_, edge) => Math.floor(cell / OPERATIONS ** (EDGES - 1 - edge)) % OPERATIONS);
}

/** How many components differ. */
export function distanceOf(one: number, other: number): number {
  let differing = 0;
  for (let a = one, b = other, edge = 0; edge < EDGES; edge++) {
    if (a % OPERATIONS !== b % OPERATIONS) differing++;
    a = Math.floor(a / OPERATIONS);
    b = Math.floor(b / OPERATIONS);
  }
  return differing;
}

export interface MapLayout {
  /** By cell; column 0 is on the left, row 0 on top. */
  readonly column: Uint8Array;
  readonly row: Uint8Array;
  /** By place, row · SIDE + column. */
  readonly cell: Uint16Array;
  /** The edges that are digits of the column, and of the row, the first one first. */
  readonly edges: { readonly column: readonly number[]; readonly row: readonly number[] };
}

/** @param scores  by cell */
export function mapLayout(scores: ArrayLike<number>): MapLayout {
  const means = meansOf(scores);
  const order = means.map((of) => [...of.keys()].sort((a, b) => of[a]! - of[b]!));
  const spread = means.map((of) => Math.max(...of) - Math.min(...of));
  const byWeight = [...spread.keys()].sort((a, b) => spread[b]! - spread[a]!);
  const edges = { column: byWeight.filter((_, i) => i % 2 === 0), row: byWeight.filter((_, i) => i % 2 === 1) };
  const rank = order.map((operations) => operations.map((_, operation) => operations.indexOf(operation)));
  const layout = { column: new Uint8Array(CELLS), row: new Uint8Array(CELLS), cell: new Uint16Array(CELLS), edges };
  for (let cell = 0; cell < CELLS; cell++) {
    const operations = architectureOf(cell);
    const place = (digits: readonly number[]) => digits.reduce((sum, edge) => sum * OPERATIONS + rank[edge]![operations[edge]!]!, 0);
    layout.column[cell] = place(edges.column);
    layout.row[cell] = SIDE - 1 - place(edges.row);
    layout.cell[layout.row[cell]! * SIDE + layout.column[cell]!] = cell;
  }
  return layout;
}

/** The mean score of the cells that have an operation on an edge.  [edges][operations] */
function meansOf(scores: ArrayLike<number>): number[][] {
  const sums = Array.from({ length: EDGES }, () => Array<number>(OPERATIONS).fill(0));
  for (let cell = 0; cell < CELLS; cell++)
    for (const [edge, operation] of architectureOf(cell).entries()) sums[edge]![operation]! += scores[cell]! / (CELLS / OPERATIONS);
  return sums;
}
