/**
 * Two repeated cells while they are searched: each state of a cell is joined with all before it, by all operations mixed.
 *
 * Liu et al. 2019, "DARTS: Differentiable Architecture Search", arXiv:1806.09055, Sections 2.1 to 2.4; with partial
 * channels Xu et al. 2020, "PC-DARTS", arXiv:1907.05737, Sections 3.2 and 3.3.
 *
 * | paper     | here                                                                                              |
 * | --------- | ------------------------------------------------------------------------------------------------- |
 * | O         | the edge's operations: none, then those of the space                                              |
 * | edges     | of the normal cell, then of the reduction cell: 0 → 2, 1 → 2, 0 → 3, 1 → 3, 2 → 3, …, 4 → 5        |
 * | strength  | of an edge: the largest weight of an operation that is not none; times the edge's own, if it has one |
 *
 * As in the authors' code, a pool has a normalisation while it is searched, which the derived network lacks. Where
 * channels are partial, those that pass by an edge of stride 2 go through a 2×2 pool of maxima.
 *
 * @module
 */
import type { Network } from "../network.ts";
import { checkPartial, heaviest, type OpenEdge, weightOf } from "../open-network.ts";
import { type Cell, type CellForm, type Cells, INPUTS } from "./cells.ts";
import { type CellPlace, networkOfCells, operationName, type Skeleton } from "./network.ts";
import { kindOf } from "./operations.ts";

/** As an OpenNetwork, of cells in place of architectures. */
export interface OpenCells {
  readonly edges: readonly OpenEdge[];
  readonly network: Network;
  derive(weights: readonly (readonly number[])[]): Cells;
  operationsOf(cells: Cells): readonly (number | undefined)[];
}

const NONE = 0;

/** @param form  of cells that give every node @throws EvokeError SPACE_INVALID where `partial` does not divide the channels */
export function openCells(form: CellForm, skeleton: Skeleton, partial = 1): OpenCells {
  checkPartial(skeleton.channels, partial);
  /** The edge that comes first of those into a node. */
  const begins = Array.from({ length: form.nodes }, (_, node) => node * INPUTS + (node * (node - 1)) / 2);
  const perCell = begins.at(-1)! + INPUTS + form.nodes - 1;
  const edgeOf = (kind: keyof Cells, node: number, from: number) => (kind === "normal" ? 0 : perCell) + begins[node]! + from;
  const edges = (["normal", "reduction"] as const).flatMap((kind) =>
    begins.flatMap((_, node) => Array.from({ length: INPUTS + node }, (_, from) => edgeBetween(kind, from, INPUTS + node, form))),
  );

  const cell = (place: CellPlace) => {
    const states = [...place.begin];
    for (let node = 0; node < form.nodes; node++) {
      const summands = states.map((_, from) => alongEdge(place, states, from, edgeOf(place.kind, node, from)));
      states.push(place.writer.net.sum(summands));
    }
    return place.writer.net.concatenate(states.slice(INPUTS));
  };
  const alongEdge = ({ writer, channels, stride, name }: CellPlace, states: readonly number[], from: number, edge: number) => {
    const { net } = writer;
    const state = states[from]!;
    const by = from < INPUTS ? stride : 1;
    const mixed = channels / partial;
    const seen = partial === 1 ? state : writer.part(state, 0, mixed);
    const operations = form.operations.map((operation) => {
      const called = operationName(name, from, states.length, operation);
      const layer = writer.operation(operation, seen, mixed, by, called);
      return isPool(operation) ? net.batchNorm(layer, called) : layer;
    });
    const to = net.mixture(edge, [net.zero(operations[0]!), ...operations]);
    if (partial === 1) return to;
    const others = writer.part(state, mixed, channels - mixed);
    const all = net.concatenate([to, by === 1 ? others : net.maxPool(others, 2, 2)]);
    return net.mixture(edges.length + edge, [net.shuffle(all, partial)]);
  };

  const derived = (kind: keyof Cells, weights: readonly (readonly number[])[]): Cell =>
    begins.map((_, node) => {
      const summands = Array.from({ length: INPUTS + node }, (_, from) => {
        const edge = edgeOf(kind, node, from);
        const own = weights[edge]!.slice(NONE + 1);
        const best = heaviest(own);
        return { operation: form.operations[best]!, from, strength: own[best]! * (weights[edges.length + edge]?.[0] ?? 1) };
      });
      const [first, second] = summands
        .toSorted((a, b) => b.strength - a.strength)
        .slice(0, 2)
        .sort((a, b) => a.from - b.from);
      return [
        { operation: first!.operation, from: first!.from },
        { operation: second!.operation, from: second!.from },
      ];
    });
  return {
    edges: partial === 1 ? edges : [...edges, ...edges.map(weightOf)],
    network: networkOfCells(skeleton, true, cell),
    derive: (weights) => ({ normal: derived("normal", weights), reduction: derived("reduction", weights) }),
    operationsOf(cells) {
      const operations: (number | undefined)[] = edges.map(() => undefined);
      for (const kind of ["normal", "reduction"] as const)
        for (const [node, summands] of cells[kind].entries())
          for (const { operation, from } of summands) operations[edgeOf(kind, node, from)] = NONE + 1 + form.operations.indexOf(operation);
      if (partial === 1) return operations;
      return [...operations, ...operations.map((operation) => (operation === undefined ? undefined : 0))];
    },
  };
}

function isPool(operation: CellForm["operations"][number]): boolean {
  return ["max", "avg"].includes(kindOf(operation).kind);
}

/** A skip is without filters where it does not halve the image. */
function edgeBetween(kind: keyof Cells, from: number, to: number, { operations }: CellForm): OpenEdge {
  const halves = kind === "reduction" && from < INPUTS;
  const skip = operations.indexOf("skip_connect");
  return {
    name: `${kind} ${from} → ${to}`,
    operations: ["none", ...operations],
    parameterFree: [true, ...operations.map((operation) => isPool(operation) || (operation === "skip_connect" && !halves))],
    none: NONE,
    ...(skip >= 0 && { skip: NONE + 1 + skip }),
    node: `${kind} ${to}`,
  };
}
