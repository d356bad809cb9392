import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream, shuffle } from "../../../../core/random/rng.ts";
import { type Cell, type CellNode, cellsKey, INPUTS, outputStates } from "../../../../core/space/two-input-cells/cells.ts";
import { CELL_OPERATIONS } from "../../../../core/space/two-input-cells/operations.ts";

const rng = randomStream(1, "/test");
const keyOf = (cell: Cell) => cellsKey({ normal: cell, reduction: cell });
const node = (first: number, second: number): CellNode => [
  { operation: "skip_connect", from: first },
  { operation: "skip_connect", from: second },
];

function drawn(nodes: number, operations: number): Cell {
  return Array.from({ length: nodes }, (_, i): CellNode => {
    const summand = () => ({ operation: CELL_OPERATIONS[rng.below(operations)]!, from: rng.below(INPUTS + i) });
    return [summand(), summand()];
  });
}

/** The same cell with its nodes in another order, in which each comes after those that it reads, and its summands too. */
function reordered(cell: Cell): Cell {
  const numbers = new Map([
    [0, 0],
    [1, 1],
  ]);
  const nodes: CellNode[] = [];
  while (nodes.length < cell.length) {
    const ready = cell.flatMap((one, i) => (!numbers.has(INPUTS + i) && one.every(({ from }) => numbers.has(from)) ? [i] : []));
    const next = ready[rng.below(ready.length)]!;
    const summands = cell[next]!.map(({ operation, from }) => ({ operation, from: numbers.get(from)! }));
    shuffle(summands, rng);
    nodes.push(summands as [CellNode[0], CellNode[1]]);
    numbers.set(INPUTS + next, INPUTS + nodes.length - 1);
  }
  return nodes;
}

test("the key of a cell is that of the same cell with its nodes and summands in another order", () => {
  for (let i = 0; i < 200; i++) {
    const cell = drawn(5, 3);
    assert.is(keyOf(reordered(cell)), keyOf(cell));
  }
});

test("cells with the same key are isomorphic graphs, and the other way round: all of 4 nodes with two different inputs", () => {
  const pairs = (state: number) =>
    Array.from({ length: state }, (_, low) => Array.from({ length: state }, (_, high) => [low, high] as const))
      .flat()
      .filter(([low, high]) => low < high);
  let cells: Cell[] = [[]];
  for (let state = INPUTS; state < INPUTS + 4; state++)
    cells = cells.flatMap((cell) => pairs(state).map(([low, high]) => [...cell, node(low, high)]));
  assert.is(cells.length, 180);

  const orders = permutations([2, 3, 4, 5]);
  /** The edges, with the nodes named in whichever way makes the first text: another way than that of the key. */
  const canonical = (cell: Cell) => {
    const written = orders.map((order) => {
      const name = (state: number) => (state < INPUTS ? state : order[state - INPUTS]!);
      return cell
        .flatMap((summands, i) => summands.map(({ from }) => `${name(INPUTS + i)}${name(from)}`))
        .sort()
        .join();
    });
    return written.sort()[0]!;
  };
  const both = new Set(cells.map((cell) => `${keyOf(cell)} ${canonical(cell)}`));
  assert.is(new Set(cells.map(keyOf)).size, both.size);
  assert.is(new Set(cells.map(canonical)).size, both.size);
  assert.ok(both.size < 180);
});

test("the two inputs of a cell do not change places, and a normal cell is not a reduction cell", () => {
  const [first, second] = [[node(0, 0)], [node(1, 1)]];
  assert.is.not(keyOf(first), keyOf(second));
  assert.is.not(cellsKey({ normal: first, reduction: second }), cellsKey({ normal: second, reduction: first }));
});

test("a cell gives all of its nodes, or those that no other node reads", () => {
  const cell = [node(0, 1), node(2, 0), node(0, 0)];
  assert.equal(outputStates(cell, { output: "every-node" }), [2, 3, 4]);
  assert.equal(outputStates(cell, { output: "unused-nodes" }), [3, 4]);
});

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

test.run();
