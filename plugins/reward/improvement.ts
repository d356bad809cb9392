/**
 * R(β|α) = R(β) − R(α): how much better the candidate is than the centre of its subspace
 * (Section III-D of the paper).
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "reward",
  name: "improvement",
  summary: "R(β) − R(α), the improvement on the centre of the subspace",
  options: NO_OPTIONS,
  needs: ["subspaces"],
  create: () => ({ shape: (reward, { centre }) => reward - (centre?.score ?? 0) }),
});
