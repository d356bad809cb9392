/**
 * Single paths through an open network, and candidates that are ranked by the accuracy of theirs.
 *
 * @module
 */
import type { Architecture } from "../space/architecture.ts";
import type { OpenNetwork } from "../space/open-network.ts";
import { mean } from "../statistics/descriptive.ts";
import type { Judged, Mixture, SharedWeights } from "../training/weight-sharing.ts";
import { oneHot } from "./relaxation.ts";

/** The options of a method that measures candidates when it has trained, for its schema. */
export const CANDIDATE_OPTIONS = {
  candidates: {
    type: "integer",
    minimum: 1,
    maximum: 100_000,
    default: 100,
    description: "architectures whose accuracy is measured in the end",
  },
  images: {
    anyOf: [{ type: "integer", minimum: 1, maximum: 10_000_000 }, { enum: ["all"] }],
    default: 512,
    description: "validation images that a candidate is measured on, each on others; or all of them",
  },
} as const;

/** The mixture that is an architecture's own network: its operation on each edge, and nothing on edges that it does not have. */
export function pathOf(open: OpenNetwork, architecture: Architecture): Mixture {
  const operations = open.operationsOf(architecture);
  return open.edges.map((edge, e) => oneHot(operations[e] ?? -1, edge.operations.length));
}

/** The mixture of one operation on each edge.  [edges] → [edges][operations] */
export function pathBy(open: Pick<OpenNetwork, "edges">, operations: readonly number[]): Mixture {
  return open.edges.map((edge, e) => oneHot(operations[e]!, edge.operations.length));
}

/**
 * Candidates by their accuracy, the best first; of equals, the one that comes first. One that is there several times has
 * several chances, and is ranked once.
 */
export async function byAccuracy(
  weights: SharedWeights,
  open: OpenNetwork,
  candidates: readonly Architecture[],
  images: number | "all",
): Promise<readonly Architecture[]> {
  const accuracies = await weights.accuracies(
    candidates.map((candidate) => pathOf(open, candidate)),
    images,
  );
  const ranked = candidates.map((_, i) => i).sort((a, b) => accuracies[b]! - accuracies[a]!);
  return [...new Map(ranked.map((i) => [candidates[i]!.join(), candidates[i]!])).values()];
}

/** The mean of the losses that steps found, in nats. */
export function meanLoss(steps: readonly Judged[]): number {
  return mean(steps.map(({ loss }) => loss));
}
