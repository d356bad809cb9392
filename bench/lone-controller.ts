/**
 * A controller without a search around it: proposals are measured by made-up numbers, and better ones
 * replace their centre. For counting work and for curves over K, M, L and H.
 *
 * @module
 */
import type { Engine } from "../core/engine/engine.ts";
import type { Controller } from "../core/plugin/controller.ts";
import type { Space } from "../core/plugin/space.ts";
import type { Architecture } from "../core/space/architecture.ts";
import { built } from "./built.ts";

/** Sizes of the network and of what it searches: K, M, L, C, H. */
export interface Sizes {
  readonly count: number;
  readonly radius: number;
  readonly length: number;
  readonly operations: number;
  readonly hidden: number;
}
/** Those of the paper on NAS-Bench-201. */
export const PAPER: Sizes = { count: 4, radius: 4, length: 6, operations: 5, hidden: 64 };

/** Of a search. */
export const QUERIES = 160;

const { Engine: BuiltEngine } = await built<typeof import("../core/engine/engine.ts")>("core/engine/engine.js");
const { SubspaceGraph } = await built<typeof import("../core/plugin/subspace-graph.ts")>("core/plugin/subspace-graph.js");
const { randomStream } = await built<typeof import("../core/random/rng.ts")>("core/random/rng.js");
const { default: gnnLstm } = await built<typeof import("../controllers/subspaces/gnn-lstm.ts")>("controllers/subspaces/gnn-lstm.js");

/**
 * One query of `gnn-lstm` each time that it is called.
 * @param engine  is reset, as for each run of a search
 */
export function loneController({ count, radius, length, operations, hidden }: Sizes, engine: Engine = new BuiltEngine()): () => void {
  engine.reset();
  const rng = randomStream(1, "/bench");
  const subspaces = new SubspaceGraph(count, radius);
  const space = {
    length,
    choices: Array.from({ length }, () => Array.from({ length: operations }, (_, i) => `operation-${i}`)),
    modify(architecture: Architecture, modifications: readonly { component: number; operation: number }[]) {
      const modified = [...architecture];
      for (const { component, operation } of modifications) modified[component] = operation;
      return modified;
    },
  } as unknown as Space;
  const validationOf = (architecture: Architecture) => {
    let sum = 0;
    for (const operation of architecture) sum += operation;
    return 50 + (40 * sum) / (length * operations);
  };
  for (let k = 0; k < count; k++) {
    const centre = Array.from({ length }, () => rng.below(operations));
    subspaces.evoke(k, centre, validationOf(centre));
  }
  const options = {
    hidden,
    globalSquash: 1.5,
    localSquash: 0.6,
    learningRate: 0.01,
    weightDecay: 0,
    entropyWeight: 7.5e-4,
    baselineDecay: 0.9,
    batch: 1,
  };
  const controller: Controller = gnnLstm.create(options, { space, subspaces, rng, engine });
  return () => {
    const { architecture, subspace } = controller.propose();
    const score = validationOf(architecture);
    const reward = score - subspaces.scores[subspace!]!;
    if (reward > 0) subspaces.replace(subspace!, architecture, score);
    controller.observe({ architecture, subspace, score, reward });
  };
}

/** A whole search each time that it is called, in which the controller learns from nothing. @returns microseconds a query */
export function loneSearch(sizes: Sizes): () => number {
  const engine = new BuiltEngine();
  return () => {
    const began = performance.now();
    const query = loneController(sizes, engine);
    for (let i = 0; i < QUERIES; i++) query();
    return ((performance.now() - began) * 1000) / QUERIES;
  };
}
