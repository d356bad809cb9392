/**
 * Selection by perturbation: an operation is worth what the network loses without it, whatever its parameter says.
 *
 * Wang et al. 2021, "Rethinking Architecture Selection in Differentiable NAS", arXiv:2108.04392, Algorithm 1 (DARTS-PT):
 *
 *   for each edge, in random order:
 *     o* = argmin_o accuracy of the network without o on that edge, on all validation images
 *     the edge is o* alone, and the network learns on for some epochs
 *
 * What is left out has weight 0, and the others keep theirs.
 *
 * @module
 */
import { shuffle } from "../../random/rng.ts";
import type { Mixture, SharedWeights } from "../../training/weight-sharing.ts";
import { oneHot, type Relaxed, softmax } from "../relaxation.ts";

/** The operation of each edge that has one alone. */
export type Decided = ReadonlyMap<number, number>;

/** The same with edges that are decided: nothing of these follows from α any more. */
export function decidedIn(relaxed: Relaxed, decided: Decided = new Map()): Relaxed {
  if (decided.size === 0) return relaxed;
  const { mixture, backward } = relaxed;
  return {
    mixture: withDecided(mixture, decided),
    backward: ({ gradient, outputs }) =>
      backward({ gradient: gradient.map((row, edge) => (decided.has(edge) ? row.map(() => 0) : row)), outputs }),
  };
}

function withDecided(mixture: Mixture, decided: Decided): Mixture {
  return mixture.map((row, edge) => (decided.has(edge) ? oneHot(decided.get(edge)!, row.length) : row));
}

/**
 * Decides edge by edge.
 * @param mixture  the weights of operations as α has them now
 * @param tune  learns on between two edges
 * @returns shares of each edge's operations, in the order of what is lost without them: the decision has the largest  [edges][operations]
 */
export async function perturbed(
  weights: SharedWeights,
  mixture: () => Mixture,
  tune: (decided: Decided) => Promise<void>,
): Promise<Mixture> {
  const order = [...weights.edges.keys()];
  shuffle(order, weights.rng);
  const decided = new Map<number, number>();
  const shares: number[][] = weights.edges.map(() => []);
  for (const edge of order) {
    if (decided.size > 0) await tune(decided);
    const now = withDecided(mixture(), decided);
    const without = now[edge]!.map((_, k) => now.with(edge, now[edge]!.with(k, 0)));
    const accuracies = await weights.accuracies(without, "all");
    shares[edge] = softmax(accuracies.map((accuracy) => -accuracy));
    decided.set(edge, shares[edge].indexOf(Math.max(...shares[edge])));
  }
  return shares;
}
