/** A network as a JSON document, for programs that build or measure it. @module */
import { type Layer, layerCosts, live, type Network, type Shape, shapesOf } from "./network.ts";

/** A layer as `Network` has it, with what follows from its place. */
export type LayerDocument = Layer & {
  /** Of its output: [height, width, channels]. */
  readonly output: Shape;
  readonly madds: number;
  readonly parameters: number;
};

/** A network with its costs and all of its layers. */
export interface NetworkDocument {
  readonly madds: number;
  readonly parameters: number;
  /** The first is the image, the last the scores. `inputs` are places in this list. */
  readonly layers: readonly LayerDocument[];
}

/**
 * The network without its dead parts: kind and settings of each layer, its inputs, the shape of its output, and what it
 * costs, counted as in `layerCosts`.
 */
export function networkDocument(described: Network): NetworkDocument {
  const network = live(described);
  const [shapes, costs] = [shapesOf(network), layerCosts(network)];
  const layers = network.layers.map((layer, i): LayerDocument => ({ ...layer, output: shapes[i]!, ...costs[i]! }));
  const sum = (key: "madds" | "parameters") => costs.reduce((total, cost) => total + cost[key], 0);
  return { madds: sum("madds"), parameters: sum("parameters"), layers };
}
