import { suite } from "uvu";
import * as assert from "uvu/assert";
import ofaEvolution from "../../../controllers/whole-space/ofa-evolution.ts";
import type { EvokeError } from "../../../core/errors/index.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { tinySpace } from "../../fixtures.ts";

const test = suite("controllers/ofa-evolution");
const few = { population: 20, parents: 0.25, mutated: 0.5, mutation: 0.3 };
for (const [title, run] of controllerContract(ofaEvolution, few)) test(title, run);
for (const [title, run] of optimumContract(ofaEvolution, { options: few, found: 0.9 })) test(title, run);

const within = (count: number, n: number, p: number) => Math.abs(count - n * p) < 4 * Math.sqrt(n * p * (1 - p));
const long = tinySpace(20, 4);
/** A controller whose first generation were these, each with its reward. */
async function after(generation: readonly (readonly [architecture: readonly number[], reward: number])[], options: object, seed = 1) {
  const tried = await tryController(ofaEvolution, { space: long, options: { population: generation.length, ...options }, seed });
  for (const [architecture, reward] of generation) {
    tried.controller.propose();
    tried.controller.observe({ architecture, score: reward, reward });
  }
  return tried;
}
const all = (operation: number) => Array.from({ length: 20 }, () => operation);

test("the best quarter has the children, half of them mutated, half crossed, and lives on beside them", async () => {
  const generation = Array.from({ length: 8 }, (_, i) => [all(i % 4), i] as const);
  const { controller } = await after(generation, { parents: 0.25, mutation: 0 }); // the best are 7, all 3s, and 6, all 2s
  const children = Array.from({ length: 8 }, () => {
    const { architecture } = controller.propose();
    controller.observe({ architecture: all(0), score: 0, reward: 0 }); // whatever was proposed
    return architecture;
  });
  for (const child of children.slice(0, 4)) assert.is(new Set(child).size, 1, "a mutation without a change is its parent");
  for (const child of children) assert.ok(child.every((operation) => operation >= 2));
  assert.ok(
    children.slice(4).some((child) => new Set(child).size === 2),
    "a crossing has components of both",
  );
  const grandchild = controller.propose().architecture;
  assert.ok(
    grandchild.every((operation) => operation >= 2),
    "parents that are better than their children stay",
  );
});

test("a mutation draws each component anew with the probability given, a crossing takes it from either, within 4 standard errors (seed 3)", async () => {
  const n = 20 * 300;
  const mutated = await after([[all(0), 1]], { parents: 1, mutated: 1, mutation: 0.2 }, 3);
  const crossed = await after(
    [
      [all(0), 1],
      [all(1), 1],
    ],
    { parents: 1, mutated: 0 },
    3,
  );
  let [changed, second] = [0, 0];
  for (let q = 0; q < 300; q++) {
    changed += mutated.controller.propose().architecture.filter((operation) => operation !== 0).length;
    mutated.controller.observe({ architecture: all(0), score: 1, reward: 1 });
    second += crossed.controller.propose().architecture.filter((operation) => operation === 1).length;
  }
  assert.ok(within(changed, n, 0.2 * 0.75), `${changed}`);
  // The parents may be one and the same, so that components of a child are not independent: 300 children, each of mean 10 and variance at most 55.
  assert.ok(Math.abs(second - n / 2) < 4 * Math.sqrt(300 * 55), `${second}`);
});

test("only what is feasible is proposed, as long as it can be drawn", async () => {
  const feasible = (architecture: readonly number[]) => architecture[0] === 1;
  const { search } = await tryController(ofaEvolution, { options: few, feasible });
  for (const { architecture } of search(100)) assert.is(architecture[0], 1);
});

test("where nothing is feasible it says so", async () => {
  const { controller } = await tryController(ofaEvolution, { options: few, feasible: () => false });
  assert.throws(
    () => controller.propose(),
    (error: EvokeError) => error.code === "LIMITS_UNMET",
  );
});

test("what is not feasible, and comes from elsewhere, has no children", async () => {
  const options = { population: 1, parents: 1, mutated: 1, mutation: 0 };
  for (const limited of [true, false]) {
    const feasible = (architecture: readonly number[]) => !limited || architecture[0] !== 3;
    const { controller } = await tryController(ofaEvolution, { space: long, options, feasible });
    controller.propose();
    controller.observe({ architecture: all(1), score: 1, reward: 1 });
    controller.observe({ architecture: all(3), score: 99, reward: 99 });
    assert.equal(controller.propose().architecture, limited ? all(1) : all(3));
  }
});

test("what failed has no children", async () => {
  const { controller } = await after(
    [
      [all(1), 1],
      [all(3), Number.NaN],
    ],
    { parents: 0.5, mutated: 1, mutation: 0 },
  );
  assert.equal(controller.propose().architecture, all(1));
});

test.run();
