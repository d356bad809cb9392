/**
 * Latent actions: a tree of linear regressions, learned from what was evaluated, parts the space into good
 * and bad regions; bounds on their means say from which the next architecture is drawn.
 *
 * Wang et al. 2021, "Sample-Efficient Neural Architecture Search by Learning Actions for Monte Carlo Tree
 * Search", arXiv:1906.06832, Section 3. The defaults are those of the authors' code for NAS-Bench-101.
 *
 * | paper     | here            | meaning                                                                      |
 * | --------- | --------------- | ---------------------------------------------------------------------------- |
 * | D_t       | `samples`       | what was evaluated                                                           |
 * | V, f_A    | `Split`         | the linear regression of a node, on `features`                               |
 * | Ω_A       | `region`        | what is on the same side of all splits above                                 |
 * | n(s), v(s) | `count`, `mean` | samples in the region, and their mean reward                                |
 * | c         | `c`             | weight of exploration in x̄ + 2c √(2 ln n(parent) / n)                        |
 *
 * Learning: at each node, architectures of which the regression predicts more than the mean of the node's samples
 * are good, the others bad. Search: from the root the better bounds lead to a leaf; what is drawn there counts
 * in every node on the way.
 *
 * Sampling in any space: uniform draws from the space until one lies in the region; where that fails, the region
 * being small, a walk of random modifications from one of its samples, which never leaves it. A region where nothing
 * new is found is passed over for the others, good ones first. New means a function (`space.functionKey`) that was
 * not evaluated.
 *
 * Different from Wang et al.: the regression is solved for, with a small `ridge`, instead of trained by gradient steps. A node
 * is split only if samples lie on both sides, so no region is empty. Their accuracies are from 0 to 1; here c is a
 * share of the range of the rewards. Their code draws from a list of the whole space.
 *
 * Outcomes that others proposed count as samples; failed ones do not.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { counted, grownTree, type Sample, type Split, sideOf, type TreeNode } from "../../core/policy/regression-tree.ts";
import { upperBound } from "../../core/policy/upper-confidence.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { encodingOf, SHOWN } from "../../core/space/encoding.ts";
import { uniformModifications } from "../../core/space/modifications.ts";

/** The sides of some splits. */
type Region = readonly (Split & { readonly side: "good" | "bad" })[];

/** Draws, and then steps, for an architecture of a region that was not evaluated yet. */
const DRAWS = 100;

export default plugin({
  kind: "controller",
  name: "lanas",
  summary: "A tree of learned linear splits parts the space into good and bad regions, from which it draws",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      initial: { type: "integer", minimum: 1, maximum: 100_000, default: 10, description: "random architectures before the first tree" },
      height: { type: "integer", minimum: 1, maximum: 20, default: 5, description: "levels of the tree, the root and the leaves included" },
      every: { type: "integer", minimum: 1, maximum: 1_000_000_000, default: 20, description: "samples until the tree is built again" },
      c: {
        type: "number",
        minimum: 0,
        maximum: 1_000_000,
        default: 0.1,
        description: "weight of exploration, as a share of the range of the rewards",
      },
      features: { enum: SHOWN, default: "choices", description: "what the regressions see: what an architecture computes, or its choices" },
      ridge: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1_000_000,
        default: 1,
        description: "penalty on the squares of a regression's weights",
      },
    },
  },
  needs: ["space", "rng"],
  create({ initial, height, every, c, ridge, features }, { space, rng }) {
    const encoding = encodingOf(space, features);
    /** What was evaluated, failures too, by function. */
    const known = new Set<string>();
    /** What did not fail, in the order of evaluation. */
    const samples: Sample[] = [];
    let tree: TreeNode | undefined;
    /** How many samples there were when the tree was built. */
    let learned = 0;

    const isNew = (architecture: Architecture) => !known.has(space.functionKey(architecture));
    const lies = (architecture: Architecture, region: Region) => region.every((part) => sideOf(encoding, part, architecture) === part.side);

    function select(root: TreeNode): Region {
      const rewards = samples.map(({ reward }) => reward);
      const unit = c * (Math.max(...rewards) - Math.min(...rewards));
      const region: Region[number][] = [];
      for (let node = root; node.split; ) {
        const { good, bad, weights, threshold } = node.split;
        const side = upperBound(unit, node, good) >= upperBound(unit, node, bad) ? "good" : "bad";
        region.push({ weights, threshold, side });
        node = node.split[side];
      }
      return region;
    }

    /** The regions of all leaves below, good ones first. */
    function regions({ split }: TreeNode): Region[] {
      if (!split) return [[]];
      const { weights, threshold } = split;
      return (["good", "bad"] as const).flatMap((side) => regions(split[side]).map((rest) => [{ weights, threshold, side }, ...rest]));
    }

    function drawn(region: Region): Architecture | undefined {
      for (let draw = 0; draw < DRAWS; draw++) {
        const architecture = space.sample(rng);
        if (lies(architecture, region) && isNew(architecture)) return architecture;
      }
      const members = samples.filter(({ architecture }) => lies(architecture, region));
      if (members.length === 0) return undefined;
      let { architecture } = members[rng.below(members.length)]!;
      for (let step = 0; step < DRAWS; step++) {
        const next = space.modify(architecture, uniformModifications(space, architecture, 1, rng));
        if (lies(next, region)) architecture = next;
        if (isNew(architecture)) return architecture;
      }
      return undefined;
    }

    return {
      propose() {
        if (samples.length >= initial && (!tree || samples.length >= learned + every)) {
          encoding.learn(samples.map(({ architecture }) => architecture));
          tree = grownTree(encoding, samples, height, ridge);
          learned = samples.length;
        }
        for (const region of tree ? [select(tree), ...regions(tree)] : [[]]) {
          const architecture = drawn(region);
          if (architecture) return { architecture };
        }
        return { architecture: space.sample(rng) };
      },
      observe({ architecture, reward }) {
        known.add(space.functionKey(architecture));
        if (Number.isNaN(reward)) return;
        samples.push({ architecture, reward });
        tree &&= counted(encoding, tree, { architecture, reward });
      },
    };
  },
});
