import { suite } from "uvu";
import * as assert from "uvu/assert";
import lanas from "../../../controllers/whole-space/lanas.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { controllerContract, type Trying, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const test = suite("controllers/lanas");
for (const [title, run] of controllerContract(lanas)) test(title, run);
for (const [title, run] of optimumContract(lanas, { queries: 150 })) test(title, run);

interface Node {
  readonly count: number;
  readonly mean: number;
  readonly split?: { readonly weights: readonly number[]; readonly threshold: number; readonly good: Node; readonly bad: Node };
}
const saved = ({ controller }: Trying) => controller.save() as { readonly tree: Node | undefined; readonly learned: number };
const nodesOf = (node: Node): Node[] => [node, ...(node.split ? [...nodesOf(node.split.good), ...nodesOf(node.split.bad)] : [])];
const levelsOf = ({ split }: Node): number => 1 + (split ? Math.max(levelsOf(split.good), levelsOf(split.bad)) : 0);

test("the tree is built after 10 samples, and again after each 20; in between, each sample counts on its way down", async () => {
  const tried = await tryController(lanas);
  tried.search(10);
  assert.is(saved(tried).tree, undefined);
  const learned: number[] = [];
  for (let q = 11; q <= 60; q++) {
    tried.search(1);
    learned.push(saved(tried).learned);
    const nodes = nodesOf(saved(tried).tree!);
    assert.is(nodes[0]!.count, q);
    for (const { count, split } of nodes) if (split) assert.is(split.good.count + split.bad.count, count);
  }
  assert.equal([...new Set(learned)], [10, 30, 50]);
  assert.equal([learned.lastIndexOf(10), learned.lastIndexOf(30)], [19, 39]);
});

test("each split puts the better samples on the good side; the height bounds the levels", async () => {
  for (const height of [1, 2, 5]) {
    const tried = await tryController(lanas, { options: { height, initial: 100 } });
    tried.search(101);
    const tree = saved(tried).tree!;
    assert.is(levelsOf(tree), height);
    for (const { split } of nodesOf(tree)) if (split) assert.ok(split.good.mean > split.bad.mean);
  }
});

test("the regression finds what each operation is worth, where components are independent", async () => {
  const space = tinySpace(3, 3);
  const worth = [0, 7, 1, 3, 0, 10, 5, 2, 2];
  const score = (architecture: Architecture) => architecture.reduce((sum, operation, l) => sum + worth[3 * l + operation]!, 50);
  const tried = await tryController(lanas, { space, score, options: { initial: 27, ridge: 1e-9 } });
  tried.search(28);
  const { weights } = saved(tried).tree!.split!;
  for (const [i, weight] of weights.entries()) {
    const first = i - (i % 3);
    assert.ok(Math.abs(weight - weights[first]! - (worth[i]! - worth[first]!)) < 1e-6, weights.join(" "));
  }
});

test("what is drawn from the regions is better than chance, by 4 standard errors (seeds 1 to 20)", async () => {
  const space = tinySpace(6, 5);
  const score = separableValidation(space);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
  const gains: number[] = [];
  for (let seed = 1; seed <= 20; seed++) {
    const { search } = await tryController(lanas, { space, seed });
    const worth = search(50).map(({ architecture }) => score(architecture));
    gains.push(mean(worth.slice(10)) - mean(worth.slice(0, 10)));
  }
  const error = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean(gains)) ** 2, 0) / 19 / 20);
  assert.ok(mean(gains) > 4 * error && mean(gains) > 5, `${mean(gains)} ± ${error}`);
});

test("the weight of exploration decides how often it draws from the bad regions", async () => {
  const share = async (c: number) => {
    const tried = await tryController(lanas, { options: { c, initial: 20, every: 1000 } });
    tried.search(21);
    const before = saved(tried).tree!.split!.bad.count;
    tried.search(60);
    return (saved(tried).tree!.split!.bad.count - before) / 60;
  };
  const [greedy, even] = [await share(0), await share(10)];
  assert.ok(greedy === 0 && even > 0.3, `${greedy} and ${even} of the draws`);
});

test("where a region is too small for uniform draws, steps from its samples find what is new", async () => {
  const space = tinySpace(20, 10);
  const score = separableValidation(space);
  const { search } = await tryController(lanas, { space });
  const proposals = search(200).map(({ architecture }) => architecture);
  assert.is(new Set(proposals.map(space.encode)).size, 200);
  const late = proposals.slice(150).map(score);
  assert.ok(Math.min(...late) > 70, `uniform draws are worth 70 ± 3: ${Math.min(...late)}`);
});

test("a small space is gone through before anything is proposed again", async () => {
  const { search, space } = await tryController(lanas, { space: tinySpace(3, 3), options: { initial: 3, every: 5 } });
  const proposals = search(40).map(({ architecture }) => space.encode(architecture));
  assert.is(new Set(proposals.slice(0, 27)).size, 27);
});

test("what others proposed counts as samples; what failed is only not proposed again", async () => {
  const tried = await tryController(lanas, { options: { initial: 5 } });
  const others = ["0-0-0-0-0", "1-0-0-0-0", "0-1-0-0-0", "0-0-1-0-0", "0-0-0-1-0"];
  for (const [i, text] of others.entries())
    tried.controller.observe({ architecture: tried.space.decode(text), score: 50 + i, reward: i === 0 ? Number.NaN : 50 + i });
  tried.search(1);
  assert.is(saved(tried).tree, undefined);
  tried.search(1);
  assert.is(saved(tried).learned, 5);
});

test.run();
