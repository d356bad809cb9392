import { suite } from "uvu";
import * as assert from "uvu/assert";
import dsnas, { scoreGradient } from "../../../controllers/weight-sharing/dsnas.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { softmax, throughSoftmax } from "../../../core/weight-sharing/relaxation.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { tinySpace } from "../../fixtures.ts";
import { assertResumes, methodOf, toyFor, trainedFor } from "../../support/weight-sharing-methods.ts";

const space = tinySpace(3, 4);
const open = toyOpenNetwork(space);
const test = suite("controllers/dsnas");
for (const [title, run] of controllerContract(dsnas)) test(title, run);

/** α and g of the golden values. */
const p = softmax([0, 1, 2, -1, 0.5]);
const g = [1, -2, 0.5, 3, 0];
const near = (found: readonly number[], expected: readonly number[], tolerance: number) => {
  assert.is(found.length, expected.length);
  for (const [k, value] of expected.entries()) assert.ok(Math.abs(found[k]! - value) <= tolerance, `${k}: ${found[k]}, not ${value}`);
};

test("an edge's gradient is R (onehot(k) − p), which sums to 0", () => {
  const [edge] = scoreGradient([p], [2], [[Number.NaN, Number.NaN, 0.7, Number.NaN, Number.NaN]]) as [number[]];
  near(edge, [-0.053338, -0.144987, 0.305885, -0.019622, -0.087939], 1e-6);
  near([edge.reduce((a, b) => a + b)], [0], 1e-15);
});

test("its mean over what is drawn is the gradient of DARTS, by enumeration", () => {
  const mean = p.map(() => 0);
  for (const [k, probability] of p.entries())
    for (const [i, slope] of scoreGradient([p], [k], [g])[0]!.entries()) mean[i]! += probability * slope;
  near(mean, throughSoftmax(p, g), 1e-15);
  near(mean, [0.074097, -0.419955, 0.265998, 0.083321, -0.003461], 1e-6);
});

test("where the zero operation was drawn, R is 0, and nothing is learnt", () => {
  near(scoreGradient([p], [0], [[0, Number.NaN, Number.NaN, Number.NaN, Number.NaN]])[0]!, [0, 0, 0, 0, 0], 0);
});

test("each step trains one path of the probabilities, and nothing else: weights and α learn from one batch", async () => {
  const method = await methodOf(dsnas, { space });
  const weights = toyFor(method, { space }, 2);
  const before = method.save();
  await trainedFor(method, weights, 1, 2);
  assert.is(weights.asked.length, 6);
  assert.ok(weights.asked.every(({ to }) => to === "learn"));
  assert.not.equal(method.save(), before);
  const frozen = await methodOf(dsnas, { space, options: { frozen: 0.5 } });
  const first = frozen.save();
  await trainedFor(frozen, toyFor(frozen, { space }, 4), 1, 2);
  assert.equal(frozen.save(), first);
  await trainedFor(frozen, toyFor(frozen, { space }, 4), 3, 3);
  assert.not.equal(frozen.save(), first);
});

test("an edge whose two likeliest operations are apart is fixed: every epoch begins with what it was then", async () => {
  const alphaOf = (saved: readonly number[]) => [0, 4, 8].map((at) => saved.slice(at, at + 4));
  const method = await methodOf(dsnas, { space, options: { fixAt: 0.2 } });
  const saved = method.save();
  const apart = [2, 1, 1, 1]; // 0.475 and 0.175
  method.restore([...saved.slice(0, 4), ...apart, ...saved.slice(8)]);
  const busy = toyFor(method, { space }, 9, { rateFactor: 10 });
  await trainedFor(method, busy, 1, 1);
  const drifted = alphaOf(method.save());
  assert.not.equal(drifted[1], apart, "within an epoch it drifts");
  const idle = toyFor(method, { space }, 9, { steps: 0 });
  await trainedFor(method, idle, 2, 2);
  assert.equal(alphaOf(method.save()), [drifted[0], apart, drifted[2]]);
  const never = await methodOf(dsnas, { space, options: { fixAt: 1 } });
  never.restore([...saved.slice(0, 4), ...apart, ...saved.slice(8)]);
  await trainedFor(never, busy, 1, 1);
  const free = alphaOf(never.save());
  await trainedFor(never, idle, 2, 2);
  assert.equal(alphaOf(never.save()), free);
});

test("a fixed edge has its operation in every path and in the answer, wherever its α goes", async () => {
  const method = await methodOf(dsnas, { space });
  const apart = [3, 1, 1, 1];
  method.restore([...method.save().slice(0, 4), ...apart, ...method.save().slice(8)]);
  const dear = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]; // what that operation costs
  const weights = toyFor(method, { space }, 2, { train: { c: dear }, noise: 0, steps: 40, rateFactor: 200 });
  const [standing] = await trainedFor(method, weights, 1, 1);
  const now = method.save().slice(4, 8);
  assert.ok(now[0]! < now[1]!, `${now}`);
  for (const { mixture } of weights.asked) assert.equal(mixture[1], [1, 0, 0, 0]);
  assert.equal(standing!.probabilities[1], softmax(apart));
  assert.is((await method.rank(weights, open))[0]![1], 0);
});

test("α of each edge begins at 1, give or take a hundredth; the answer is the likeliest of each edge, none included", async () => {
  const method = await methodOf(dsnas, { space });
  for (const value of method.save().slice(0, 12)) assert.ok(Math.abs(value - 1) < 0.05 && value !== 1, `${value}`);
  const weights = toyFor(method, { space }, 1);
  method.restore([...[9, 1, 1, 1], ...[9, 1, 1, 1], ...[9, 1, 1, 1], ...method.save().slice(12)]);
  assert.equal((await method.rank(weights, open))[0], [0, 0, 0]);
});

test("on NAS-Bench-201 the answer can be the cell of six times none", async () => {
  const options = { channels: 2, cellsPerStage: 1, stages: 1, reduction: "pool", imageSize: 4, imageChannels: 1, classes: 2 };
  const cells = nasBench201.create(options as never, {} as never) as Space;
  const setting = { space: cells, open: cells.open!() };
  const method = await methodOf(dsnas, setting);
  method.restore([...Array.from({ length: 6 }, () => [2, 1, 1, 1, 1]).flat(), ...method.save().slice(30)]);
  const ranked = await method.rank(toyFor(method, setting, 1), setting.open);
  assert.is(cells.encode(ranked[0]!), "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|");
  assert.is(ranked.length, 100);
});

test("a search that was interrupted goes on to the same bits, its fixed edges too", async () => {
  await assertResumes(dsnas, { space });
  await assertResumes(dsnas, { space, options: { fixAt: 0.002 } });
});

test.run();
