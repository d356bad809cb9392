import { test } from "uvu";
import * as assert from "uvu/assert";
import { digamma, gammaQuantile, logGamma, trigamma } from "../../../../core/weight-sharing/gradients/gamma.ts";

const near = (found: number, expected: number, by: number) =>
  assert.ok(Math.abs(found - expected) <= by * Math.max(1, Math.abs(expected)), `${found}, not ${expected}`);

test("ln Γ, ψ and ψ′ at arguments where they are known", () => {
  near(logGamma(0.5), Math.log(Math.PI) / 2, 1e-13);
  near(logGamma(1), 0, 1e-13);
  near(logGamma(11), Math.log(3_628_800), 1e-13);
  near(digamma(1), -0.5772156649015329, 1e-13);
  near(digamma(0.5), -0.5772156649015329 - 2 * Math.LN2, 1e-13);
  near(trigamma(1), Math.PI ** 2 / 6, 1e-12);
  near(trigamma(0.5), Math.PI ** 2 / 2, 1e-12);
});

test("the quantiles of shape 1 are those of the exponential distribution", () => {
  for (const u of [2 ** -33, 1e-4, 0.3, 0.9, 0.9999]) near(gammaQuantile(1, u).log, Math.log(-Math.log1p(-u)), 1e-10);
});

test("quantiles and their slopes by the shape agree with 40 digits of mpmath, also far out", () => {
  // u = 0.999999 or 1 − 2⁻³³, found by mpmath 1.3: gammainc, findroot, diff
  for (const [a, u, log, slope, by] of [
    [1, 0.999999, 2.62579191447601, 0.236746952001641, 1e-7],
    [1, 1 - 2 ** -33, 3.12999464088482, 0.163906132595796, 1e-4],
    [0.3, 1 - 2 ** -33, 2.97856698906919, 0.321138154076274, 1e-4],
    [2.5, 1 - 2 ** -33, 3.31857015605369, 0.101328949380405, 1e-4],
    [0.01, 1 - 2 ** -33, 2.74098110179013, 6.28781448216129, 1e-4],
    [10, 1 - 2 ** -33, 3.79410911490311, 0.0439920029994268, 1e-4],
  ] as const) {
    near(gammaQuantile(a, u).log, log, by);
    near(gammaQuantile(a, u).slope, slope, by);
  }
});

test("the slope is that of finite differences, for shapes from 1e-5 to 40", () => {
  for (const a of [1e-5, 0.01, 0.3, 1, 2.5, 10, 40])
    for (const u of [2 ** -33, 1e-3, 0.5, 0.99]) {
      const step = 1e-4 * a;
      const difference = (gammaQuantile(a + step, u).log - gammaQuantile(a - step, u).log) / (2 * step);
      near(gammaQuantile(a, u).slope, difference, 1e-6);
    }
});

test.run();
