import { suite } from "uvu";
import * as assert from "uvu/assert";
import bananas from "../../../controllers/whole-space/bananas.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { distanceBetween, separableValidation, tinySpace } from "../../fixtures.ts";

const test = suite("controllers/bananas");
for (const [title, run] of controllerContract(bananas)) test(title, run);
for (const [title, run] of controllerContract(bananas, { features: "computed" })) test(`${title} (computed)`, run);
for (const [title, run] of controllerContract(bananas, { acquisition: "upper-confidence" })) test(`${title} (upper-confidence)`, run);
for (const [title, run] of optimumContract(bananas, { queries: 150 })) test(title, run);

/** A tiny space whose paths are the operations of neighbouring components; "0" cuts them. */
function withPaths(length: number, operations: number): Space {
  const space = tinySpace(length, operations);
  return {
    ...space,
    paths: {
      count: length * operations ** 2,
      most: length - 1,
      of: (architecture) =>
        architecture
          .slice(1)
          .map((operation, l) => (l * operations + operation) * operations + architecture[l]!)
          .filter((_, l) => architecture[l] !== 0 && architecture[l + 1] !== 0),
    },
  };
}

test("after the random ones, it proposes rounds of what is near the best or looks good, and nothing twice", async () => {
  const space = tinySpace(6, 5);
  const score = separableValidation(space);
  const { search } = await tryController(bananas, { space, options: { random: 0, parents: 1 } });
  const proposals = search(110).map(({ architecture }) => architecture);
  assert.is(new Set(proposals.map(space.encode)).size, 110);
  const mean = (from: number) => proposals.slice(from, from + 10).reduce((sum, a) => sum + score(a), 0) / 10;
  assert.ok(mean(100) > mean(0) + 10, `${mean(0)}, ${mean(100)}`);
  const best = proposals.slice(0, 10).reduce((a, b) => (score(b) > score(a) ? b : a));
  const away = proposals.slice(10, 20).map((architecture) => distanceBetween(architecture, best));
  assert.ok(away.filter((distance) => distance <= 2).length > away.filter((distance) => distance > 2).length, away.join());
});

test("the ensemble ranks: the first round is better than mutations of the best by chance, by 4 standard errors (seeds 1 to 20)", async () => {
  const space = tinySpace(6, 5);
  const score = separableValidation(space);
  const gains: number[] = [];
  for (let seed = 1; seed <= 20; seed++) {
    const meanOf = async (options: object) => {
      const { search } = await tryController(bananas, { space, seed, options: { initial: 60, random: 0, ...options } });
      const round = search(70).slice(60);
      return round.reduce((sum, { architecture }) => sum + score(architecture), 0) / round.length;
    };
    gains.push((await meanOf({})) - (await meanOf({ candidates: 10 }))); // of ten draws nothing is chosen
  }
  const mean = gains.reduce((x, y) => x + y) / 20;
  const error = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / 19 / 20);
  assert.ok(mean > 4 * error && mean > 5, `${mean} ± ${error}`);
});

test("paths, choices, Thompson's draws and upper confidence choose otherwise; without paths choices are seen", async () => {
  const proposed = async (space: Space, options: object) =>
    (await tryController(bananas, { space, options })).search(40).map(({ architecture }) => space.encode(architecture));
  const space = withPaths(5, 4);
  const paths = await proposed(space, {});
  const choices = await proposed(space, { features: "choices" });
  assert.not.equal(paths, choices);
  assert.equal(await proposed(tinySpace(5, 4), {}), choices);
  assert.not.equal(await proposed(space, { acquisition: "upper-confidence" }), paths);
});

test("a round can be proposed as a whole before the first outcome, and what is under way is not proposed again", async () => {
  const { controller, space, search } = await tryController(bananas);
  assert.is(controller.concurrency, 10);
  const before = search(10).map(({ architecture }) => architecture);
  const round = Array.from({ length: 30 }, () => controller.propose().architecture);
  assert.is(new Set([...before, ...round].map(space.encode)).size, 40);
});

test("where the space is exhausted it goes on with what is known", async () => {
  const { search, space } = await tryController(bananas, { space: tinySpace(2, 3), options: { initial: 2, perRound: 4 } });
  const proposals = search(30).map(({ architecture }) => space.encode(architecture));
  assert.is(new Set(proposals.slice(0, 9)).size, 9);
});

test("what others evaluated counts as observed: with enough of it nothing random is proposed first", async () => {
  const space = tinySpace(5, 4);
  const { controller } = await tryController(bananas, { space, options: { random: 0, parents: 1 } });
  const best = [0, 1, 2, 3, 0];
  const given = [best, ...[0, 1, 2, 3].flatMap((operation) => [1, 2, 3].map((l) => [3, 3, 1, 0, 2].with(l, operation)))];
  for (const architecture of given) controller.observe({ architecture, score: 0, reward: architecture === best ? 90 : 50 });
  const proposals = Array.from({ length: 10 }, () => controller.propose().architecture);
  const near = proposals.filter((architecture) => distanceBetween(architecture, best) <= 2).length;
  assert.ok(near >= 5, `${near} of the first round are near the best`);
  for (const architecture of proposals) assert.ok(!given.some((known) => distanceBetween(known, architecture) === 0));
});

test.run();
