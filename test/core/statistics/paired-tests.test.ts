import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pairedDifferences, pairedEffectSize, pairedT, wilcoxonSignedRank } from "../../../core/statistics/paired-tests.ts";
import { close, reference } from "../../fixtures/statistics/reference.ts";

/** Differences with ties, zeros, and of any sign. */
const differences = fc.array(
  fc.integer({ min: -6, max: 6 }).map((tenths) => tenths / 10),
  { minLength: 2, maxLength: 60 },
);

test("the paired t test is SciPy's, up to 500 seeds", () => {
  for (const { differences, ...expected } of reference.pairedT) {
    const { t, degreesOfFreedom, p } = pairedT(differences);
    close(t, expected.t);
    assert.is(degreesOfFreedom, expected.degreesOfFreedom);
    close(p, expected.p, 1e-11); // SciPy's own error
    close(pairedEffectSize(differences), expected.t / Math.sqrt(differences.length));
  }
});

test("the signed-rank test is SciPy's: exact, over all signs where there are ties and zeros, asymptotic above 50", () => {
  for (const { differences, method, statistic, p } of reference.wilcoxon) {
    const ours = wilcoxonSignedRank(differences);
    assert.is(ours.method, method === "asymptotic" ? "normal" : "exact");
    assert.is(ours.statistic, statistic);
    close(ours.p, p);
  }
});

test("the tests know no direction: turning every sign turns t and d, and leaves p", () => {
  const property = fc.property(differences, (d) => {
    const turned = d.map((difference) => -difference);
    close(pairedT(turned).t, -pairedT(d).t);
    assert.is(pairedT(turned).p, pairedT(d).p);
    assert.equal(wilcoxonSignedRank(turned), wilcoxonSignedRank(d));
    close(pairedEffectSize(turned), -pairedEffectSize(d));
  });
  fc.assert(property, { seed: 1 });
});

test("the signed-rank test sees signs and order only: zeros, order and a growing transform change nothing", () => {
  const property = fc.property(differences, fc.nat(5), (d, zeros) => {
    const other = [...d.map((difference) => difference ** 3 * 8), ...new Array<number>(zeros).fill(0)].reverse();
    assert.equal(wilcoxonSignedRank(other), wilcoxonSignedRank(d));
  });
  fc.assert(property, { seed: 1 });
});

test("p is exact for up to 50 differences that are not 0", () => {
  const d = Array.from({ length: 50 }, (_, i) => (i % 3 === 0 ? -1 : 1) * (i + 1));
  assert.is(wilcoxonSignedRank([...d, 0]).method, "exact");
  assert.is(wilcoxonSignedRank([...d, 51]).method, "normal");
});

test("no difference at all is no evidence: p = 1; a constant one has t = ∞; fewer than two have no t", () => {
  assert.equal(pairedT([0, 0, 0]), { t: 0, degreesOfFreedom: 2, p: 1 });
  assert.equal(wilcoxonSignedRank([0, 0]), { statistic: 0, p: 1, method: "exact" });
  assert.is(pairedEffectSize([0, 0]), 0);
  assert.equal(pairedT([0.1, 0.1, 0.1]), { t: Number.POSITIVE_INFINITY, degreesOfFreedom: 2, p: 0 });
  assert.is(pairedEffectSize([-0.1, -0.1, -0.1]), Number.NEGATIVE_INFINITY);
  for (const few of [[], [0], [1]]) {
    close(pairedT(few).t, null);
    close(pairedT(few).p, null);
    close(pairedEffectSize(few), null);
  }
});

test("a NaN makes the tests NaN", () => {
  for (const n of [3, 60]) {
    const d = [...Array.from({ length: n }, (_, i) => i + 1), Number.NaN];
    close(wilcoxonSignedRank(d).p, null);
    close(wilcoxonSignedRank(d).statistic, null);
    close(pairedT(d).p, null);
  }
});

test("differences of decimals are tied, and of opposite sign, as on paper", () => {
  const hundredths = fc.integer({ min: 9000, max: 9500 });
  const property = fc.property(hundredths, hundredths, fc.integer({ min: -500, max: 500 }), (a, b, gap) => {
    const d = pairedDifferences([a / 100, b / 100, (b + gap) / 100], [(a + gap) / 100, (b + gap) / 100, b / 100]);
    assert.is(d[0], d[1]);
    assert.is(d[1], -d[2]!);
    assert.ok(Math.abs(d[0]! + gap / 100) < 1e-7);
  });
  fc.assert(property, { seed: 1 });
  assert.is.not(94.3 - 94.2, 94.4 - 94.3);
  for (const far of [0, 1e7]) {
    const [first, second] = pairedDifferences([far + 94.3, far + 94.4], [far + 94.2, far + 94.3]);
    assert.is(first, second);
  }
});

test("differences keep their precision in any unit, and are NaN where one value is missing", () => {
  for (const unit of [2 ** -600, 1, 2 ** 600]) {
    const [small] = pairedDifferences([0.75 * unit, unit], [0.5 * unit, -unit]);
    assert.is(small, 0.25 * unit);
  }
  assert.equal(pairedDifferences([1, 2], [1]), [0, Number.NaN]);
  assert.equal(pairedDifferences([], []), []);
  assert.equal(pairedDifferences([0], [0]), [0]);
});

test.run();
