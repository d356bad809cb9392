import { suite } from "uvu";
import * as assert from "uvu/assert";
import darts from "../../../controllers/weight-sharing/darts.ts";
import { softmax } from "../../../core/weight-sharing/relaxation.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { tinySpace } from "../../fixtures.ts";
import { alphaOf, assertResumes, methodOf, near, slopesOf, toyFor, trainedFor, withAlpha } from "../../support/weight-sharing-methods.ts";

const space = tinySpace(1, 5);
const open = toyOpenNetwork(space);
const ALPHA = [0, 1, 2, -1, 0.5];
const G = [1, -2, 0.5, 3, 0];

const test = suite("controllers/darts");
for (const [title, run] of controllerContract(darts)) test(title, run);

test("every operation is mixed by the softmax of α, for the weights and for the architecture", async () => {
  const method = await methodOf(darts, { space });
  method.restore(withAlpha(ALPHA));
  const weights = toyFor(method, { space }, 1, { steps: 1 });
  const [standing] = await trainedFor(method, weights, 1, 1);
  for (const { mixture } of weights.asked) assert.equal(mixture, [softmax(ALPHA)]);
  assert.equal(standing!.probabilities, [softmax(alphaOf(method.save(), 5))]);
});

test("α begins within a few thousandths of 0, and its gradient is p (g − p·g)", async () => {
  const method = await methodOf(darts, { space, options: { weightDecay: 0 } });
  assert.ok(alphaOf(method.save(), 5).every((value) => value !== 0 && Math.abs(value) < 6e-3));
  method.restore(withAlpha(ALPHA));
  await trainedFor(method, toyFor(method, { space }, 1, { steps: 1, validation: { c: G }, noise: 0 }), 1, 1);
  near(slopesOf(method.save(), 5), [0.074097, -0.419955, 0.265998, 0.083321, -0.003461], 1e-6);
});

test("a step is the learning rate times what keeps the reach", async () => {
  const method = await methodOf(darts, { space, options: { learningRate: 0.01, weightDecay: 0 } });
  method.restore(withAlpha(ALPHA));
  await trainedFor(method, toyFor(method, { space }, 1, { steps: 1, validation: { c: G }, noise: 0, rateFactor: 3 }), 1, 1);
  near(alphaOf(method.save(), 5), [-0.03, 1.03, 1.97, -1.03, 0.53], 1e-6);
});

test("weights learn first in the first order, the architecture in the second, unless it is said", async () => {
  const began = async (options: object) => {
    const method = await methodOf(darts, { space, options });
    const weights = toyFor(method, { space }, 1, { steps: 1 });
    await trainedFor(method, weights, 1, 1);
    return weights.asked.map(({ to, images: { of } }) => `${to} ${of}`);
  };
  const judged = "judge architecture";
  assert.equal(await began({}), ["learn weights", judged]);
  assert.equal(await began({ first: "architecture" }), [judged, "learn weights"]);
  const ahead = ["learn weights", judged, "judge weights", "judge weights"];
  assert.equal(await began({ order: 2 }), [...ahead, "learn weights"]);
  assert.equal(await began({ order: 2, first: "weights" }), ["learn weights", ...ahead]);
});

test("an edge keeps its likeliest operation, none included", async () => {
  const method = await methodOf(darts, { space: tinySpace(6, 5) });
  method.restore(withAlpha(Array.from({ length: 6 }, () => [5, 1, 2, 3, 4]).flat()));
  const wide = toyOpenNetwork(tinySpace(6, 5));
  assert.equal((await method.rank(toyFor(method, { space: tinySpace(6, 5) }, 1), wide))[0], [0, 0, 0, 0, 0, 0]);
});

test("by perturbation an edge keeps what the network is worth least without, whatever α says, and learns on in between", async () => {
  const two = tinySpace(2, 3);
  const method = await methodOf(darts, { space: two, options: { perturbation: 2 } });
  method.restore(withAlpha([5, 0, 0, 0, 0, 5]));
  const weights = toyFor(method, { space: two }, 1, { steps: 3 });
  const measured: (readonly (readonly (readonly number[])[])[])[] = [];
  const needed = [1, 2]; // what accuracy falls without
  weights.accuracies = async (mixtures, images) => {
    assert.is(images, "all");
    measured.push(mixtures);
    return mixtures.map((mixture) => 90 - 30 * mixture.filter((row, edge) => row[needed[edge]!] === 0).length);
  };
  const [first, ...others] = await method.rank(weights, toyOpenNetwork(two));
  assert.equal(first, [1, 2]);
  assert.is(others.length, 8);
  assert.is(measured.length, 2);
  const undecided = measured[0]![0]!.findIndex((row) => row.filter((weight) => weight === 0).length === 0);
  assert.equal(
    measured[0]!.map((mixture) => mixture[1 - undecided]!.map((weight) => weight === 0)),
    [0, 1, 2].map((left) => [0, 1, 2].map((k) => k === left)),
    "each operation is left out, and the others stay",
  );
  // Two epochs of three steps, each of the weights and of the architecture, the first edge being decided.
  const settled = needed[1 - undecided]!;
  assert.is(weights.asked.length, 12);
  for (const { mixture } of [...weights.asked, ...measured[1]!.map((mixture) => ({ mixture }))])
    assert.equal(
      mixture[1 - undecided],
      [0, 1, 2].map((k) => (k === settled ? 1 : 0)),
    );
  assert.ok(method.save().every(Number.isFinite));
});

test("between selections the weights learn at a tenth of the first rate", async () => {
  const method = await methodOf(darts, { space: tinySpace(2, 3), options: { perturbation: 1 } });
  const weights = toyFor(method, { space: tinySpace(2, 3) }, 1, { steps: 1 });
  const rates: (number | undefined)[] = [];
  const { learn } = weights;
  weights.learn = (mixtures, options) => {
    rates.push(options?.rate);
    return learn(mixtures, options);
  };
  await trainedFor(method, weights, 1, 1);
  await method.rank(weights, toyOpenNetwork(tinySpace(2, 3)));
  assert.equal(rates, [undefined, 0.0025]);
});

test("stopAt looks at the curvature each two epochs, or as often as is said", async () => {
  const measured = async (options: object) => {
    const method = await methodOf(darts, { space, options });
    const standings = await trainedFor(method, toyFor(method, { space }, 6, { steps: 1 }), 1, 6);
    return standings.flatMap(({ curvature }, i) => (curvature === undefined ? [] : [i + 1]));
  };
  assert.equal(await measured({}), []);
  assert.equal(await measured({ stopAt: 1.3 }), [2, 4, 6]);
  assert.equal(await measured({ stopAt: 1.3, curvatureEvery: 3 }), [3, 6]);
  assert.equal(await measured({ curvatureEvery: 4 }), [4]);
});

for (const options of [{}, { order: 2 }, { stopAt: 1.3, curvatureEvery: 1 }])
  test(`a search that was interrupted goes on the same to the bit (${JSON.stringify(options)})`, () =>
    assertResumes(darts, { space: tinySpace(3, 4), options }));

test("its schedule is that of NAS-Bench-201's authors", async () => {
  const { schedule, publishedSteps } = await methodOf(darts, { space, open });
  assert.equal(schedule, {
    ...{ epochs: 50, batchSize: 64, learningRate: 0.025, finalLearningRate: 0.001 },
    ...{ momentum: 0.9, nesterov: true, weightDecay: 5e-4, clip: 5 },
  });
  near([publishedSteps * 3e-4], [5.865], 1e-9);
});

test.run();
