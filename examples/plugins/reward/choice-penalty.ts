/**
 * R − penalty · (how many components of the candidate have a certain choice).
 *
 * Rewards form a chain: what this one is handed comes from the reward before it in the manifest.
 *
 * @module
 */
import { plugin } from "evoke-nas";

export default plugin({
  kind: "reward",
  name: "choice-penalty",
  summary: "Takes something off for each component that has a certain choice",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      choice: { type: "string", minLength: 1, default: "nor_conv_3x3", description: "the choice, as the space names it" },
      penalty: { type: "number", minimum: 0, default: 0.1, description: "for each, in the unit of the search's metric" },
    },
  },
  needs: ["space"],
  create: ({ choice, penalty }, { space }) => ({
    shape(reward, { architecture }) {
      const penalised = architecture.filter((chosen, component) => space.choices[component][chosen] === choice);
      return reward - penalty * penalised.length;
    },
  }),
});
