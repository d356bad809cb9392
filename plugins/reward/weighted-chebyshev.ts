/**
 * Several objectives as one reward: how far the candidate is from the ideal by the objective that is farthest, and a little
 * by all.
 *
 *   100 · (1 − max_i λ_i d_i − ρ Σ_i λ_i d_i),  d_i = (z*_i − f_i) / (z*_i − z_i),  λ_i = `weight`_i / Σ `weight`
 *
 * with f_i the objective, more of it being better (of one that is to be minimised, the negative), z*_i its ideal and z_i
 * its nadir. 100 is the ideal point; in the range of percent a controller's defaults hold. What is best for some weights is
 * dominated by nothing, and any point of the front is best for some, in its dents as well.
 *
 * Steuer and Choo 1983, "An Interactive Weighted Tchebycheff Procedure for Multiple Objective Programming",
 * doi:10.1007/BF02591870, the augmented metric. ρ = 0.05 as in Knowles 2006, "ParEGO", doi:10.1109/TEVC.2005.851274, Eq. 2.
 *
 * | paper | here           | meaning                                                           |
 * | ----- | -------------- | ----------------------------------------------------------------- |
 * | λ     | `weight`       | what the distance by this objective counts                        |
 * | z*    | `ideal`        | the best that is hoped for                                        |
 * | z     | `nadir`        | the worst that is of interest; what is worse has d_i above 1      |
 *
 * Where they are left out, they are the best and the worst of all that was seen in the run so far, this candidate and its
 * centre included: the same architecture is worth less once better ones are known. The reward follows from what was shaped
 * before and from nothing else, so a run replays as ever.
 *
 * Rewards that stand before it change the run's own metric, and are seen in it.
 *
 * @module
 */
import { rangeInvalid } from "../../core/errors/index.ts";
import { type Objective, oriented } from "../../core/plugin/metric.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import type { Candidate } from "../../core/plugin/reward.ts";

/** The least distance between ideal and nadir, as a share of the larger one. */
const NEAREST = 1e-9;

/** ρ. */
const AUGMENTATION = 0.05;

export default plugin({
  kind: "reward",
  name: "weighted-chebyshev",
  summary: "Several objectives as one: the weighted distance from the ideal by the one that is farthest",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["objectives"],
    properties: {
      objectives: {
        type: "array",
        minItems: 2,
        items: {
          type: "object",
          additionalProperties: false,
          required: ["metric", "weight"],
          properties: {
            metric: { type: "string", minLength: 1 },
            weight: { type: "number", exclusiveMinimum: 0, maximum: 1e6 },
            ideal: { type: "number" },
            nadir: { type: "number" },
          },
        },
        description:
          "what is weighed: each a `metric` by name with its `weight`, and, in its own unit, `ideal` and `nadir`, or neither for the best and the worst seen so far",
      },
    },
  },
  needs: ["objectives"],
  create({ objectives: given }, { objectives }) {
    const sum = given.reduce((total, { weight }) => total + weight, 0);
    const scales = given.map(({ metric, weight, ideal, nadir }) => {
      const objective = objectives.of(metric);
      return { weight: weight / sum, objective, range: rangeOf(objective, ideal, nadir) };
    });
    const value = (score: number, { centre, ...measured }: Candidate): number => {
      if (centre) value(centre.score, centre); // has been seen, before the two are compared
      let farthest = Number.NEGATIVE_INFINITY;
      let all = 0;
      for (const { weight, objective, range } of scales) {
        const distance = weight * range(objective.worth({ ...measured, score }));
        farthest = Math.max(farthest, distance);
        all += distance;
      }
      return 100 * (1 - farthest - AUGMENTATION * all);
    };
    return { value, shape: value };
  },
});

/** d_i of a worth: 0 at the ideal, 1 at the nadir. */
function rangeOf({ name, goal }: Objective, ideal: number | undefined, nadir: number | undefined): (worth: number) => number {
  if (ideal === undefined && nadir === undefined) return seenRange();
  if (ideal === undefined || nadir === undefined)
    throw rangeInvalid(name, goal, `it has ${ideal === undefined ? "a nadir and no ideal" : "an ideal and no nadir"}`);
  const [best, worst] = [oriented(ideal, { goal }), oriented(nadir, { goal })];
  if (best <= worst) throw rangeInvalid(name, goal, `the ideal ${ideal} is no better than the nadir ${nadir}`);
  if (!(best - worst >= NEAREST * Math.max(Math.abs(best), Math.abs(worst)) && Number.isFinite(1 / (best - worst))))
    throw rangeInvalid(name, goal, `the ideal ${ideal} and the nadir ${nadir} are hardly apart`);
  return (worth) => (best - worth) / (best - worst);
}

/** The same between the best and the worst worth that it was given. */
function seenRange(): (worth: number) => number {
  let [best, worst] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return (worth) => {
    best = Math.max(best, worth);
    worst = Math.min(worst, worth);
    return best === worst ? 0 : (best - worth) / (best - worst);
  };
}
