import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Distance } from "../../../core/plugin/distance.ts";
import type { Space } from "../../../core/plugin/space.ts";
import hamming from "../../../plugins/distance/hamming.ts";
import { distanceContract } from "../../contracts/distance.ts";
import { tinySpace } from "../../fixtures.ts";

const distance = create(tinySpace(5, 3));
for (const [title, run] of distanceContract("hamming", distance, tinySpace(5, 3))) test(title, run);

function create(space: Space): Distance {
  return hamming.create({}, { space }) as Distance;
}

test("hamming counts the components that differ (Eq. 4)", () => {
  assert.is(distance.between([0, 1, 2, 3], [0, 1, 2, 3]), 0);
  assert.is(distance.between([0, 1, 2, 3], [4, 1, 2, 0]), 2);
  assert.is(distance.between([0, 0, 0, 0], [1, 2, 3, 4]), 4);
});

test("hamming leaves out what is there in one of the two only", () => {
  const conditions = [undefined, { component: 0, choices: [1] }, { component: 0, choices: [1] }];
  const { between } = create({ ...tinySpace(3, 4), conditions });
  assert.is(between([0, 0, 0], [1, 2, 3]), 1);
  assert.is(between([1, 1, 3], [1, 2, 3]), 1);
  assert.is(between([1, 1, 3], [1, 2, 2]), 2);
});

test.run();
