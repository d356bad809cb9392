import { suite } from "uvu";
import * as assert from "uvu/assert";
import alphax from "../../../controllers/whole-space/alphax.ts";
import type { Space } from "../../../core/plugin/space.ts";
import type { Visits } from "../../../core/policy/upper-confidence.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { controllerContract, type Trying, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const test = suite("controllers/alphax");
for (const [title, run] of controllerContract(alphax)) test(title, run);
for (const [title, run] of optimumContract(alphax, { queries: 300, found: 0.9 })) test(title, run);

interface Saved {
  readonly tree: readonly (readonly [state: string, visits: Visits])[];
  readonly closed: readonly string[];
}
const saved = ({ controller }: Trying) => controller.save() as Saved;
const treeOf = (tried: Trying) => new Map(saved(tried).tree);

test("each query adds one state to the tree, and each operation is tried before any is tried again", async () => {
  const tried = await tryController(alphax);
  const [, ...second] = tried.search(5).map(({ architecture }) => architecture[0]!);
  assert.equal(second.sort(), [0, 1, 2, 3]);
  tried.search(15);
  const tree = treeOf(tried);
  assert.is(tree.size, 20);
  assert.is(tree.get("")!.count, 20);
  for (const [state, { count }] of tree) {
    const below = [0, 1, 2, 3].map((operation) => tree.get(state === "" ? `${operation}` : `${state},${operation}`)?.count ?? 0);
    assert.is(
      below.reduce((a, b) => a + b),
      count - 1,
      `what came through "${state}", but for the turn that added it`,
    );
  }
});

test("the weight of exploration decides how evenly the branches are visited", async () => {
  const largest = async (c: number) => {
    const tried = await tryController(alphax, { options: { c } });
    tried.search(100);
    const tree = treeOf(tried);
    return Math.max(...[0, 1, 2, 3].map((operation) => tree.get(`${operation}`)!.count)) / tree.get("")!.count;
  };
  const [greedy, even] = [await largest(0.5), await largest(200)];
  assert.ok(greedy > 0.6 && even < 0.3, `the branch most visited has ${greedy} and ${even} of the turns`);
});

test("the network brings a new state's value nearer to the mean of its completions, by 4 standard errors (seeds 1 to 20)", async () => {
  const space = tinySpace(5, 4);
  const score = separableValidation(space);
  const error = async (rollouts: number, seed: number) => {
    const tried = await tryController(alphax, { space, seed, options: { rollouts, c: 100 } });
    tried.search(60);
    const before = treeOf(tried);
    tried.search(60);
    const fresh = [...treeOf(tried)].filter(([state, { count }]) => count === 1 && !before.has(state) && state.split(",").length < 4);
    const errors = fresh.map(([state, { mean }]) => Math.abs(mean - meanBelow(space, score, state.split(",").map(Number))));
    return errors.reduce((a, b) => a + b, 0) / errors.length;
  };
  const gains: number[] = [];
  for (let seed = 1; seed <= 20; seed++) gains.push((await error(0, seed)) - (await error(10, seed)));
  const mean = gains.reduce((x, y) => x + y) / 20;
  const deviation = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / 19 / 20);
  assert.ok(mean > 4 * deviation && mean > 1, `${mean} ± ${deviation}`);
});

/** The mean of all architectures that begin so. */
function meanBelow(space: Space, score: (architecture: Architecture) => number, state: Architecture): number {
  if (state.length === space.length) return score(state);
  return space.operations.reduce((sum, _, operation) => sum + meanBelow(space, score, [...state, operation]), 0) / space.operations.length;
}

test("a beginning that the normal form of the space does not keep leaves the tree", async () => {
  const plain = tinySpace(4, 3);
  const normal = (architecture: Architecture) => (architecture[1] === 0 ? architecture.with(1, 1) : architecture);
  const space: Space = {
    ...plain,
    sample: (rng) => normal(plain.sample(rng)),
    contains: (architecture) => plain.contains(architecture) && architecture[1] !== 0,
    modify: (architecture, modifications) => normal(plain.modify(architecture, modifications)),
  };
  const tried = await tryController(alphax, { space });
  for (const { architecture } of tried.search(30)) assert.ok(space.contains(architecture), space.encode(architecture));
  assert.ok(saved(tried).closed.some((state) => /^\d,0$/.test(state)));
  assert.not(saved(tried).tree.some(([state]) => /^\d,0/.test(state)));
});

test("of architectures that compute the same function one is evaluated; the turns of the others are free, and go into the tree", async () => {
  const plain = tinySpace(4, 3);
  const space: Space = { ...plain, functionKey: (architecture) => plain.encode(architecture.toSorted((a, b) => a - b)) };
  const score = (architecture: Architecture) => 50 + architecture.reduce((a, b) => a + b);
  const tried = await tryController(alphax, { space, score });
  const proposals = tried.search(15).map(({ architecture }) => space.functionKey(architecture));
  assert.is(new Set(proposals).size, 15, "there are no more functions");
  assert.ok(treeOf(tried).get("")!.count > 15);
  assert.ok(proposals.includes(space.functionKey(tried.search(1)[0]!.architecture)), "then it repeats one");
});

test("what others proposed is learned, and goes into the tree", async () => {
  const tried = await tryController(alphax);
  for (let times = 0; times < 2; times++)
    tried.controller.observe({ architecture: tried.space.decode("2-0-1-0-0"), score: 80, reward: 80 });
  assert.equal(saved(tried).tree, [
    ["", { count: 2, mean: 80 }],
    ["2", { count: 1, mean: 80 }],
  ]);
});

test.run();
