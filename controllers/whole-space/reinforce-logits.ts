/**
 * REINFORCE with independent logits: a row of them for each component, no network. The baseline of
 * NATS-Bench.
 *
 * Williams 1992, doi:10.1007/BF00992696. Dong et al. 2021, "NATS-Bench", arXiv:2009.00437.
 *
 *   b = Σ dᵗ⁻ⁱ (1 − d) Rᵢ / (1 − dᵗ), i = 1 … t      the moving average, its bias towards 0 corrected
 *   loss = −logp · (R − b),  one step of Adam
 *
 * Axes: L components, C operations.
 *
 * | there           | here            | meaning                                      |
 * | --------------- | --------------- | -------------------------------------------- |
 * | arch_parameters | `logits`        | [L, C], at first 1e-3 times a normal deviate |
 * | momentum        | `baselineDecay` | d                                            |
 *
 * As in NATS-Bench, b is updated before the advantage R − b is taken, and entropy has no weight.
 *
 * Different: a sum of twelve uniform numbers minus six stands in for a normal deviate, the same to the bit on every
 * runtime.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { nearlyNormal } from "../../core/random/rng.ts";
import { chosenMembers } from "../../core/space/modifications.ts";

export default plugin({
  kind: "controller",
  name: "reinforce-logits",
  summary: "REINFORCE with a row of logits for each component, as in NATS-Bench",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      learningRate: { type: "number", exclusiveMinimum: 0, default: 0.01, description: "of Adam" },
      baselineDecay: {
        type: "number",
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.9,
        description: "d, of the moving average of the rewards",
      },
    },
  },
  needs: ["space", "rng", "engine"],
  create({ learningRate, baselineDecay }, { space, rng, engine }) {
    const member = chosenMembers(space);
    const logits = engine.parameter(space.length, space.operations.length, () => 1e-3 * nearlyNormal(rng));
    /** Numerator and denominator of b. */
    let [sum, weight] = [0, 0];
    /** True between a proposal and its outcome. */
    let drawn = false;

    return {
      propose() {
        engine.begin();
        drawn = true;
        const chosen: number[] = [];
        for (let component = 0; component < space.length; component++)
          chosen.push(engine.choose(engine.row(logits, component), rng.next()));
        return { architecture: member(chosen) };
      },
      observe({ reward }) {
        const learns = drawn && !Number.isNaN(reward); // not from what others proposed, nor from what failed
        drawn = false;
        if (!learns) return engine.begin();
        sum = baselineDecay * sum + (1 - baselineDecay) * reward;
        weight = baselineDecay * weight + (1 - baselineDecay);
        engine.backward(-(reward - sum / weight));
        engine.adam({ learningRate });
      },
    };
  },
});
