/**
 * Random search in the evoked subspaces: a uniform subspace, then M uniform modifications of its centre.
 *
 * Chen et al., "Automatic Subspace Evoking for Efficient Neural Architecture Search", Figure 7: Algorithm 1 with π_G
 * and π_L uniform. It shows what evoking subspaces contributes without learning.
 *
 * | paper | here               | meaning                                            |
 * | ----- | ------------------ | -------------------------------------------------- |
 * | K     | `subspaces.count`  | candidate subspaces                                |
 * | M     | `subspaces.radius` | modifications, each a component and its operation  |
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";
import { uniformModifications } from "../../core/space/modifications.ts";

export default plugin({
  kind: "controller",
  name: "uniform",
  summary: "Draws uniformly from the evoked subspaces: a subspace, then M modifications",
  options: NO_OPTIONS,
  needs: ["space", "subspaces", "rng"],
  create(_options, { space, subspaces, rng }) {
    return {
      propose() {
        const subspace = rng.below(subspaces.count);
        const centre = subspaces.centres[subspace]!;
        return { architecture: space.modify(centre, uniformModifications(space, centre, subspaces.radius, rng)), subspace };
      },
      observe() {},
    };
  },
});
