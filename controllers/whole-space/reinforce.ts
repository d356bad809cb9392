/**
 * REINFORCE over the whole space: an LSTM samples the operations of the L components in turn and learns
 * from the accuracy itself. The paper's baseline.
 *
 * Williams 1992, doi:10.1007/BF00992696; the recurrent controller is that of Zoph and Le 2017,
 * arXiv:1611.01578, Section 3.1.
 *
 * | paper | here                               | meaning                                   |
 * | ----- | ---------------------------------- | ----------------------------------------- |
 * | a_t   | `operation`                        | the choice at component t                 |
 * | R, b  | see core/policy/policy-gradient.ts | the reward, and its moving average        |
 *
 * Different from Zoph and Le: one layer; one table and one softmax for all components that have the same
 * choices; each embedding is fed back together with that of the component to come, so that the first step and
 * the position need nothing else. A component that is not there has no step.
 *
 * @module
 */
import type { Tensor } from "../../core/engine/tensor.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { OperationChoice, Recurrence } from "../../core/policy/decisions.ts";
import { LEARNING_OPTIONS, policyGradient, smallUniform } from "../../core/policy/policy-gradient.ts";
import { chosenMembers } from "../../core/space/modifications.ts";

export default plugin({
  kind: "controller",
  name: "reinforce",
  summary: "An LSTM samples whole architectures, learning by REINFORCE",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      hidden: { type: "integer", minimum: 1, maximum: 4096, default: 64, description: "units of the LSTM" },
      squash: { type: "number", minimum: 0, maximum: 1000, default: 0, description: "largest logit of an operation; 0 for no limit" },
      ...LEARNING_OPTIONS,
    },
  },
  needs: ["space", "rng", "engine"],
  underWay: "batch",
  create({ hidden, squash, ...learning }, { space, rng, engine }) {
    const member = chosenMembers(space);
    const initial = smallUniform(rng);
    const lstm = new Recurrence(engine, initial, hidden);
    const components = engine.parameter(space.length, hidden, initial);
    const operations = new OperationChoice(engine, initial, space, hidden, squash);

    return policyGradient(learning, { engine, rng }, (decide) => {
      let previous: Tensor | undefined;
      const architecture = member((component) => {
        const position = engine.row(components, component);
        const y = previous ? lstm.step(engine.add(position, previous)) : lstm.start(position);
        const operation = operations.choose(component, y, decide);
        previous = operations.embedding(component, operation);
        return operation;
      });
      return { architecture };
    });
  },
});
