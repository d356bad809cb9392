import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Cholesky } from "../../../core/gaussian-process/cholesky.ts";
import { expectedImprovement, GaussianProcess, WatchedCandidates } from "../../../core/gaussian-process/gaussian-process.ts";
import {
  type Encoded,
  exponentialOfDistance,
  innerProduct,
  innerProducts,
  linear,
  squaredDistance,
  weightedSum,
} from "../../../core/gaussian-process/kernels.ts";
import { normalDensity, normalDistribution, normalQuantile } from "../../../core/gaussian-process/normal.ts";
import { WARPINGS, warped } from "../../../core/gaussian-process/targets.ts";
import type { Counts } from "../../../core/plugin/space.ts";
import { randomStream } from "../../../core/random/rng.ts";

/** From scikit-learn and SciPy: reference.py. */
const reference = JSON.parse(readFileSync(new URL("./reference.json", import.meta.url), "utf8"));

const near = (actual: ArrayLike<number>, expected: readonly number[], tolerance: number) => {
  assert.is(actual.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(actual[i]! - value) <= tolerance * Math.max(1, Math.abs(value)), `${i}: ${actual[i]}, ${value}`);
};
const sparse = (row: readonly number[]): Counts => {
  const features = [...row.keys()].filter((feature) => row[feature] !== 0);
  return { features, counts: features.map((feature) => row[feature]!) };
};
const encoded: readonly Encoded[] = reference.counts.map((row: number[]) => ({ architecture: row, counts: sparse(row) }));
const known = encoded.slice(0, 25);
const asked = encoded.slice(20);
const kernel = weightedSum<Encoded>([
  [1, exponentialOfDistance(reference.scale)],
  [1, linear(reference.weight)],
]);

function observed(): GaussianProcess<Encoded> {
  const process = new GaussianProcess(kernel, reference.noise);
  for (const one of known) process.observe(one);
  process.setTargets(reference.targets);
  return process;
}

test("mean, variance and likelihood are those of scikit-learn", () => {
  const process = observed();
  const { mean, variance } = process.predict(asked);
  near(mean, reference.mean, 1e-10);
  near(variance, reference.variance, 1e-10);
  near([process.logLikelihood()], [reference.logLikelihood], 1e-10);
  near(process.means(asked), reference.mean, 1e-10);
});

test("candidates that are watched have the same posterior, after each observation", () => {
  const watched = new GaussianProcess(kernel, reference.noise);
  const candidates = new WatchedCandidates(watched, kernel, asked);
  for (const [n, one] of known.entries()) {
    candidates.observe(one);
    const targets = reference.targets.slice(0, n + 1);
    watched.setTargets(targets);
    if (n % 8 > 0) continue;
    const other = new GaussianProcess(kernel, reference.noise);
    for (const before of known.slice(0, n + 1)) other.observe(before);
    other.setTargets(targets);
    const { mean, variance } = other.predict(asked);
    near(candidates.posterior().mean, [...mean], 1e-12);
    near(candidates.posterior().variance, [...variance], 1e-12);
  }
});

test("a candidate that is watched in place of another has its own posterior, also when places are taken back", () => {
  const process = new GaussianProcess(kernel, reference.noise);
  const candidates = new WatchedCandidates(process, kernel, asked);
  const now = asked.with(0, known[3]!).with(4, asked[0]!);
  for (const one of known.slice(0, 15)) candidates.observe(one);
  for (const [c, one] of now.entries()) if (one !== asked[c]) candidates.replace(c, one);
  for (const one of known.slice(15)) candidates.observe(one);
  candidates.truncate(12);
  process.setTargets(reference.targets.slice(0, 12));
  const { mean, variance } = process.predict(now);
  near(candidates.posterior().mean, [...mean], 1e-12);
  near(candidates.posterior().variance, [...variance], 1e-12);
});

test("a place that is observed twice without noise, or is equal to another, spoils nothing", () => {
  const process = new GaussianProcess(exponentialOfDistance(4), 0);
  for (let times = 0; times < 3; times++) process.observe(encoded[0]!);
  process.observe(encoded[1]!);
  process.setTargets([1, 1, 1, -1]);
  const { mean, variance } = process.predict(encoded.slice(0, 2));
  near(mean, [1, -1], 1e-4);
  for (const value of variance) assert.ok(value >= 0 && value < 1e-4);
});

test("the factor is that of the matrix, and solves by it", () => {
  const rng = randomStream(1, "/test");
  const size = 40;
  const half = Array.from({ length: size }, () => Array.from({ length: size }, () => rng.next() - 0.5));
  const k = half.map((a) => half.map((b) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)));
  const factor = new Cholesky(2);
  for (let i = 0; i < size; i++) {
    factor.append(1, (row) => {
      row.set(k[i]!.slice(0, i + 1));
      row[i]! += 1e-3;
    });
    near([factor.row(i).reduce((sum, value) => sum + value * value, 0)], [k[i]![i]! + 1e-3], 1e-12);
  }
  const x = Float64Array.from({ length: size }, () => rng.next());
  const b = Float64Array.from(k, (row, i) => row.reduce((sum, value, j) => sum + value * x[j]!, 1e-3 * x[i]!));
  factor.solveLower(b);
  factor.solveUpper(b);
  near(b, [...x], 1e-7);
});

test("rows of L have the bits of forward substitution, however many come at once", () => {
  const rng = randomStream(9, "/test");
  const size = 70;
  const wide = Array.from({ length: size }, () => Float64Array.from({ length: 90 }, () => rng.next() - 0.5));
  const k = (row: Float64Array, i: number) => {
    for (let j = 0; j <= i; j++) row[j] = wide[i]!.reduce((sum, value, f) => sum + value * wide[j]![f]!, 0);
  };
  const single = new Cholesky(1);
  for (let i = 0; i < size; i++) {
    const row = new Float64Array(i + 1);
    k(row, i);
    const before = row.slice(0, i);
    single.solveLower(before);
    const last = Math.sqrt(before.reduce((rest, value) => rest - value * value, row[i]!));
    single.append(1, k);
    assert.equal([...single.row(i)], [...before, last], `row ${i}`);
  }
  for (const counts of [[70], [1, 2, 3, 64], [7, 13, 50], [33, 37]]) {
    const factor = new Cholesky(1);
    for (const count of counts) factor.append(count, k);
    assert.equal(factor.rows(), single.rows());
  }
  const [whole, part] = [Float64Array.from({ length: size }, (_, i) => Math.sin(i)), new Float64Array(size)];
  part.set(whole);
  single.solveLower(whole);
  part.set(whole.subarray(0, 41));
  single.solveLower(part, 41);
  assert.equal(part, whole);
});

test("distances and products of sparse counts are those of the rows", () => {
  const dense = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  const rows: number[][] = reference.counts;
  for (const a of rows)
    for (const b of rows) {
      assert.is(squaredDistance(sparse(a), sparse(b)), dense(a, b));
      assert.is(
        innerProduct(sparse(a), sparse(b)),
        a.reduce((sum, value, i) => sum + value * b[i]!, 0),
      );
    }
  const encodedRows = rows.map(sparse);
  for (const [i, products] of innerProducts(encodedRows).entries())
    assert.equal(
      [...products],
      encodedRows.slice(0, i + 1).map((other) => innerProduct(encodedRows[i]!, other)),
    );
});

test("expected improvement, and the normal distribution, are those of SciPy", () => {
  const improvements = reference.mean.map((mean: number, i: number) => expectedImprovement(mean, reference.variance[i], reference.best));
  near(improvements, reference.improvement, 1e-10);
  assert.is(expectedImprovement(3, 0, 2), 1);
  assert.is(expectedImprovement(1, 0, 2), 0);
  near(reference.z.map(normalDistribution), reference.distribution, 1e-13);
  for (const [i, z] of reference.z.entries())
    for (const [actual, expected] of [
      [normalDistribution(z), reference.distribution[i]],
      [normalDensity(z), reference.density[i]],
    ])
      assert.ok(Math.abs(actual / expected - 1) < (z < -30 ? 1e-6 : 1e-7), `${z}: ${actual}, ${expected}`);
  near(reference.p.map(normalQuantile), reference.quantile, 1e-7);
});

test("targets keep the order of rewards, are on the scale of a normal variable, and one far below does not rule them", () => {
  const rewards = [70, 10, 71, 70.5, 69, 70];
  const order = (values: readonly number[]) => [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);
  for (const warping of WARPINGS) {
    const targets = warped(rewards, warping);
    assert.equal(order(targets), order(rewards), warping);
    assert.ok(Math.abs(targets.reduce((sum, value) => sum + value) / 6) < 1e-9, warping);
    const share = (targets[2]! - targets[4]!) / (targets[2]! - targets[1]!);
    assert.ok(warping === "none" ? share < 0.05 : share > 0.4, `${warping}: ${share}`);
    near(warped([5], warping), [0], 1e-12);
    near(warped([5, 5, 5], warping), [0, 0, 0], 1e-12);
  }
});

test.run();
