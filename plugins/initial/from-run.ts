/**
 * The final centres of the run with the same seed of another experiment, for example on another data
 * set: ASE-NAS+ by transfer (Section IV-B, Table I). That run is done first if need be.
 *
 * @module
 */
import { plugin } from "../../core/plugin.ts";

export default plugin({
  kind: "initial",
  name: "from-run",
  summary: "The final centres of another experiment's run of the same seed (ASE-NAS+)",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["experiment"],
    properties: {
      experiment: { description: "The other manifest, relative to this one", type: "string", minLength: 1 },
    },
  },
  needs: ["space", "seed", "runs"],
  create: async ({ experiment }, { space, seed, runs }) => {
    await runs.open(experiment);
    return { centres: async () => (await runs.centres(experiment, seed)).map((text) => space.decode(text)) };
  },
});
