/**
 * K architectures drawn uniformly (Algorithm 1, line 2). Two of them may be equal.
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin.ts";

export default plugin({
  kind: "initial",
  name: "random",
  summary: "K architectures drawn uniformly from the space",
  options: NO_OPTIONS,
  needs: ["space", "rng"],
  create: (_, { space, rng }) => ({ centres: (count) => Array.from({ length: count }, () => space.sample(rng)) }),
});
