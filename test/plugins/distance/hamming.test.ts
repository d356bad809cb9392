import { test } from "uvu";
import * as assert from "uvu/assert";
import hamming from "../../../plugins/distance/hamming.ts";
import { distanceContract } from "../../contracts/distance.ts";
import { tinySpace } from "../../fixtures.ts";

const distance = hamming.create({}, {});
if (distance instanceof Promise) throw new Error("hamming is synchronous");
for (const [title, run] of distanceContract("hamming", distance, tinySpace(5, 3))) test(title, run);

test("hamming counts the components that differ (Eq. 4)", () => {
  assert.is(distance.between([0, 1, 2, 3], [0, 1, 2, 3]), 0);
  assert.is(distance.between([0, 1, 2, 3], [4, 1, 2, 0]), 2);
  assert.is(distance.between([0, 0, 0, 0], [1, 2, 3, 4]), 4);
});

test.run();
