import { test } from "uvu";
import * as assert from "uvu/assert";
import { nearlyNormal, randomStream } from "../../../core/random/rng.ts";
import { mean } from "../../../core/statistics/descriptive.ts";
import { factorialEffects, marginalMeans } from "../../../core/statistics/factorial.ts";
import { pairedT, wilcoxonSignedRank } from "../../../core/statistics/paired-tests.ts";
import reference from "../../fixtures/statistics/factorial.json" with { type: "json" };
import { close } from "../../fixtures/statistics/reference.ts";

const found = (of: (typeof reference.exact)[number]) => {
  const effects = factorialEffects(of.values, of.levels);
  assert.equal(
    effects.map(({ factors }) => factors),
    of.effects.map(({ factors }) => factors).sort((a, b) => a.length - b.length),
  );
  return of.effects.map((expected) => ({ expected, effect: effects.find(({ factors }) => String(factors) === String(expected.factors))! }));
};

test("F, its degrees of freedom and partial η² are those of statsmodels", () => {
  for (const { expected, effect } of [...reference.exact, ...reference.sampled].flatMap(found)) {
    // Deviations are rounded to a billionth of the values, which are some hundred times as large.
    assert.ok(Math.abs(effect.f - expected.f) <= 1e-6 * Math.max(1, expected.f), `${effect.f} is not ${expected.f}`);
    assert.equal(effect.degreesOfFreedom, expected.degreesOfFreedom);
    assert.ok(Math.abs(effect.partialEtaSquared - expected.partialEtaSquared) < 1e-7);
  }
});

test("p of up to 14 seeds is the share of all sign flips, as SciPy and statsmodels count them", () => {
  for (const { expected, effect } of reference.exact.flatMap(found)) {
    close(effect.p, expected.p);
    assert.is(effect.method, "exact");
  }
});

test("p of more seeds is that of drawn flips: within four standard errors of 400,000 others", () => {
  for (const { expected, effect } of reference.sampled.flatMap(found)) {
    const error = Math.sqrt((expected.p * (1 - expected.p)) / 9_999) + 1e-4;
    assert.ok(Math.abs(effect.p - expected.p) < 4 * error, `${effect.p} is not ${expected.p}`);
    assert.is(effect.method, "sampled");
  }
  const [first] = reference.sampled;
  assert.equal(factorialEffects(first!.values, first!.levels), factorialEffects(first!.values, first!.levels), "the same to the bit");
});

test("a factor of two levels has the F of a paired t test, and of equal differences the p of Wilcoxon's", () => {
  const pairs = [1, 2, 3, 4, 5, 6].map((seed) => [seed, seed + 2 + 0.25 * (seed % 3)]);
  const [effect] = factorialEffects(pairs, [2]);
  close(effect!.f, pairedT(pairs.map(([a, b]) => b! - a!)).t ** 2, 1e-9);
  const equal = pairs.map(([a]) => [a!, a! + 1]);
  assert.is(factorialEffects(equal, [2])[0]!.p, wilcoxonSignedRank(equal.map(([a, b]) => b! - a!)).p);
  assert.is(factorialEffects(equal, [2])[0]!.f, Number.POSITIVE_INFINITY);
});

test("deviations of main effects and interactions add up to the cell's mean", () => {
  for (const { values, levels } of reference.exact) {
    const effects = factorialEffects(values, levels);
    const all = levels.map((_, i) => i);
    const cells = marginalMeans(values, levels, all);
    assert.equal(
      cells,
      values.map((row) => [...row]),
      "a combination of all factors is a cell",
    );
    const first = effects.reduce((sum, { deviations }) => sum + mean(deviations[0]!), mean(values.map((row) => mean(row))));
    assert.ok(Math.abs(first - mean(values.map(([value]) => value!))) < 1e-5);
    for (const { deviations } of effects)
      for (const s of values.keys()) assert.ok(Math.abs(deviations.reduce((sum, of) => sum + of[s]!, 0)) < 1e-5);
  }
});

test("values that add up have no interaction, though their decimals do not add up in binary: F = 0 and p = 1", () => {
  const values = [94.1, 93.7, 92.2, 94.9].map((seed) => [0, 0.1, 0.2, 0.7, 0.8, 0.9].map((effect) => seed + effect));
  const [rows, columns, both] = factorialEffects(values, [2, 3]);
  assert.equal([rows!.p, columns!.p], [1 / 8, 1 / 8], "no smaller p can come of four seeds");
  assert.equal([both!.f, both!.p, both!.partialEtaSquared], [0, 1, 0]);
});

test("one seed has no effects, and interactions are of three factors at most unless asked for", () => {
  assert.equal(factorialEffects([[1, 2, 3, 4]], [2, 2]), []);
  const rng = randomStream(1, "/values");
  const values = Array.from({ length: 4 }, () => Array.from({ length: 16 }, () => rng.next()));
  assert.is(factorialEffects(values, [2, 2, 2, 2]).length, 4 + 6 + 4);
  assert.is(factorialEffects(values, [2, 2, 2, 2], { most: 2 }).length, 4 + 6);
});

for (const [what, noise] of [
  ["normal values", nearlyNormal],
  ["values skewed below a ceiling", (rng) => -(rng.next() ** -0.4)],
  ["values of few different sizes", (rng) => rng.below(10) && 1],
] as readonly (readonly [string, (rng: ReturnType<typeof randomStream>) => number])[]) {
  test(`of ${what} without effects, at most some 5 % are found to have one with p < 0.05, beside another effect too`, () => {
    const rng = randomStream(7, `/factorial/${what}`);
    const trials = 1000;
    let [columns, both] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const values = Array.from({ length: 10 }, () => {
        const own = rng.next();
        return Array.from({ length: 6 }, (_, cell) => own + (cell < 3 ? 2 : 0) + noise(rng));
      });
      const [, second, interaction] = factorialEffects(values, [2, 3]);
      if (second!.p < 0.05) columns++;
      if (interaction!.p < 0.05) both++;
    }
    // Three standard errors of a share of 5 % of 1,000 are 2.1 %.
    assert.ok(columns / trials < 0.071, `main effect: ${columns / trials}`);
    assert.ok(both / trials < 0.071, `interaction: ${both / trials}`);
  });
}

test.run();
