import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { holm } from "../../../core/statistics/holm.ts";
import { close, reference } from "../../fixtures/statistics/reference.ts";

const orNaN = (p: readonly (number | null)[]) => p.map((value) => value ?? Number.NaN);

test("adjusted p-values are those of R, NaN standing apart", () => {
  for (const { p, adjusted } of reference.holm) for (const [at, value] of holm(orNaN(p)).entries()) close(value, adjusted[at]!);
});

test("adjusting keeps the order, lowers nothing, exceeds neither 1 nor Bonferroni, and rejects what the procedure rejects", () => {
  const property = fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (p) => {
    const adjusted = holm(p);
    for (const [i, value] of adjusted.entries()) {
      assert.ok(value >= p[i]! && value <= Math.min(1, p[i]! * p.length));
      for (const [j, other] of adjusted.entries()) if (p[i]! < p[j]!) assert.ok(value <= other);
    }
    // Step down from the smallest: reject while p ≤ α / (hypotheses left).
    const alpha = 0.3;
    const sorted = p.toSorted((a, b) => a - b);
    const stop = sorted.findIndex((value, at) => (p.length - at) * value > alpha);
    const rejected = stop < 0 ? p.length : stop;
    assert.is(adjusted.filter((value) => value <= alpha).length, rejected);
  });
  fc.assert(property, { seed: 1, numRuns: 500 });
});

test("no hypotheses, no p-values", () => assert.equal(holm([]), []));

test.run();
