import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../../core/random/rng.ts";
import {
  concentration,
  divergenceSlopes,
  drawDirichlet,
  throughConcentration,
} from "../../../../core/weight-sharing/gradients/dirichlet.ts";
import { digamma, logGamma } from "../../../../core/weight-sharing/gradients/gamma.ts";

const ALPHA = [0, 1, 2, -1, 0.5];
const MEAN = [0.127099, 0.254198, 0.381297, 0.046757, 0.190649];
const VARIANCE = [0.012511, 0.021378, 0.026603, 0.005026, 0.0174];
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const near = (found: readonly number[], expected: readonly number[], by: number) => {
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(found[i]! - value) <= by, `${found.join(" ")}, not ${expected.join(" ")}`);
};

test("c = elu(α) + 1, which is 1 at 0, with the slopes of finite differences", () => {
  near(concentration(ALPHA), [1, 2, 3, 0.367879, 1.5], 1e-6);
  for (const alpha of [-2, -0.1, 0.1, 3]) {
    const difference = (concentration([alpha + 1e-6])[0]! - concentration([alpha - 1e-6])[0]!) / 2e-6;
    near(throughConcentration([alpha], [5]), [5 * difference], 1e-7);
  }
});

/** KL(Dirichlet(c) ‖ Dirichlet(1)), whose gradient is what the search needs. */
function divergence(c: readonly number[]): number {
  const total = sum(c);
  return logGamma(total) - logGamma(c.length) - sum(c.map(logGamma)) + sum(c.map((one) => (one - 1) * (digamma(one) - digamma(total))));
}

test("the divergence from the uniform, and its gradient, which vanish where α is 0", () => {
  const c = concentration(ALPHA);
  assert.ok(Math.abs(divergence(c) - 1.961819) < 1e-6, `${divergence(c)}`);
  near(
    divergenceSlopes(c),
    c.map((one, k) => (divergence(c.with(k, one + 1e-5)) - divergence(c.with(k, one - 1e-5))) / 2e-5),
    1e-8,
  );
  near([divergence([1, 1, 1, 1, 1]), ...divergenceSlopes([1, 1, 1, 1, 1])], [0, 0, 0, 0, 0, 0], 1e-12);
});

const DRAWS = 20_000;

test(`draws sum to 1, and have the mean and the variance of the distribution, within 4 standard errors (seed 1, ${DRAWS} draws)`, () => {
  const rng = randomStream(1, "/dirichlet");
  const c = concentration(ALPHA);
  const draws = Array.from({ length: DRAWS }, () => drawDirichlet(c, rng).theta);
  for (const theta of draws) assert.ok(Math.abs(sum(theta) - 1) < 1e-12);
  for (const k of c.keys()) {
    const values = draws.map((theta) => theta[k]!);
    const mean = sum(values) / DRAWS;
    const squares = values.map((value) => (value - MEAN[k]!) ** 2);
    const variance = sum(squares) / DRAWS;
    const spread = Math.sqrt(sum(squares.map((square) => (square - variance) ** 2)) / DRAWS);
    assert.ok(Math.abs(mean - MEAN[k]!) < 4 * Math.sqrt(VARIANCE[k]! / DRAWS), `mean ${mean}`);
    assert.ok(Math.abs(variance - VARIANCE[k]!) < (4 * spread) / Math.sqrt(DRAWS), `variance ${variance}`);
  }
});

test("a draw's gradient is that of finite differences, its uniform numbers being the same", () => {
  const weights = [1, -2, 0.5, 3, 0];
  const c = concentration(ALPHA);
  for (let seed = 1; seed <= 20; seed++) {
    const loss = (at: readonly number[]) => sum(drawDirichlet(at, randomStream(seed, "/draw")).theta.map((one, k) => one * weights[k]!));
    near(
      drawDirichlet(c, randomStream(seed, "/draw")).backward(weights),
      c.map((one, k) => (loss(c.with(k, one + 1e-4)) - loss(c.with(k, one - 1e-4))) / 2e-4),
      1e-6,
    );
  }
});

test(`the mean gradient of θ is that of its mean, within 4 standard errors (seed 2, ${DRAWS} draws)`, () => {
  const rng = randomStream(2, "/dirichlet");
  const c = concentration(ALPHA);
  const total = sum(c);
  for (const k of c.keys()) {
    const slopes = Array.from({ length: DRAWS / 4 }, () => drawDirichlet(c, rng).backward(c.map((_, i) => (i === k ? 1 : 0))));
    for (const j of c.keys()) {
      const values = slopes.map((one) => one[j]!);
      const mean = sum(values) / values.length;
      const error = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length ** 2);
      const expected = ((j === k ? 1 : 0) - c[k]! / total) / total;
      assert.ok(Math.abs(mean - expected) < 4 * error, `dE[θ_${k}]/dc_${j}: ${mean} ± ${error}, not ${expected}`);
    }
  }
});

test("concentrations near 0 give draws that are nearly one operation, and finite gradients", () => {
  const rng = randomStream(3, "/dirichlet");
  for (let draw = 0; draw < 100; draw++) {
    const { theta, backward } = drawDirichlet(concentration([-11, -8, -9]), rng);
    assert.ok(Math.abs(sum(theta) - 1) < 1e-12 && Math.max(...theta) > 0.99, theta.join(" "));
    assert.ok(backward([1, 2, 3]).every(Number.isFinite));
  }
});

test.run();
