import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  interquartileMean,
  mean,
  quantile,
  sampleStandardDeviation,
  standardDeviation,
  standardError,
} from "../../../core/statistics/descriptive.ts";
import { close, reference } from "../../fixtures/statistics/reference.ts";

test("means, deviations, quantiles and interquartile means are those of NumPy and SciPy", () => {
  for (const { x, quantiles, ...expected } of reference.descriptive) {
    close(mean(x), expected.mean);
    close(standardDeviation(x), expected.population);
    close(sampleStandardDeviation(x), expected.sample);
    close(standardError(x), expected.standardError);
    close(interquartileMean(x), expected.interquartileMean);
    for (const [q, value] of quantiles) close(quantile(x, q!), value!);
  }
});

test("values that are all equal spread by exactly 0, whatever the rounding of their mean", () => {
  const property = fc.property(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.integer({ min: 2, max: 30 }), (value, n) => {
    assert.is(standardDeviation(new Array(n).fill(value)), 0);
    assert.is(standardError(new Array(n).fill(value)), 0);
  });
  fc.assert(property, { seed: 1 });
});

test("without values, and with a NaN among them, everything is NaN", () => {
  for (const of of [
    mean,
    standardDeviation,
    sampleStandardDeviation,
    standardError,
    interquartileMean,
    (x: number[]) => quantile(x, 0.5),
  ]) {
    assert.ok(Number.isNaN(of([])), of.name);
    assert.ok(Number.isNaN(of([1, Number.NaN, 3, 4, 5])), of.name);
  }
  assert.ok(Number.isNaN(quantile([1, 2], 1.1)));
});

test("quantiles of infinite values are values, not NaN, where both neighbours are one", () => {
  assert.is(quantile([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.5), Number.POSITIVE_INFINITY);
  assert.is(quantile([1, 2, Number.POSITIVE_INFINITY], 0.5), 2);
});

test.run();
