/**
 * Measures nothing: its outcomes are told, by a script with `evoke ask` and `evoke tell`, or by a program with
 * `openSearch()`. Any other evaluator can be told as well; this one is for those who have none.
 *
 * @module
 */
import { fidelityInvalid, toldOnly } from "../core/errors/index.ts";
import { FURTHER_METRICS_OPTION, furtherMetrics, METRIC_OPTION, searchMetric } from "../core/plugin/metric.ts";
import { plugin } from "../core/plugin/plugin.ts";

export default plugin({
  kind: "evaluator",
  name: "told",
  summary: "Measures nothing: outcomes are told by your script or program, with ask and tell",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["metric"],
    properties: {
      metric: METRIC_OPTION,
      metrics: FURTHER_METRICS_OPTION,
      fidelities: {
        type: "array",
        uniqueItems: true,
        items: { type: "integer", minimum: 1, maximum: 1_000_000 },
        description: "fewer epochs that can be asked for as well, for example [1, 3]; default: none",
      },
      concurrency: {
        type: "integer",
        minimum: 1,
        maximum: 10_000,
        default: 1,
        description: "evaluations of one run at a time, where the controller allows it",
      },
    },
  },
  needs: [],
  failures: { retries: 1, remedy: "reject" },
  outsideDigest: ["concurrency"],
  create({ metric: option, metrics, fidelities = [], concurrency }) {
    const metric = searchMetric(option);
    const excess = fidelities.find((epochs) => epochs >= metric.epochs);
    if (excess !== undefined) throw fidelityInvalid(excess, metric.epochs, "/evaluator/options/metric/epochs");
    const notHere = () => {
      throw toldOnly();
    };
    return {
      metric,
      metrics: furtherMetrics(metrics, metric),
      fidelities: [...fidelities, metric.epochs].sort((a, b) => a - b),
      concurrency,
      places: Number.POSITIVE_INFINITY,
      prepare: async () => notHere(),
      evaluate: notHere,
    };
  },
});
