/**
 * Open networks with partial channels: behind the edges, for each of them, one more that has one operation, and whose
 * weight is what the edge weighs among those of its node; see `Space.open`.
 *
 * @module
 */
import type { OpenEdge } from "../../space/open-network.ts";
import type { Mixture } from "../../training/weight-sharing.ts";
import { type Relaxed, softmax, throughSoftmax } from "../relaxation.ts";

/**
 * The edges whose weights are shared out among each other, as the numbers of those weights' own edges. An edge that leads
 * into no node is alone.
 * @param edges  of the open network
 * @param partial  1 / the share of the channels; 1 for no weights of edges
 */
export function edgesOfNodes(edges: readonly OpenEdge[], partial: number): readonly (readonly number[])[] {
  if (partial === 1) return [];
  const half = edges.length / 2;
  const nodes = new Map<unknown, number[]>();
  for (const [edge, { node = edge }] of edges.slice(0, half).entries()) nodes.set(node, [...(nodes.get(node) ?? []), half + edge]);
  return [...nodes.values()];
}

/**
 * Operations by the softmax of their edge, weights of edges by the softmax of their node.
 * @param values  α, and β behind it  [edges][operations]
 * @param nodes  as `edgesOfNodes` gives them
 */
export function mixedByEdges(values: Mixture, nodes: readonly (readonly number[])[]): Relaxed {
  const mixture = values.map(softmax);
  const shares = nodes.map((edges) => softmax(edges.map((edge) => values[edge]![0]!)));
  for (const [n, edges] of nodes.entries()) for (const [i, edge] of edges.entries()) mixture[edge] = [shares[n]![i]!];
  return {
    mixture,
    backward({ gradient }) {
      const slopes = mixture.map((p, edge) => throughSoftmax(p, gradient[edge]!));
      for (const [n, edges] of nodes.entries()) {
        const ofShares = throughSoftmax(
          shares[n]!,
          edges.map((edge) => gradient[edge]![0]!),
        );
        for (const [i, edge] of edges.entries()) slopes[edge] = [ofShares[i]!];
      }
      return slopes;
    },
  };
}
