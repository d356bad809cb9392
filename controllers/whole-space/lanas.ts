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
 * | V, f_A    | `Split`         | the linear regression of a node, on the one-hot rows of the components       |
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
import { componentEncoding } from "../../core/policy/predictor.ts";
import { upperBound, type Visits, visited } from "../../core/policy/upper-confidence.ts";
import type { Architecture } from "../../core/space/architecture.ts";

interface Sample {
  readonly architecture: Architecture;
  readonly reward: number;
}

/** Good is what has features whose weights add up to more than the threshold. */
interface Split {
  readonly weights: readonly number[];
  readonly threshold: number;
}

interface Node extends Visits {
  /** Left out at a leaf. */
  readonly split?: Split & { readonly good: Node; readonly bad: Node };
}

/** The sides of some splits. */
type Region = readonly (Split & { readonly side: "good" | "bad" })[];

interface State {
  /** What was evaluated, failures too, by function. */
  readonly known: readonly string[];
  /** What did not fail, in the order of evaluation. */
  readonly samples: readonly Sample[];
  readonly tree: Node | undefined;
  /** How many samples there were when the tree was built. */
  readonly learned: number;
  readonly rng: readonly number[];
}

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
      initial: { type: "integer", minimum: 1, default: 10, description: "random architectures before the first tree" },
      height: { type: "integer", minimum: 1, default: 5, description: "levels of the tree, the root and the leaves included" },
      every: { type: "integer", minimum: 1, default: 20, description: "samples until the tree is built again" },
      c: { type: "number", minimum: 0, default: 0.1, description: "weight of exploration, as a share of the range of the rewards" },
      ridge: { type: "number", exclusiveMinimum: 0, default: 1, description: "penalty on the squares of a regression's weights" },
    },
  },
  needs: ["space", "rng"],
  create({ initial, height, every, c, ridge }, { space, rng }) {
    const encoding = componentEncoding(space);
    let known = new Set<string>();
    let samples: Sample[] = [];
    let tree: Node | undefined;
    let learned = 0;

    const isNew = (architecture: Architecture) => !known.has(space.functionKey(architecture));
    function sideOf({ weights, threshold }: Split, architecture: Architecture): "good" | "bad" {
      return encoding.of(architecture).reduce((sum, feature) => sum + weights[feature]!, 0) > threshold ? "good" : "bad";
    }
    const lies = (architecture: Architecture, region: Region) => region.every((part) => sideOf(part, architecture) === part.side);

    function grown(members: readonly Sample[], levels: number): Node {
      const leaf = members.reduce<Visits>((visits, { reward }) => visited(visits, reward), { count: 0, mean: 0 });
      if (levels === 1) return leaf;
      const split = regression(members, leaf.mean);
      const good = members.filter(({ architecture }) => sideOf(split, architecture) === "good");
      const bad = members.filter(({ architecture }) => sideOf(split, architecture) === "bad");
      if (good.length === 0 || bad.length === 0) return leaf;
      return { ...leaf, split: { ...split, good: grown(good, levels - 1), bad: grown(bad, levels - 1) } };
    }

    /**
     *   w = (Xᵀ X + ridge)⁻¹ Xᵀ y, rows x and rewards y less their means
     * so that x w, with the means in, is above its own mean where more than the mean reward is predicted.
     */
    function regression(members: readonly Sample[], mean: number): Split {
      const { features } = encoding;
      const shares = Array<number>(features).fill(0);
      const right = Array<number>(features).fill(0);
      const left = Array.from(shares, (_, i) => Array<number>(features).fill(0).with(i, ridge));
      for (const { architecture, reward } of members) {
        const row = encoding.of(architecture);
        for (const i of row) {
          shares[i]! += 1 / members.length;
          right[i]! += reward - mean;
          for (const j of row) left[i]![j]! += 1;
        }
      }
      for (let i = 0; i < features; i++) for (let j = 0; j < features; j++) left[i]![j]! -= members.length * shares[i]! * shares[j]!;
      const weights = solved(left, right);
      return { weights, threshold: weights.reduce((sum, weight, i) => sum + weight * shares[i]!, 0) };
    }

    function select(root: Node): Region {
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
    function regions({ split }: Node): Region[] {
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
        const modification = { component: rng.below(space.length), operation: rng.below(space.operations.length) };
        const next = space.modify(architecture, [modification]);
        if (lies(next, region)) architecture = next;
        if (isNew(architecture)) return architecture;
      }
      return undefined;
    }

    function counted(node: Node, { architecture, reward }: Sample): Node {
      const visits = visited(node, reward);
      if (!node.split) return visits;
      const side = sideOf(node.split, architecture);
      return { ...visits, split: { ...node.split, [side]: counted(node.split[side], { architecture, reward }) } };
    }

    return {
      propose() {
        if (samples.length >= initial && (!tree || samples.length >= learned + every)) {
          tree = grown(samples, height);
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
        tree &&= counted(tree, { architecture, reward });
      },
      save: (): State => ({ known: [...known], samples: [...samples], tree, learned, rng: rng.save() }),
      restore(state: State) {
        known = new Set(state.known);
        samples = [...state.samples];
        ({ tree, learned } = state);
        rng.restore(state.rng);
      },
    };
  },
});

/** x of A x = b by elimination, where A is symmetric and positive definite, so that no pivot need be sought. */
function solved(a: readonly number[][], b: readonly number[]): number[] {
  const x = [...b];
  for (const [k, row] of a.entries()) {
    for (let i = k + 1; i < x.length; i++) {
      const factor = a[i]![k]! / row[k]!;
      for (let j = k + 1; j < x.length; j++) a[i]![j]! -= factor * row[j]!;
      x[i]! -= factor * x[k]!;
    }
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < x.length; j++) x[i]! -= a[i]![j]! * x[j]!;
    x[i]! /= a[i]![i]!;
  }
  return x;
}
