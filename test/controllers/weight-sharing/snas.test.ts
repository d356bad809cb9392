import { suite } from "uvu";
import * as assert from "uvu/assert";
import snas from "../../../controllers/weight-sharing/snas.ts";
import { gumbelNoise, gumbelSoftmax, throughGumbelSoftmax } from "../../../core/weight-sharing/relaxation.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { tinySpace } from "../../fixtures.ts";
import { assertResumes, methodOf, toyFor, trainedFor } from "../../support/weight-sharing-methods.ts";

const space = tinySpace(3, 4);
const test = suite("controllers/snas");
for (const [title, run] of controllerContract(snas)) test(title, run);
const alphaOf = (saved: readonly number[]) => [0, 4, 8].map((at) => saved.slice(at, at + 4));

test("a draw is the Gumbel softmax at the temperature of its epoch, which falls linearly from the first to the last", async () => {
  const method = await methodOf(snas, { space, options: { firstTemperature: 10, lastTemperature: 1 } });
  const weights = toyFor(method, { space }, 4, { steps: 1 });
  for (const [epoch, temperature] of [
    [1, 10],
    [2, 7],
    [4, 1],
  ] as const) {
    const alpha = alphaOf(method.save());
    await trainedFor(method, weights, epoch, epoch);
    weights.begin(epoch); // the same draws again
    const expected = alpha.map((edge) => gumbelSoftmax(edge, gumbelNoise(4, weights.rng), temperature));
    assert.equal(weights.asked.at(-1)!.mixture, expected);
  }
});

test("on one level, weights and α learn from one pass: α's first step is Adam's along the gradient through the draw", async () => {
  const method = await methodOf(snas, { space, options: { weightDecay: 0 } });
  const weights = toyFor(method, { space }, 1, { steps: 1, noise: 0 });
  const before = method.save();
  let gradient: readonly (readonly number[])[] = [];
  const { learn } = weights;
  weights.learn = async (...asked) => {
    const judged = await learn(...asked);
    gradient = judged[0]!.gradient;
    return judged;
  };
  await trainedFor(method, weights, 1, 1);
  assert.equal(
    weights.asked.map(({ to, images }) => [to, images.of]),
    [["learn", "weights"]],
  );
  const q = weights.asked[0]!.mixture;
  const slopes = q.flatMap((edge, e) => throughGumbelSoftmax(edge, gradient[e]!, 1));
  for (const [i, slope] of slopes.entries()) {
    const expected = before[i]! - (3e-4 * slope) / (Math.abs(slope) + 1e-8);
    assert.ok(Math.abs(method.save()[i]! - expected) < 1e-12, `parameter ${i}`);
  }
});

test("on two levels α learns first, from its own images and by a draw of its own", async () => {
  const method = await methodOf(snas, { space, options: { level: "two" } });
  const weights = toyFor(method, { space }, 1, { steps: 2 });
  await trainedFor(method, weights, 1, 1);
  assert.equal(
    weights.asked.map(({ to, images }) => `${to} ${images.of}`),
    ["judge architecture", "learn weights", "judge architecture", "learn weights"],
  );
  assert.is(new Set(weights.asked.map(({ mixture }) => mixture.join())).size, 4);
});

test("each level is as long as it was published: 150 epochs of CIFAR-10 in batches of 64, or 100 of half of it", async () => {
  for (const [level, epochs, images] of [
    ["one", 150, 50_000],
    ["two", 100, 25_000],
  ] as const) {
    const { schedule, publishedSteps } = await methodOf(snas, { space, options: { level } });
    assert.is(schedule.epochs, epochs);
    assert.is(publishedSteps, epochs * Math.ceil(images / 64));
  }
});

test("at the last temperature operations vanish from the mixture, and gradients stay finite", async () => {
  const method = await methodOf(snas, { space, options: { firstTemperature: 1e-4, lastTemperature: 1e-4 } });
  const weights = toyFor(method, { space }, 2);
  await trainedFor(method, weights, 1, 2);
  assert.ok(weights.asked.some(({ mixture }) => mixture.flat().includes(0)));
  assert.ok(method.save().every(Number.isFinite));
});

test("a search that was interrupted goes on to the same bits", async () => {
  for (const level of ["one", "two"]) await assertResumes(snas, { space, options: { level } });
});

test.run();
