/**
 * The final centres of the run with the same seed of another experiment, for example on another data
 * set: ASE-NAS+ by transfer (Section IV-B, Table I). That run is done first if need be.
 *
 * With `modifications` a centre is not that of the evoked subspace but a random member of it: so many
 * uniform single-component modifications are applied to each. With `"take": "best"` and a budget of 0
 * queries this is the random search in the evoked subspace of Figure 7.
 *
 * @module
 */
import { initialInvalid } from "../../core/errors/index.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { uniformModifications } from "../../core/space/modifications.ts";

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
      take: {
        description: "All final centres, in their order, or only the best by validation metric, the first of equals; that one is K = 1",
        enum: ["all", "best"],
        default: "all",
      },
      modifications: {
        description: "Uniform single-component modifications that are applied to each of them",
        type: "integer",
        minimum: 0,
        maximum: 1000,
        default: 0,
      },
    },
  },
  needs: ["space", "subspaces", "seed", "rng", "runs"],
  create: async ({ experiment, take, modifications }, { space, subspaces, seed, rng, runs }) => {
    const { count } = subspaces;
    if (take === "best" && count !== 1) throw initialInvalid(`with "take": "best" they are 1, and /subspaces/count is ${count}`);
    await runs.open(experiment);
    return {
      async centres() {
        const all = await runs.centres(experiment, seed);
        const best = all.reduce((best, centre) => (centre.score > best.score ? centre : best));
        return (take === "all" ? all : [best]).map(({ architecture: text }) => {
          const architecture = space.decode(text);
          return space.modify(architecture, uniformModifications(space, architecture, modifications, rng));
        });
      },
    };
  },
});
