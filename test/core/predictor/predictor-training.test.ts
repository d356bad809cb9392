import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvokeError } from "../../../core/errors/index.ts";
import type { LinearLayer } from "../../../core/predictor/mlp.ts";
import { divided, errorsOf, type FitEpoch, type FitRequest, fitPredictor, type Pair } from "../../../core/predictor/predictor-training.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { encodingOf } from "../../../core/space/encoding.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const space = tinySpace(4, 3);
const encoding = encodingOf(space, "choices");
const value = separableValidation(space);
const every = Array.from({ length: 81 }, (_, code) => [27, 9, 3, 1].map((digit) => Math.floor(code / digit) % 3));
const pairs: Pair[] = every.map((architecture) => ({ architecture, value: value(architecture) }));
const network = { layers: 2, width: 16, dropout: 0 };
const training = { epochs: 60, batchSize: 16, learningRate: 0.1, momentum: 0.9, weightDecay: 0.00003, seed: 1 };

function fitted(request: Partial<FitRequest> = {}): { layers: LinearLayer[]; epochs: FitEpoch[] } {
  const steps = fitPredictor({ encoding, pairs, network, training, ...request });
  const epochs: FitEpoch[] = [];
  let step = steps.next();
  for (; !step.done; step = steps.next()) epochs.push(step.value);
  return { layers: step.value, epochs };
}

test("a predictor learns a separable metric, and what it has not seen of it (seed 1; a mean would err by 10.5)", () => {
  const { training: seen, heldOut } = divided(pairs, space, 0.25, 1);
  const { layers, epochs } = fitted({ pairs: seen });
  assert.is(epochs.length, 60);
  assert.ok(epochs.at(-1)!.rmse < epochs[0]!.rmse / 5);
  const errors = errorsOf(layers, encoding, heldOut);
  assert.ok(errors.rmse < 2 && errors.mae <= errors.rmse, `RMSE ${errors.rmse}`);
  assert.ok(errors.kendallTau > 0.8);
  assert.ok(errors.deviation > 5);
});

/** Σ of all weights after training with dropout. */
const SUM = -24.940629206597805;
test("the same pairs, settings and seed give the same predictor on every runtime to the last bit", () => {
  const request = { network: { ...network, dropout: 0.2 } };
  const sum = fitted(request).layers.reduce((total, { weight, bias }) => [...weight, ...bias].reduce((a, b) => a + b, total), 0);
  assert.is(sum, SUM);
  assert.is.not(JSON.stringify(fitted({ ...request, training: { ...training, seed: 2 } })), JSON.stringify(fitted(request)));
});

test("architectures that compute one function are held out together, or not at all", () => {
  const folded = { ...space, functionKey: (architecture: readonly number[]) => String(architecture[0]! * 3 + architecture[1]!) };
  for (let seed = 1; seed <= 20; seed++) {
    const { training: seen, heldOut } = divided(pairs, folded, 0.2, seed);
    const functions = (part: Pair[]) => new Set(part.map(({ architecture }) => folded.functionKey(architecture)));
    assert.is(seen.length + heldOut.length, pairs.length);
    assert.is(heldOut.length, 18); // two of nine functions, nine pairs each: the first number from 16.2 on
    for (const one of functions(heldOut)) assert.not.ok(functions(seen).has(one));
  }
});

test("a metric that does not vary is predicted as it is", () => {
  const same = pairs.map(({ architecture }) => ({ architecture, value: 70 }));
  const { rmse, kendallTau, deviation } = errorsOf(fitted({ pairs: same }).layers, encoding, same);
  assert.ok(rmse < 0.1, `RMSE ${rmse}`);
  assert.is(deviation, 0);
  assert.ok(Number.isNaN(kendallTau));
});

test("a learning rate that is too high is an error that says so", () => {
  assert.throws(
    () => fitted({ training: { ...training, learningRate: 1e6 } }),
    (error: unknown) =>
      error instanceof EvokeError && error.code === "PREDICTOR_DIVERGED" && /lower \/training\/learningRate/.test(error.message),
  );
});

test("the size of batches does not have to divide the pairs", () => {
  const rng = randomStream(3, "/pairs");
  const few = pairs.filter(() => rng.next() < 0.5);
  for (const batchSize of [1, 7, 1000]) assert.is(fitted({ pairs: few, training: { ...training, epochs: 2, batchSize } }).epochs.length, 2);
});

test.run();
