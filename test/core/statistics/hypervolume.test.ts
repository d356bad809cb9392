import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hypervolume } from "../../../core/statistics/hypervolume.ts";

test("hypervolume() is the area of a union of rectangles", () => {
  assert.is(hypervolume([[2, 3]], [0, 0]), 6);
  assert.is(
    hypervolume(
      [
        [1, 3],
        [2, 2],
        [3, 1],
      ],
      [0, 0],
    ),
    6,
  );
  assert.is(hypervolume([[2, 3]], [1, 1]), 2);
  assert.is(hypervolume([[-1, -2]], [-3, -3]), 2, "minimised metrics come as negatives");
  assert.is(hypervolume([], [0, 0]), 0);
});

test("hypervolume() counts nothing that is not better than the reference by both", () => {
  assert.is(
    hypervolume(
      [
        [0, 9],
        [9, 0],
        [-1, 5],
      ],
      [0, 0],
    ),
    0,
  );
});

const points = fc.array(fc.tuple(fc.integer({ min: -2, max: 8 }), fc.integer({ min: -2, max: 8 })), { maxLength: 20 });

test("hypervolume() is the number of unit squares that any point dominates", () =>
  fc.assert(
    fc.property(points, (all) => {
      let squares = 0;
      for (let x = 1; x <= 8; x++) for (let y = 1; y <= 8; y++) if (all.some(([a, b]) => a >= x && b >= y)) squares++;
      assert.is(hypervolume(all, [0, 0]), squares);
    }),
  ));

test("hypervolume() does not depend on order, and never shrinks with a point more", () =>
  fc.assert(
    fc.property(points, fc.tuple(fc.nat(8), fc.nat(8)), (all, more) => {
      assert.is(hypervolume(all.toReversed(), [0, 0]), hypervolume(all, [0, 0]));
      assert.ok(hypervolume([...all, more], [0, 0]) >= hypervolume(all, [0, 0]));
    }),
  ));

test.run();
