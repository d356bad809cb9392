import { suite } from "uvu";
import * as assert from "uvu/assert";
import alphax from "../../../controllers/whole-space/alphax.ts";
import type { Proposal } from "../../../core/plugin/controller.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const test = suite("controllers/alphax");
for (const [title, run] of controllerContract(alphax)) test(title, run);
for (const [title, run] of optimumContract(alphax, { queries: 300, found: 0.9 })) test(title, run);

const texts = (proposals: readonly Proposal[]) => proposals.map(({ architecture }) => architecture.join("-"));
const firsts = (proposals: readonly Proposal[]) => proposals.map(({ architecture }) => architecture[0]!);

test("each operation is tried before any is tried again", async () => {
  const [, ...second] = firsts((await tryController(alphax)).search(5));
  assert.equal(second.sort(), [0, 1, 2, 3]);
});

test("the weight of exploration decides how evenly the branches are visited", async () => {
  const largest = async (c: number) => {
    const branches = firsts((await tryController(alphax, { options: { c } })).search(100));
    return Math.max(...[0, 1, 2, 3].map((operation) => branches.filter((branch) => branch === operation).length)) / 100;
  };
  const [greedy, even] = [await largest(0.5), await largest(200)];
  assert.ok(greedy > 0.6 && even < 0.3, `the branch most visited has ${greedy} and ${even} of the turns`);
});

test("with the network new states are judged better: 40 proposals after 400 outcomes of others are, by 4 standard errors (seeds 1 to 100)", async () => {
  const space = tinySpace(8, 5);
  const score = separableValidation(space);
  const worth = async (rollouts: number, seed: number) => {
    const { controller, search } = await tryController(alphax, { space, seed, options: { rollouts, every: 400, c: 0 } });
    const rng = randomStream(seed, "/others");
    for (let i = 0; i < 400; i++) {
      const architecture = space.sample(rng);
      controller.observe({ architecture, score: score(architecture), reward: score(architecture) });
    }
    return search(40).reduce((sum, { architecture }) => sum + score(architecture), 0) / 40;
  };
  const gains: number[] = [];
  for (let seed = 1; seed <= 100; seed++) gains.push((await worth(10, seed)) - (await worth(0, seed)));
  const mean = gains.reduce((x, y) => x + y) / 100;
  const error = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / 99 / 100);
  assert.ok(mean > 4 * error, `${mean} ± ${error}`);
});

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
  const proposals = tried.search(54);
  for (const { architecture } of proposals) assert.ok(space.contains(architecture), space.encode(architecture));
  assert.is(new Set(texts(proposals)).size, 54, "all of the space is found below the others");
});

test("of architectures that compute the same function one is evaluated; the turns of the others are free", async () => {
  const plain = tinySpace(4, 3);
  const space: Space = { ...plain, functionKey: (architecture) => plain.encode(architecture.toSorted((a, b) => a - b)) };
  const score = (architecture: Architecture) => 50 + architecture.reduce((a, b) => a + b);
  const tried = await tryController(alphax, { space, score });
  const proposals = tried.search(15).map(({ architecture }) => space.functionKey(architecture));
  assert.is(new Set(proposals).size, 15, "there are no more functions");
  assert.ok(proposals.includes(space.functionKey(tried.search(1)[0]!.architecture)), "then it repeats one");
});

test("what others proposed is learned, and goes into the tree: their branch has been tried, and others come first", async () => {
  const { controller, space, search } = await tryController(alphax);
  for (let times = 0; times < 2; times++) controller.observe({ architecture: space.decode("2-0-1-0-0"), score: 80, reward: 80 });
  assert.equal(firsts(search(3)).sort(), [0, 1, 3]);
});

test.run();
