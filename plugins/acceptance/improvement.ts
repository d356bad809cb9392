/**
 * β becomes the centre if R(β) > R(α) (Algorithm 1, line 4d).
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "acceptance",
  name: "improvement",
  summary: "Accept a candidate that is better than the centre",
  options: NO_OPTIONS,
  needs: [],
  create: () => ({ accepts: ({ score, centre }) => score > centre.score }),
});
