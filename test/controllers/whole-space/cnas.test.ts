import { suite } from "uvu";
import * as assert from "uvu/assert";
import cnas from "../../../controllers/whole-space/cnas.ts";
import type { Proposal } from "../../../core/plugin/controller.ts";
import { tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { policyContract } from "../../contracts/policy.ts";
import { tinySpace } from "../../fixtures.ts";
import { BATCHES } from "../../when.ts";

const test = suite("controllers/cnas");
/** For landscapes of a few hundred queries; with the defaults it learns too slowly to be seen there. */
const fast = { hidden: 32, learningRate: 0.01, weightDecay: 0, baselineDecay: 0.9 };
for (const [title, run] of policyContract(cnas, {}, BATCHES)) test(title, run);
for (const [title, run] of optimumContract(cnas, {
  options: fast,
  queries: 400,
  found: 0.9,
}))
  test(title, run);

const operationsIn = (proposals: readonly Proposal[]) => [...new Set(proposals.flatMap(({ architecture }) => architecture))].sort();
/** So slow that it goes on sampling about uniformly. */
const idle = { hidden: 16, learningRate: 1e-6 };

test("it begins with two operations, and each stage offers one more, in the space's order or a random one", async () => {
  const stages = async (options: object, seed: number) => {
    const { search } = await tryController(cnas, { space: tinySpace(6, 5), seed, options: { ...idle, stage: 30, ...options } });
    return Array.from({ length: 5 }, () => operationsIn(search(30)));
  };
  const all = [0, 1, 2, 3, 4];
  assert.equal(await stages({ order: "space" }, 1), [[0, 1], [0, 1, 2], [0, 1, 2, 3], all, all]);
  const begins = new Set<string>();
  for (let seed = 1; seed <= 20; seed++) {
    const offered = await stages({}, seed);
    assert.equal(
      offered.map(({ length }) => length),
      [2, 3, 4, 5, 5],
    );
    for (let i = 1; i < 5; i++) assert.ok(offered[i - 1]!.every((operation) => offered[i]!.includes(operation)));
    begins.add(offered[0]!.join());
  }
  assert.ok(begins.size > 5, [...begins].join(" "));
});

test("a new operation is about as likely as an average one, within 4 standard errors and 0.02 (seed 1)", async () => {
  const { search } = await tryController(cnas, { space: tinySpace(6, 5), options: { ...idle, order: "space", stage: 50 } });
  search(50);
  const choices = search(50).flatMap(({ architecture }) => architecture);
  const share = choices.filter((operation) => operation === 2).length / choices.length;
  assert.ok(Math.abs(share - 1 / 3) < 4 * Math.sqrt(2 / 9 / choices.length) + 0.02, `${share}`);
});

test("what it has learned is carried over: an operation that did not pay stays rare in the next stage (seeds 1 to 5)", async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const { search } = await tryController(cnas, {
      seed,
      options: { ...fast, order: "space", stage: 150 },
      score: (architecture) => 50 + 5 * architecture.filter((operation) => operation !== 0).length,
    });
    search(150);
    const next = search(20).flatMap(({ architecture }) => architecture);
    const share = next.filter((operation) => operation === 0).length / next.length;
    assert.ok(share < 0.2, `${share}, where a third would be average`);
    assert.ok(next.includes(2));
  }
});

test.run();
