/** Architectures in the order of their probability. @module */
import type { Architecture } from "../space/architecture.ts";
import type { OpenNetwork } from "../space/open-network.ts";
import type { Mixture } from "../training/weight-sharing.ts";

/** How many are ranked if not said: a budget is seldom more. */
const RANKED = 100;
/** Choices that are looked at until so many are found: where edges are dropped, many come to one architecture. */
const LOOKED_AT = 100_000;

/**
 * The likeliest choices of an operation on each edge, by Σ_e log p_e, the first the likeliest. Whatever has probability 0 is
 * not among them.
 * @param probabilities  [edges][operations]
 * @returns count of them, or as many as there are  [count][edges]
 */
export function likeliest(probabilities: Mixture, count: number): number[][] {
  // What is not among the likeliest of the first edges has no part in the likeliest of all.
  let found: { readonly operations: number[]; readonly probability: number }[] = [{ operations: [], probability: 1 }];
  for (const edge of probabilities) {
    const most = Math.max(...edge); // so that a product of many does not vanish
    const next = found.flatMap(({ operations, probability }) =>
      edge.flatMap((p, k) => (p > 0 ? [{ operations: [...operations, k], probability: probability * (p / most) }] : [])),
    );
    found = next.sort((a, b) => b.probability - a.probability).slice(0, count);
  }
  return found.map(({ operations }) => operations);
}

export interface Ranking {
  /** Whether the limits let an architecture be the answer: others are passed over, unless there seem to be no others. */
  readonly feasible: (architecture: Architecture) => boolean;
  /** How many are ranked, if there are as many; 100 if left out. */
  readonly most?: number;
}

/**
 * The architecture that probabilities come to, and behind it what other choices come to, the likeliest first; each once.
 * @param probabilities  [edges][operations]
 */
export function rankedBy(open: OpenNetwork, probabilities: Mixture, { feasible, most = RANKED }: Ranking): Architecture[] {
  const ranked = new Map<string, Architecture>();
  const add = (architecture: Architecture) => {
    if (ranked.size < most && feasible(architecture)) ranked.set(architecture.join(), architecture);
  };
  add(open.derive(probabilities));
  for (let count = most, all = false; ranked.size < most && !all && count <= LOOKED_AT; count *= 10) {
    const choices = likeliest(probabilities, count);
    for (const operations of choices) add(open.derive(probabilities.map((edge, e) => edge.map((p, k) => (k === operations[e] ? p : 0)))));
    all = choices.length < count;
  }
  return ranked.size > 0 ? [...ranked.values()] : [open.derive(probabilities)];
}
