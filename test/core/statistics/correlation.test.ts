import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { kendallTau, spearman } from "../../../core/statistics/correlation.ts";
import { close, reference } from "../../fixtures/statistics/reference.ts";

test("Spearman's ρ and Kendall's τ_b are SciPy's, p included, with ties and without, up to 500 pairs", () => {
  for (const { x, y, ...expected } of reference.correlation) {
    const [s, k] = [spearman(x, y), kendallTau(x, y)];
    close(s.rho, expected.rho);
    close(s.p, expected.rhoP, 1e-10); // (1 − ρ)(1 + ρ) amplifies the last bits of ρ near 1
    close(k.tau, expected.tau);
    close(k.p, expected.tauP);
  }
});

const pairs = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 3, maxLength: 40 });

test("rank correlations are symmetric, turn with one order, and ignore a growing transform", () => {
  const property = fc.property(pairs, (of) => {
    const [x, y] = [of.map(([value]) => value), of.map(([, value]) => value)];
    const rho = (a: number[], b: number[]) => spearman(a, b).rho;
    const tau = (a: number[], b: number[]) => kendallTau(a, b).tau;
    for (const correlation of [rho, tau]) {
      const value = correlation(x, y);
      if (Number.isNaN(value)) {
        assert.ok(new Set(x).size === 1 || new Set(y).size === 1);
        continue;
      }
      const near = (other: number) => assert.ok(Math.abs(other - value) < 1e-12, `${other} ${value}`);
      near(correlation(y, x));
      near(
        -correlation(
          x,
          y.map((of) => -of),
        ),
      );
      near(
        correlation(
          x.map((of) => of ** 3),
          y,
        ),
      );
    }
  });
  fc.assert(property, { seed: 1 });
});

test("constant, missing and NaN values have no correlation; two pairs have no p of ρ", () => {
  for (const [x, y] of [
    [
      [1, 1, 1],
      [1, 2, 3],
    ],
    [[1, 2], [1]],
    [
      [1, 2, Number.NaN],
      [1, 2, 3],
    ],
    [[], []],
    [[1], [1]],
  ] as const) {
    close(spearman(x, y).rho, null);
    close(kendallTau(x, y).tau, null);
    close(spearman(x, y).p, null);
    close(kendallTau(x, y).p, null);
  }
  assert.equal(spearman([1, 2], [1, 2]), { rho: 1, p: Number.NaN });
  assert.equal(spearman([1, 2, 3, 4], [1, 2, 3, 4]), { rho: 1, p: 0 });
  assert.equal(kendallTau([1, 2], [1, 2]), { tau: 1, p: 1 });
});

test.run();
