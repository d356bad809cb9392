/**
 * Begins with given architectures: they are the first proposals, in their order, and the controller that
 * it wraps observes what became of them. Evolution takes them into its population, local search as
 * starts; a policy learns nothing from them, since it did not draw them itself.
 *
 * They are queries like any others. This is for searches of the whole space: in subspaces every proposal is made
 * from a centre, and the first centres are given by `initial`.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "middleware",
  name: "warm-start",
  summary: "Proposes given architectures first, and lets the controller observe them",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["architectures"],
    properties: {
      architectures: {
        description: "the first proposals, in the space's textual form",
        type: "array",
        minItems: 1,
        items: { type: "string" },
      },
    },
  },
  needs: ["space"],
  wholeSpace: true,
  create({ architectures }, { space }) {
    const given = architectures.map((text) => space.decode(text));
    return {
      around(controller) {
        let next = 0;
        return {
          concurrency: controller.concurrency,
          rounds: controller.rounds,
          propose: () => (next < given.length ? { architecture: given[next++]! } : controller.propose()),
          observe: (outcome) => controller.observe(outcome),
        };
      },
    };
  },
});
