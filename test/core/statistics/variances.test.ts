import { test } from "uvu";
import * as assert from "uvu/assert";
import { brownForsythe } from "../../../core/statistics/variances.ts";
import { close, reference } from "../../fixtures/statistics/reference.ts";

test("Brown and Forsythe's test is SciPy's levene with medians, and the sign of t says which sample varies more", () => {
  for (const { a, b, f, p } of reference.brownForsythe) {
    const found = brownForsythe(a, b);
    close(found.t ** 2, f, 1e-11);
    close(found.p, p, 1e-10);
    const turned = brownForsythe(b, a);
    close(turned.t, -found.t);
    close(turned.p, found.p);
  }
  assert.ok(brownForsythe([0, 10], [5, 5, 6]).t > 0);
});

test("samples that do not vary at all do not differ in it, and one that does not varies less than one that does", () => {
  assert.equal(brownForsythe([3, 3], [7, 7]), { t: 0, p: 1 });
  assert.equal(brownForsythe([3, 3], [6, 8]), { t: Number.NEGATIVE_INFINITY, p: 0 });
});

test.run();
