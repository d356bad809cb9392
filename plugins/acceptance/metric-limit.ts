/**
 * No centre, and no answer, beyond a limit on a metric of the run: a cost that the space counts, what evaluations give
 * beside the score, or the score itself.
 *
 * What the space counts is known before an evaluation, and controllers that draw within the limits heed it; what is
 * measured is judged when it is known (line 12 of Algorithm 1 in the paper, for any metric).
 *
 * @module
 */
import { limitInvalid } from "../../core/errors/index.ts";
import type { Measured } from "../../core/plugin/metric.ts";
import { plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "acceptance",
  name: "metric-limit",
  summary: "Admit architectures of which a metric is at most, or at least, so much",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["metric"],
    properties: {
      metric: { type: "string", minLength: 1, description: "by name: a cost of the space, or what evaluations give" },
      most: { type: "number", description: "the most, in the metric's own unit" },
      least: { type: "number", description: "the least, in the metric's own unit" },
    },
  },
  needs: ["objectives"],
  create({ metric, most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY }, { objectives }) {
    const limited = objectives.of(metric);
    if (most === Number.POSITIVE_INFINITY && least === Number.NEGATIVE_INFINITY) throw limitInvalid(metric, "it admits everything");
    if (least > most) throw limitInvalid(metric, `it admits nothing, being at least ${least} and at most ${most}`);
    const admits = (measured: Measured) => {
      const value = limited.value(measured);
      return value >= least && value <= most;
    };
    if (!limited.counted) return { admits, accepts: admits };
    const feasible = (architecture: Measured["architecture"]) => admits({ architecture, score: Number.NaN });
    return { feasible, accepts: admits };
  },
});
