/**
 * A candidate replaces the centre of its subspace only if it is better by more than a margin: where evaluations are noisy,
 * a small improvement may be none.
 *
 * Scores are such that larger is better, also where the metric is to be minimised.
 *
 * @module
 */
import { plugin } from "evoke-nas";

export default plugin({
  kind: "acceptance",
  name: "clear-improvement",
  summary: "Accepts a candidate that is better than the centre by more than a margin",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      margin: { type: "number", minimum: 0, default: 0.2, description: "in the unit of the search's metric" },
    },
  },
  needs: [],
  create: ({ margin }) => ({
    accepts: ({ score, centre }) => score > centre.score + margin,
  }),
});
