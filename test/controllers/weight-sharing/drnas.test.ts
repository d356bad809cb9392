import { suite } from "uvu";
import * as assert from "uvu/assert";
import drnas from "../../../controllers/weight-sharing/drnas.ts";
import { concentration, divergenceSlopes, throughConcentration } from "../../../core/weight-sharing/gradients/dirichlet.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { tinySpace } from "../../fixtures.ts";
import { assertResumes, methodOf, near, slopesOf, toyFor, trainedFor, withAlpha } from "../../support/weight-sharing-methods.ts";

const space = tinySpace(1, 5);
const ALPHA = [0, 1, 2, -1, 0.5];

const test = suite("controllers/drnas");
for (const [title, run] of controllerContract(drnas)) test(title, run);

test("every pass mixes all operations by a draw of its own, the architecture's first", async () => {
  const method = await methodOf(drnas, { space });
  const weights = toyFor(method, { space }, 2);
  const standings = await trainedFor(method, weights, 1, 2);
  assert.equal(
    weights.asked.slice(0, 2).map(({ to }) => to),
    ["judge", "learn"],
  );
  assert.is(new Set(weights.asked.map(({ mixture }) => mixture.join())).size, weights.asked.length);
  for (const { mixture } of weights.asked) {
    near([mixture[0]!.reduce((a, b) => a + b)], [1], 1e-12);
    assert.ok(mixture[0]!.every((weight) => weight > 0));
  }
  assert.ok(standings.every(({ probabilities }) => Math.abs(probabilities[0]!.reduce((a, b) => a + b) - 1) < 1e-12));
});

test("it stands where the mean of its distribution is", async () => {
  const method = await methodOf(drnas, { space, options: { learningRate: 1e-9 } });
  method.restore(withAlpha(ALPHA));
  const [standing] = await trainedFor(method, toyFor(method, { space }, 1, { steps: 1 }), 1, 1);
  near(standing!.probabilities[0]!, [0.127099, 0.254198, 0.381297, 0.046757, 0.190649], 1e-6);
  assert.equal((await method.rank(toyFor(method, { space }, 1), toyOpenNetwork(space)))[0], [2]);
});

test("the regulariser is L2 of α, or the gradient of the divergence from 1, and no L2", async () => {
  for (const [regulariser, expected] of [
    ["l2", ALPHA.map((value) => 0.1 * value)],
    ["kl", throughConcentration(ALPHA, divergenceSlopes(concentration(ALPHA))).map((slope) => 0.1 * slope)],
  ] as const) {
    const method = await methodOf(drnas, { space, options: { regulariser, strength: 0.1 } });
    method.restore(withAlpha(ALPHA));
    await trainedFor(method, toyFor(method, { space }, 1, { steps: 1, validation: {}, noise: 0 }), 1, 1);
    near(slopesOf(method.save(), 5), expected, 1e-12);
  }
});

test("the mean gradient of a loss that is linear in θ is that of its mean, within 4 standard errors (400 epochs)", async () => {
  const g = [1, -2, 0.5, 3, 0];
  const found: (readonly number[])[] = [];
  for (let epoch = 1; epoch <= 400; epoch++) {
    const method = await methodOf(drnas, { space, options: { strength: 0 } });
    method.restore(withAlpha(ALPHA));
    await trainedFor(method, toyFor(method, { space }, 400, { steps: 1, validation: { c: g }, noise: 0 }), epoch, epoch);
    found.push(slopesOf(method.save(), 5));
  }
  const c = concentration(ALPHA);
  const total = c.reduce((a, b) => a + b);
  const mean = c.reduce((sum, one, k) => sum + (one / total) * g[k]!, 0);
  const expected = throughConcentration(
    ALPHA,
    g.map((slope) => (slope - mean) / total),
  );
  for (const [k, value] of expected.entries()) {
    const slopes = found.map((one) => one[k]!);
    const average = slopes.reduce((a, b) => a + b) / slopes.length;
    const error = Math.sqrt(slopes.reduce((sum, slope) => sum + (slope - average) ** 2, 0) / slopes.length ** 2);
    assert.ok(Math.abs(average - value) < 4 * error, `${k}: ${average} ± ${error}, not ${value}`);
  }
});

for (const options of [{}, { regulariser: "kl", curvatureEvery: 2 }])
  test(`a search that was interrupted goes on the same to the bit (${JSON.stringify(options)})`, () =>
    assertResumes(drnas, { space: tinySpace(3, 4), options }));

test.run();
