/**
 * Random search in the evoked subspaces with a model: of some members drawn as by `uniform`, the one by which a Gaussian
 * process expects the greatest improvement is evaluated.
 *
 * The control of `gnn-lstm-imagined`: the same model without a policy that learns. Such a choice among candidates is called
 * preselection where they come from evolution: Jin 2011, doi:10.1016/j.swevo.2011.05.001.
 *
 * | paper | here               | meaning                                            |
 * | ----- | ------------------ | -------------------------------------------------- |
 * | K     | `subspaces.count`  | candidate subspaces                                |
 * | M     | `subspaces.radius` | modifications, each a component and its operation  |
 *
 * @module
 */
import { GraphModel, SAMPLES_OPTION } from "../../core/evoking/graph-model.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { uniformModifications } from "../../core/space/modifications.ts";

export default plugin({
  kind: "controller",
  name: "uniform-preselected",
  summary: "Draws uniformly from the evoked subspaces; a Gaussian process chooses which of the draws is evaluated",
  options: {
    type: "object",
    additionalProperties: false,
    properties: { samples: { ...SAMPLES_OPTION, default: 20 } },
  },
  needs: ["space", "subspaces", "rng", "feasible"],
  create({ samples }, { space, subspaces, rng, feasible }) {
    const model = new GraphModel({ space, subspaces, feasible });

    function sample() {
      const subspace = rng.below(subspaces.count);
      const centre = subspaces.centres[subspace]!;
      return { architecture: space.modify(centre, uniformModifications(space, centre, subspaces.radius, rng)), subspace };
    }

    return {
      propose() {
        model.learn();
        return model.choose(sample, samples);
      },
      observe: (outcome) => model.observe(outcome),
    };
  },
});
