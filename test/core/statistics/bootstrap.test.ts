import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import { bootstrapInterval } from "../../../core/statistics/bootstrap.ts";
import { interquartileMean, mean, quantile } from "../../../core/statistics/descriptive.ts";
import { studentTail } from "../../../core/statistics/distributions.ts";
import { close, reference } from "../../fixtures/statistics/reference.ts";

test("intervals are SciPy's percentile intervals, within 4 standard errors of a quantile of 10,000 resamples (seed 0)", () => {
  // √(q (1 − q) / resamples) over the normal density at 1.96, in standard errors of the statistic.
  const tolerance = (4 * Math.sqrt((0.025 * 0.975) / 10_000)) / 0.0584;
  for (const { x, statistic, low, high, standardError } of reference.bootstrap) {
    const ours = bootstrapInterval(x, statistic === "mean" ? mean : interquartileMean);
    assert.ok(Math.abs(ours.low - low) <= tolerance * standardError, `${ours.low} ${low}`);
    assert.ok(Math.abs(ours.high - high) <= tolerance * standardError, `${ours.high} ${high}`);
  }
});

test("an interval repeats to the bit, follows the seed, and not the order of the values", () => {
  const x = [94.37, 94.1, 93.9, 94.2, 94.37, 93.1];
  const interval = bootstrapInterval(x, mean, { seed: 3 });
  bootstrapInterval(x, mean, { seed: 4 });
  assert.equal(bootstrapInterval(x.toReversed(), mean, { seed: 3 }), interval);
  const [one, other] = [3, 4].map((seed) => bootstrapInterval(x, mean, { seed, resamples: 99 }));
  assert.not.equal(one, other);
  // The numbers of Node and Deno, and so of any runtime.
  assert.equal(bootstrapInterval([1, 2, 4, 8], mean, { resamples: 100 }), {
    low: 1.8687500000000006,
    high: 6.762499999999996,
    method: "percentile",
  });
});

test("draws that are kept and draws that are not are the same", () => {
  const x = Array.from({ length: 900 }, (_, i) => (i * 37) % 101);
  // 9,320 resamples of 900 are kept, 9,321 are too many; one more hardly moves a quantile, other draws would.
  const [kept, fresh] = [9_320, 9_321].map((resamples) => bootstrapInterval(x, mean, { resamples }));
  assert.ok(Math.abs(kept!.low - fresh!.low) < 0.002, `${kept!.low} ${fresh!.low}`);
});

test("the interquartile mean by counting is that by sorting", () => {
  const plain = (sample: readonly number[]) => interquartileMean(sample);
  const property = fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 2, maxLength: 25 }), fc.nat(), (x, seed) => {
    const [counted, sorted] = [interquartileMean, plain].map((of) => bootstrapInterval(x, of, { resamples: 40, seed }));
    close(counted!.low, sorted!.low);
    close(counted!.high, sorted!.high);
  });
  fc.assert(property, { seed: 1 });
});

test("the mean without the sample is that of the sample, to the bit", () => {
  const x = [94.37, 94.1, 93.9, 94.2, 94.37, 93.1];
  assert.equal(
    bootstrapInterval(x, mean),
    bootstrapInterval(x, (sample) => mean(sample)),
  );
});

test("an interval shifts and scales with the sample, and turns over with its sign", () => {
  const property = fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 2, maxLength: 20 }), fc.nat(), (x, seed) => {
    const of = (sample: number[]) => bootstrapInterval(sample, mean, { resamples: 50, seed });
    const { low, high } = of(x);
    assert.ok(low <= high && low >= Math.min(...x) && high <= Math.max(...x));
    const moved = of(x.map((value) => 2 * value + 5));
    assert.ok(Math.abs(moved.low - (2 * low + 5)) < 1e-9);
    assert.ok(Math.abs(moved.high - (2 * high + 5)) < 1e-9);
  });
  fc.assert(property, { seed: 1 });
});

test("one value has no interval, nor has none, nor a NaN; other statistics and levels work", () => {
  for (const x of [[7], [], [1, Number.NaN]])
    assert.equal(bootstrapInterval(x, mean), { low: Number.NaN, high: Number.NaN, method: "percentile" });
  const x = Array.from({ length: 41 }, (_, i) => i);
  const median = (sample: readonly number[]) => quantile(sample, 0.5);
  const [wide, narrow] = [0.99, 0.5].map((level) => bootstrapInterval(x, median, { level, resamples: 1000 }));
  assert.ok(wide!.low < narrow!.low && narrow!.low <= 20 && 20 <= narrow!.high && narrow!.high < wide!.high);
});

// The percentile interval of the mean of a normal sample is about mean ± 1.96 √((n − 1)/n) standard errors, so that
// it covers less than 95 %, by Student's distribution: 0.936 for n = 30, 0.892 for n = 8.
test("95 % intervals of the mean cover as often as theory says, within 4 standard errors of 800 trials (seed 1)", () => {
  const rng = randomStream(1, "/test");
  const normal = () => Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
  const trials = 800;
  for (const n of [30, 8]) {
    let covered = 0;
    for (let seed = 0; seed < trials; seed++) {
      const sample = Array.from({ length: n }, normal);
      const { low, high } = bootstrapInterval(sample, mean, { resamples: 400, seed });
      if (low <= 0 && high >= 0) covered++;
    }
    const expected = 1 - studentTail(1.96 * Math.sqrt((n - 1) / n), n - 1);
    const tolerance = 4 * Math.sqrt((expected * (1 - expected)) / trials);
    assert.ok(Math.abs(covered / trials - expected) < tolerance, `n = ${n}: ${covered / trials}, expected ${expected.toFixed(3)}`);
  }
});

test.run();
