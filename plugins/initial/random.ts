/**
 * K architectures drawn uniformly (Algorithm 1, line 2), among those that the limits of the manifest admit. Two of
 * them may be equal.
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";
import { drawFeasible } from "../../core/space/draw.ts";

export default plugin({
  kind: "initial",
  name: "random",
  summary: "K architectures drawn uniformly from the space",
  options: NO_OPTIONS,
  needs: ["space", "rng", "feasible"],
  create(_, { space, rng, feasible }) {
    const draw = () => drawFeasible(() => space.sample(rng), feasible);
    return { centres: (count) => Array.from({ length: count }, draw), another: draw };
  },
});
