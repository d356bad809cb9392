/**
 * REINFORCE with independent logits: a row of them for each component, no network. The baseline of
 * NATS-Bench.
 *
 * Williams 1992, doi:10.1007/BF00992696. Dong et al. 2021, "NATS-Bench", arXiv:2009.00437.
 *
 *   b = Σ dᵗ⁻ⁱ (1 − d) Rᵢ / (1 − dᵗ), i = 1 … t      the moving average, its bias towards 0 corrected
 *   loss = −logp · (R − b),  one step of Adam on its mean over B proposals
 *
 * Axes: C_l choices of component l, its absence not among them.
 *
 * | there           | here            | meaning                                            |
 * | --------------- | --------------- | -------------------------------------------------- |
 * | arch_parameters | `logits`        | [1, C_l] each, at first 1e-3 times a normal deviate |
 * | momentum        | `baselineDecay` | d                                                  |
 *
 * As in NATS-Bench, b is updated before the advantage R − b is taken, and entropy has no weight.
 *
 * Different: a sum of twelve uniform numbers minus six stands in for a normal deviate, the same to the bit on every
 * runtime.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { type Decide, LEARNING_OPTIONS, policyGradient } from "../../core/policy/policy-gradient.ts";
import { nearlyNormal } from "../../core/random/rng.ts";
import { firstChoice } from "../../core/space/choices.ts";
import { chosenMembers } from "../../core/space/modifications.ts";

export default plugin({
  kind: "controller",
  name: "reinforce-logits",
  summary: "REINFORCE with a row of logits for each component, as in NATS-Bench",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      learningRate: LEARNING_OPTIONS.learningRate,
      baselineDecay: { ...LEARNING_OPTIONS.baselineDecay, description: "d, of the moving average of the rewards" },
      batch: LEARNING_OPTIONS.batch,
    },
  },
  needs: ["space", "rng", "engine"],
  underWay: "batch",
  create(options, { space, rng, engine }) {
    const { baselineDecay } = options;
    const member = chosenMembers(space);
    const logits = space.choices.map(({ length }, component) =>
      engine.parameter(1, length - firstChoice(space, component), () => 1e-3 * nearlyNormal(rng)),
    );
    /** Numerator and denominator of b. */
    let [sum, weight] = [0, 0];
    const advantage = (reward: number) => {
      sum = baselineDecay * sum + (1 - baselineDecay) * reward;
      weight = baselineDecay * weight + (1 - baselineDecay);
      return reward - sum / weight;
    };
    const draw = (decide: Decide) => ({
      architecture: member((component) => firstChoice(space, component) + decide(logits[component]!, 0)),
    });
    return policyGradient({ ...options, weightDecay: 0, entropyWeight: 0 }, { engine, rng }, draw, advantage);
  },
});
