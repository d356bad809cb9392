/**
 * A tree of linear regressions that parts a space into good and bad regions: at each node, architectures of which the
 * regression predicts more than the mean of the node's samples are good, the others bad. LaNAS learns it.
 *
 * Wang et al. 2021, "Sample-Efficient Neural Architecture Search by Learning Actions for Monte Carlo Tree
 * Search", arXiv:1906.06832, Section 3.
 *
 * @module
 */
import type { Architecture } from "../space/architecture.ts";
import type { Encoding } from "../space/encoding.ts";
import { type Visits, visited } from "./upper-confidence.ts";

/** An architecture that was evaluated. */
export interface Sample {
  readonly architecture: Architecture;
  readonly reward: number;
}

/** Good is what has features whose weights add up to more than the threshold. */
export interface Split {
  readonly weights: readonly number[];
  readonly threshold: number;
}

/** A region, with the visits of its samples. */
export interface TreeNode extends Visits {
  /** Left out at a leaf. */
  readonly split?: Split & { readonly good: TreeNode; readonly bad: TreeNode };
}

/** On which side of a split it is. */
export function sideOf(encoding: Encoding, { weights, threshold }: Split, architecture: Architecture): "good" | "bad" {
  return encoding.of(architecture).reduce((sum, feature) => sum + weights[feature]!, 0) > threshold ? "good" : "bad";
}

/**
 * The tree that parts the samples, grown from its root.
 * @param levels  those of the tree at most, the root and the leaves included
 * @param ridge  penalty on the squares of a regression's weights
 */
export function grownTree(encoding: Encoding, members: readonly Sample[], levels: number, ridge: number): TreeNode {
  const leaf = members.reduce<Visits>((visits, { reward }) => visited(visits, reward), { count: 0, mean: 0 });
  if (levels === 1) return leaf;
  const split = regression(encoding, members, leaf.mean, ridge);
  const good = members.filter(({ architecture }) => sideOf(encoding, split, architecture) === "good");
  const bad = members.filter(({ architecture }) => sideOf(encoding, split, architecture) === "bad");
  if (good.length === 0 || bad.length === 0) return leaf;
  return {
    ...leaf,
    split: { ...split, good: grownTree(encoding, good, levels - 1, ridge), bad: grownTree(encoding, bad, levels - 1, ridge) },
  };
}

/**
 *   w = (Xᵀ X + ridge)⁻¹ Xᵀ y = Xᵀ (X Xᵀ + ridge)⁻¹ y, rows x and rewards y less their means
 * so that x w, with the means in, is above its own mean where more than the mean reward is predicted.
 */
function regression(encoding: Encoding, members: readonly Sample[], mean: number, ridge: number): Split {
  const { features } = encoding;
  const rows = members.map(({ architecture }) => encoding.of(architecture));
  const rewards = members.map(({ reward }) => reward - mean);
  const shares = Array<number>(features).fill(0);
  for (const row of rows) for (const i of row) shares[i]! += 1 / rows.length;
  const weights =
    features <= Math.max(rows.length, FEW_FEATURES) ? byFeatures(rows, rewards, shares, ridge) : bySamples(rows, rewards, features, ridge);
  return { weights, threshold: weights.reduce((sum, weight, i) => sum + weight * shares[i]!, 0) };
}

/** Up to so many the first of the two systems is solved, also where the second one is smaller. */
const FEW_FEATURES = 256;

type Rows = readonly (readonly number[])[];

function byFeatures(rows: Rows, rewards: readonly number[], shares: readonly number[], ridge: number): number[] {
  const features = shares.length;
  const right = Array<number>(features).fill(0);
  const left = Array.from(shares, (_, i) => Array<number>(features).fill(0).with(i, ridge));
  for (const [n, row] of rows.entries())
    for (const i of row) {
      right[i]! += rewards[n]!;
      for (const j of row) left[i]![j]! += 1;
    }
  for (let i = 0; i < features; i++) for (let j = 0; j < features; j++) left[i]![j]! -= rows.length * shares[i]! * shares[j]!;
  return solved(left, right);
}

function bySamples(rows: Rows, rewards: readonly number[], features: number, ridge: number): number[] {
  const products = rows.map((row) => {
    const has = new Set(row);
    return rows.map((other) => other.reduce((sum, i) => sum + (has.has(i) ? 1 : 0), 0));
  });
  const means = products.map((own) => own.reduce((sum, product) => sum + product, 0) / rows.length);
  const all = means.reduce((sum, mean) => sum + mean, 0) / rows.length;
  const left = products.map((own, n) => own.map((product, m) => product - means[n]! - means[m]! + all + (n === m ? ridge : 0)));
  const weights = Array<number>(features).fill(0);
  for (const [n, share] of solved(left, rewards).entries()) for (const i of rows[n]!) weights[i]! += share;
  return weights;
}

/** The tree with a sample more, which counts in every region that it lies in; the splits stay. */
export function counted(encoding: Encoding, node: TreeNode, { architecture, reward }: Sample): TreeNode {
  const visits = visited(node, reward);
  if (!node.split) return visits;
  const side = sideOf(encoding, node.split, architecture);
  return { ...visits, split: { ...node.split, [side]: counted(encoding, node.split[side], { architecture, reward }) } };
}

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
