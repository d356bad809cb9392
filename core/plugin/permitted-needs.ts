/**
 * What each kind of plugin may ask for. Three rules make the lists:
 *
 * - A search is handed scores only. Whatever takes part in one gets neither tables nor the trainer, in which the test
 *   metrics are.
 * - A run follows from its manifest and its seed. What has a say in it gets no clock, and no terminal to talk to.
 * - What all runs share, the space, the distance and the observers, gets nothing of a single run.
 *
 * @module
 */
import type { Dependency } from "./dependencies.ts";

/** What decides where a search goes. */
const SEARCHING = [
  "space",
  "distance",
  "subspaces",
  "rng",
  "seed",
  "fidelities",
  "allFidelities",
  "objectives",
  "feasible",
  "engine",
] as const;

export const PERMITTED_NEEDS = {
  /** A space can be in a file. */
  space: ["files"],
  distance: ["space", "files"],
  /** Shared weights have no test images. */
  controller: [...SEARCHING, "sharedWeights"],
  middleware: SEARCHING,
  /** What architectures cost on a device is measured elsewhere, and comes in files. */
  reward: ["space", "distance", "subspaces", "rng", "seed", "objectives", "feasible", "files"],
  /** Acceptance rules are what `feasible` is made of. */
  acceptance: ["space", "distance", "subspaces", "rng", "seed", "objectives", "files"],
  initial: ["space", "distance", "subspaces", "rng", "seed", "feasible", "files", "runs"],
  /** What an architecture is worth does not depend on the search. */
  evaluator: ["space", "seed", "engine", "tables", "files", "trainer", "processes", "terminal", "clock"],
  observer: ["space", "distance", "output", "terminal", "clock"],
} as const satisfies Readonly<Record<string, readonly Dependency[]>>;

/** Why a kind may not have something that is not in its list. */
export function reasonAgainst(kind: keyof typeof PERMITTED_NEEDS, need: Dependency): string {
  const shared = kind === "space" || kind === "distance" || kind === "observer";
  switch (need) {
    case "tables":
    case "trainer":
    case "files":
      return kind === "observer" ? "an observer only listens" : "test metrics can be had from it, and a search is handed scores only";
    case "processes":
      return "only what measures architectures starts programs";
    case "runs":
      return "only what a search begins with may come from other runs";
    case "clock":
    case "terminal":
      return "a run must follow from its manifest and its seed";
    case "output":
      return "only observers write into the results";
    default:
      if (shared) return `all runs have one ${kind}, and this would be another in each of them`;
      if (kind === "evaluator" && need === "rng")
        return "an evaluation must not follow from those before it: it draws from the rng of its context";
      if (kind === "evaluator") return "what an architecture is worth must not depend on the search";
      return need === "feasible" ? "it is made of the acceptance rules" : "only what proposes or measures architectures has a use for it";
  }
}
