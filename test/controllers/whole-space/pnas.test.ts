import { suite } from "uvu";
import * as assert from "uvu/assert";
import pnas from "../../../controllers/whole-space/pnas.ts";
import { Engine } from "../../../core/engine/engine.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const test = suite("controllers/pnas");
for (const [title, run] of controllerContract(pnas)) test(title, run);
for (const [title, run] of controllerContract(pnas, { features: "computed" })) test(`${title} (computed)`, run);
for (const [title, run] of optimumContract(pnas, { queries: 150 })) test(title, run);

const sizeOf = (architecture: Architecture) => architecture.filter((operation) => operation !== 0).length;
const OPTIONS = { features: "choices" as const, k: 25, neutral: "", members: 5, hidden: 32, epochs: 25, learningRate: 0.01 };

test("a level later one more component has grown, and at most k of a level are evaluated; then nothing is new twice", async () => {
  const { space, search } = await tryController(pnas, { options: { k: 6 } });
  const proposals = search(80).map(({ architecture }) => architecture);
  const sizes = proposals.map(sizeOf);
  assert.equal(
    sizes.slice(0, 30),
    [1, 2, 3, 4, 5].flatMap((size) => Array<number>(6).fill(size)),
  );
  assert.is(new Set(proposals.map(space.encode)).size, 80);
});

test("each architecture of a level is one of the k best of the level before, grown by one component", async () => {
  const space = tinySpace(5, 4);
  const { search } = await tryController(pnas, { space, options: { k: 5 } });
  const score = separableValidation(space);
  const proposals = search(25).map(({ architecture }) => architecture);
  for (let level = 1; level < 5; level++) {
    const parents = proposals.slice(5 * level - 5, 5 * level);
    for (const child of proposals.slice(5 * level, 5 * level + 5))
      assert.ok(parents.some((parent) => parent.every((operation, l) => operation === 0 || operation === child[l])));
  }
  const mean = (from: number) => proposals.slice(from, from + 5).reduce((sum, a) => sum + score(a), 0) / 5;
  assert.ok(mean(20) > mean(0), "what grew is worth more than what it grew from");
});

test("the predictor ranks: of the second level it evaluates better ones than chance would, by 4 standard errors (seeds 1 to 20)", async () => {
  const space = tinySpace(6, 5);
  const score = separableValidation(space);
  const children: number[] = [];
  for (let a = 0; a < 6; a++)
    for (let b = 0; b < a; b++)
      for (let i = 1; i < 5; i++) for (let j = 1; j < 5; j++) children.push(score([0, 0, 0, 0, 0, 0].with(a, i).with(b, j)));
  const chance = children.reduce((x, y) => x + y) / children.length;
  const gains: number[] = [];
  for (let seed = 1; seed <= 20; seed++) {
    const { search } = await tryController(pnas, { space, seed, options: { k: 24 } });
    const chosen = search(48)
      .slice(24)
      .map(({ architecture }) => score(architecture));
    gains.push(chosen.reduce((x, y) => x + y) / 24 - chance);
  }
  const mean = gains.reduce((x, y) => x + y) / 20;
  const error = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / 19 / 20);
  assert.ok(mean > 4 * error && mean > 5, `${mean} ± ${error}`);
});

test("of cells that compute the same function one is evaluated, and the others grow on all the same", async () => {
  const options = {
    channels: 16,
    cellsPerStage: 5,
    stages: 3,
    reduction: "residual",
    imageSize: 32,
    imageChannels: 3,
    classes: 10,
  } as const;
  const space = nasBench201.create(options, {});
  const score = (cell: Architecture) => (space.functionKey(cell).includes("nor_conv") ? 60 + cell[3]! : 10);
  const { search } = await tryController(pnas, { space, score });
  const proposals = search(150).map(({ architecture }) => architecture);
  assert.is(new Set(proposals.map((cell) => space.functionKey(cell))).size, 150);
  const first = proposals.findIndex((cell) => sizeOf(cell) > 1);
  assert.ok(first < 10, `of the 24 cells of one edge most are dead: ${first} were evaluated`);
  assert.ok(proposals.some((cell) => sizeOf(cell) === 6));
});

test("a level that fails as a whole ends the growth: the search goes on with neighbours of what did not fail", async () => {
  const { search } = await tryController(pnas, {
    options: { k: 15 },
    score: (architecture) => (sizeOf(architecture) === 2 ? Number.NaN : 50 + sizeOf(architecture)),
  });
  const proposals = search(40).map(({ architecture }) => sizeOf(architecture));
  assert.equal(proposals.slice(0, 30), [...Array<number>(15).fill(1), ...Array<number>(15).fill(2)]);
  assert.ok(proposals.slice(30).every((size) => size <= 2));
});

test("other components than the first can be neutral; an unknown one is refused", async () => {
  const { search } = await tryController(pnas, { space: tinySpace(5, 4), options: { neutral: "operation 2" } });
  for (const { architecture } of search(15)) assert.is(architecture.filter((operation) => operation === 2).length, 4);
  const create = () =>
    pnas.create(
      { ...OPTIONS, neutral: "operatoin 2" },
      { space: tinySpace(5, 4), rng: randomStream(1, "/controller"), engine: new Engine() },
    );
  assert.throws(create, /Cannot use "operatoin 2" as neutral.*\n.*Did you mean "operation 2"/);
});

test("it learns also from what others proposed", async () => {
  const { controller, space } = await tryController(pnas, { options: { k: 15 } });
  const given = space.decode("2-0-0-0-0");
  controller.observe({ architecture: given, score: 70, reward: 70 });
  const proposals = Array.from({ length: 14 }, () => controller.propose().architecture);
  assert.ok(proposals.every((architecture) => sizeOf(architecture) === 1 && space.encode(architecture) !== "2-0-0-0-0"));
});

test.run();
