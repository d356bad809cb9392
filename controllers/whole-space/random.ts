/**
 * Random search: every proposal is drawn uniformly from the architectures of the whole space that the limits of the
 * manifest admit. The paper's first baseline.
 *
 * Bergstra and Bengio 2012, "Random Search for Hyper-Parameter Optimization", JMLR 13.
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";
import { drawFeasible } from "../../core/space/draw.ts";

export default plugin({
  kind: "controller",
  name: "random",
  summary: "Draws uniformly from the whole space",
  options: NO_OPTIONS,
  needs: ["space", "rng", "feasible"],
  underWay: 64,
  create(_options, { space, rng, feasible }) {
    return {
      concurrency: 64, // nothing is learnt, so proposals need not wait for outcomes
      propose: () => ({ architecture: drawFeasible(() => space.sample(rng), feasible) }),
      observe() {},
    };
  },
});
