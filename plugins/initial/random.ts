/**
 * K architectures drawn uniformly (Algorithm 1, line 2), of those that the limits of the manifest admit. Two of
 * them may be equal.
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";
import { drawAdmitted } from "../../core/space/draw.ts";

export default plugin({
  kind: "initial",
  name: "random",
  summary: "K architectures drawn uniformly from the space",
  options: NO_OPTIONS,
  needs: ["space", "rng", "admits"],
  create: (_, { space, rng, admits }) => ({
    centres: (count) => Array.from({ length: count }, () => drawAdmitted(() => space.sample(rng), admits)),
  }),
});
