/**
 * R(β), as it was measured: what searches of the whole space learn from, and the paper's alternative
 * to the improvement (Section V-C, Figure 8a).
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "reward",
  name: "absolute",
  summary: "R(β), the score itself",
  options: NO_OPTIONS,
  needs: [],
  create: () => ({ shape: (reward) => reward }),
});
