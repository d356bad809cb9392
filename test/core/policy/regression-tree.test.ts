import { test } from "uvu";
import * as assert from "uvu/assert";
import { counted, grownTree, type TreeNode } from "../../../core/policy/regression-tree.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { type Encoding, encodingOf } from "../../../core/space/encoding.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const space = tinySpace(5, 4);
const encoding = encodingOf(space, "choices");
const rng = randomStream(1, "/test");
const drawn = (count: number) =>
  Array.from({ length: count }, () => space.sample(rng)).map((architecture) => ({
    architecture,
    reward: separableValidation(space)(architecture),
  }));
const nodesOf = (node: TreeNode): TreeNode[] => [node, ...(node.split ? [...nodesOf(node.split.good), ...nodesOf(node.split.bad)] : [])];
const levelsOf = ({ split }: TreeNode): number => 1 + (split ? Math.max(levelsOf(split.good), levelsOf(split.bad)) : 0);

test("each split puts the better samples on the good side; the height bounds the levels", () => {
  const samples = drawn(100);
  for (const height of [1, 2, 5]) {
    const tree = grownTree(encoding, samples, height, 1);
    assert.is(levelsOf(tree), height);
    for (const { split } of nodesOf(tree)) if (split) assert.ok(split.good.mean > split.bad.mean);
  }
});

test("a sample more counts on its way down, and in no other region", () => {
  let tree = grownTree(encoding, drawn(20), 5, 1);
  for (const [i, sample] of drawn(30).entries()) {
    const before = nodesOf(tree);
    tree = counted(encoding, tree, sample);
    assert.is(tree.count, 21 + i);
    for (const { count, split } of nodesOf(tree)) if (split) assert.is(split.good.count + split.bad.count, count);
    const leaves = nodesOf(tree).flatMap((node, n) => (node.split ? [] : [node.count - before[n]!.count]));
    assert.equal(
      leaves.filter((more) => more !== 0),
      [1],
    );
  }
});

test("the regression finds what each operation is worth, where components are independent", () => {
  const worth = [0, 7, 1, 3, 0, 10, 5, 2, 2];
  const small = tinySpace(3, 3);
  const reward = (architecture: Architecture) => architecture.reduce((sum, operation, l) => sum + worth[3 * l + operation]!, 50);
  const all = Array.from({ length: 27 }, (_, i) => [i % 3, Math.floor(i / 3) % 3, Math.floor(i / 9)]);
  const samples = all.map((architecture) => ({ architecture, reward: reward(architecture) }));
  const { weights } = grownTree(encodingOf(small, "choices"), samples, 2, 1e-9).split!;
  for (const [i, weight] of weights.entries()) {
    const first = i - (i % 3);
    assert.ok(Math.abs(weight - weights[first]! - (worth[i]! - worth[first]!)) < 1e-6, weights.join(" "));
  }
});

test("with more features than samples it finds the same regression, of one weight for each sample", () => {
  const samples = drawn(40);
  const split = grownTree(encoding, samples, 2, 0.5).split!;
  /** Features that no architecture has make it solve the other system. */
  const wide: Encoding = { ...encoding, features: 1000 };
  const other = grownTree(wide, samples, 2, 0.5).split!;
  for (const [i, weight] of split.weights.entries())
    assert.ok(Math.abs(weight - other.weights[i]!) < 1e-9, `${weight}, ${other.weights[i]}`);
  assert.ok(Math.abs(split.threshold - other.threshold) < 1e-9);
  assert.equal(new Set(other.weights.slice(encoding.features)), new Set([0]));
});

test.run();
