/**
 * The centres stay what they were: ASE-NAS without subspace update (Section V-B, Figure 7).
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "acceptance",
  name: "never",
  summary: "Keep the first centres: no subspace update",
  options: NO_OPTIONS,
  needs: [],
  create: () => ({ accepts: () => false }),
});
