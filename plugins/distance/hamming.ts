/**
 * D(α, β) = Σᵢ [αᵢ ≠ βᵢ], the number of components that differ (Eq. 4).
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "distance",
  name: "hamming",
  summary: "The number of components that differ (Eq. 4)",
  options: NO_OPTIONS,
  needs: [],
  create() {
    return {
      between(a, b) {
        let different = 0;
        for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) different++;
        return different;
      },
    };
  },
});
