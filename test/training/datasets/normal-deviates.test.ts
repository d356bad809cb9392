import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import { addDeviates, drawDeviates } from "../../../training/datasets/normal-deviates.ts";

/** Of the stream below. */
const FIRST = [-2.4598183631896973, 0.6007124185562134, 0.6213667988777161, -1.1003873348236084];
const N = 200_000;
const drawn = new Float32Array(N);
const places = new Int16Array(N);
drawDeviates(places, 0, N, randomStream(1, "/test"));
addDeviates(drawn, places, 1);

test("deviates have mean 0, variance 1 and the kurtosis of a normal distribution, within 4 standard errors (seed 1)", () => {
  const moment = (power: number) => drawn.reduce((sum, x) => sum + x ** power, 0) / N;
  assert.ok(Math.abs(moment(1)) < 4 / Math.sqrt(N));
  assert.ok(Math.abs(moment(2) - 1) < 4 * Math.sqrt(2 / N));
  assert.ok(Math.abs(moment(3)) < 4 * Math.sqrt(15 / N));
  assert.ok(Math.abs(moment(4) - 3) < 4 * Math.sqrt(96 / N) + 0.01, "the tails end at 3.67, which takes 0.01 off");
});

test("quantiles are those of the normal distribution", () => {
  const sorted = drawn.slice().sort();
  // scipy.stats.norm.ppf; the standard error of a quantile is √(p(1 − p) / n) over the density there.
  for (const [p, quantile, density] of [
    [0.001, -3.0902, 0.00337],
    [0.01, -2.3263, 0.02665],
    [0.25, -0.6745, 0.3178],
    [0.5, 0, 0.3989],
    [0.975, 1.96, 0.0584],
  ] as const) {
    const error = (4 * Math.sqrt((p * (1 - p)) / N)) / density;
    assert.ok(Math.abs(sorted[Math.floor(p * N)]! - quantile) < error + 0.01, `${p}: ${sorted[Math.floor(p * N)]}`);
  }
});

test("the first deviates of a stream are these to the last bit, on every runtime", () => {
  assert.equal(Array.from(drawn.subarray(0, 4)), FIRST);
});

test("only the given part is touched, also where its length is odd", () => {
  const some = new Int16Array(5).fill(-1);
  drawDeviates(some, 1, 4, randomStream(1, "/test"));
  assert.equal([some[0], some[4]], [-1, -1]);
  assert.equal(some.subarray(1, 4), places.subarray(0, 3));
});

test.run();
