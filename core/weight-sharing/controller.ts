/** What the controllers of weight sharing have in common. @module */
import type { Controller } from "../plugin/controller.ts";
import type { Architecture } from "../space/architecture.ts";
import type { WeightSharing, WeightSharingMethod } from "../training/weight-sharing.ts";

/**
 * A controller that trains by a method, and proposes what it has ranked, one by one: with a budget of one query, its answer;
 * with more, those that it prefers next are looked at too, and the last again when there are no others.
 */
export function controllerBy(sharedWeights: WeightSharing, method: WeightSharingMethod): Controller {
  let ranked: readonly Architecture[] = [];
  let next = 0;
  return {
    async prepare() {
      const found = await sharedWeights.search(method);
      ranked = found.ranked;
      return { seconds: found.seconds };
    },
    propose: () => ({ architecture: ranked[Math.min(next++, ranked.length - 1)]! }),
    observe() {},
  };
}
