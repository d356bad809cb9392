/**
 * No centre, and no answer, of more multiply-adds than the limit: "≤ 600M MAdds", the mobile setting
 * (Section IV-C of the paper; line 12 of Algorithm 1).
 *
 * @module
 */
import { costMissing } from "../../core/errors/index.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { counts } from "../../core/search/objectives.ts";

export default plugin({
  kind: "acceptance",
  name: "madds-limit",
  summary: "Admit architectures of at most so many multiply-adds",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["millions"],
    properties: { millions: { type: "number", exclusiveMinimum: 0, description: "the most, in millions; 600 in the mobile setting" } },
  },
  needs: ["space"],
  create({ millions }, { space }) {
    if (!counts(space, "madds")) throw costMissing("madds");
    const feasible = (architecture: readonly number[]) => space.cost!(architecture).madds! <= millions * 1e6;
    return { feasible, accepts: ({ architecture }) => feasible(architecture) };
  },
});
