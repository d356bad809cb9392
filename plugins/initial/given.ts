/**
 * Architectures that the manifest lists, for example well-designed ones: ASE-NAS+ (Section IV-C).
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "initial",
  name: "given",
  summary: "The architectures that the manifest lists (ASE-NAS+)",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["architectures"],
    properties: {
      architectures: {
        description: "K architectures in the space's textual form",
        type: "array",
        minItems: 1,
        items: { type: "string" },
      },
    },
  },
  needs: ["space"],
  create: ({ architectures }, { space }) => {
    const centres = architectures.map((text) => space.decode(text));
    return { centres: () => centres };
  },
});
