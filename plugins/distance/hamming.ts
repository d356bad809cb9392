/**
 * D(α, β) = Σᵢ [αᵢ ≠ βᵢ], the number of components that differ (Eq. 4).
 *
 * In a space with conditions, a component that is there in one of the two only is not counted: that it is there follows
 * from another, which is. So M modifications go no farther than M; but three dependent components that differ between two
 * architectures are nearer by way of one where they are absent.
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";
import { differing } from "../../core/space/architecture.ts";

export default plugin({
  kind: "distance",
  name: "hamming",
  summary: "The number of components that differ (Eq. 4)",
  options: NO_OPTIONS,
  needs: ["space"],
  create(_options, { space: { conditions } }) {
    if (conditions)
      return {
        between: (a, b) => a.reduce((sum, own, i) => sum + Number(own !== b[i] && !(conditions[i] && (own === 0 || b[i] === 0))), 0),
      };
    return { between: differing };
  },
});
