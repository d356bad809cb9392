/**
 * No centre, and no answer, of more parameters than the limit.
 *
 * @module
 */
import { costMissing } from "../../core/errors/index.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { counts } from "../../core/search/objectives.ts";

export default plugin({
  kind: "acceptance",
  name: "parameters-limit",
  summary: "Admit architectures of at most so many parameters",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["millions"],
    properties: { millions: { type: "number", exclusiveMinimum: 0, description: "the most, in millions" } },
  },
  needs: ["space"],
  create({ millions }, { space }) {
    if (!counts(space, "parameters")) throw costMissing("parameters");
    const feasible = (architecture: readonly number[]) => space.cost!(architecture).parameters! <= millions * 1e6;
    return { feasible, accepts: ({ architecture }) => feasible(architecture) };
  },
});
