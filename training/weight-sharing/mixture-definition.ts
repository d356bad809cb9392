/**
 * What a learner is made of, from an open network: the same for each backend.
 *
 * @module
 */
import { randomStream } from "../../core/random/rng.ts";
import { type Layer, live, type Network, shapesOf } from "../../core/space/network.ts";
import { checkFit } from "../../core/training/trainer.ts";
import type { Mixture, SharedWeightsOptions } from "../../core/training/weight-sharing.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { firstWeights } from "../network/network-builder.ts";
import { parameterShapes } from "../network/passes.ts";
import type { MixtureDefinition } from "./learner.ts";

/**
 * @param open  an open network
 * @param seed  of the first weights
 * @throws EvokeError NETWORK_MISFIT
 */
export function mixtureDefinition(
  open: Network,
  dataset: Dataset,
  { affine, unsampled }: Pick<SharedWeightsOptions, "affine" | "unsampled">,
  seed: number,
): MixtureDefinition {
  checkFit(open, dataset);
  const network = named(live(open));
  const edges = onEdges(network);
  return {
    dataset,
    network,
    weights: firstWeights(network, randomStream(seed, "/sharedWeights/weights")),
    fixed: network.layers.map(({ kind }, i) => !affine && kind === "batchNorm" && edges[i]!),
    unsampled,
  };
}

function named({ layers }: Network): Network {
  const wants = (layer: Layer) => layer.weights === undefined && parameterShapes(layer, 1).length > 0;
  return { layers: layers.map((layer, i) => (wants(layer) ? { ...layer, weights: `layer ${i}` } : layer)) };
}

/** Of each layer, whether it is for one operation of one edge: all that it feeds leads there, and nowhere else. */
function onEdges({ layers }: Network): boolean[] {
  /** Where what a layer gives leads to: one input of a mixture, or several places. */
  const leads: (string | undefined)[] = [];
  const lead = (to: number, place: string | undefined) => {
    leads[to] = to in leads && leads[to] !== place ? undefined : place;
  };
  for (const [i, { kind, inputs }] of [...layers.entries()].reverse())
    for (const [k, input] of inputs.entries()) lead(input, kind === "mixture" ? `${i} ${k}` : leads[i]);
  return layers.map((_, i) => leads[i] !== undefined);
}

/** Whether a mixture has one operation on each edge, as an architecture has. */
export function isPath(mixture: Mixture): boolean {
  return mixture.every((weights) => weights.every((weight) => weight === 0 || weight === 1) && weights.filter(Boolean).length === 1);
}

/**
 * The network with some of the operations of its edges.
 * @param has  whether an edge has an operation
 * @param closed  whether each edge is its one operation, as in the network of an architecture
 */
export function restricted({ layers }: Network, has: (edge: number, operation: number) => boolean, closed: boolean): Network {
  const shapes = shapesOf({ layers });
  const reduced = layers.map((layer, i): Layer => {
    if (layer.kind !== "mixture") return layer;
    const there = layer.operations.flatMap((operation, k) => (has(layer.edge, operation) ? [{ operation, input: layer.inputs[k]! }] : []));
    const alive = there.filter(({ input }) => layers[input]!.kind !== "zero"); // what is zero has no gradient and adds nothing
    const chosen = alive.length > 0 ? alive : there.slice(0, 1);
    if (chosen.length === 0) return { kind: "zero", shape: shapes[i]!, inputs: [] };
    const inputs = chosen.map(({ input }) => input);
    return closed ? { kind: "sum", inputs } : { ...layer, inputs, operations: chosen.map(({ operation }) => operation) };
  });
  return { layers: reduced };
}
