import assert from "node:assert/strict";
import { test } from "node:test";
import { distanceContract, tinySpace } from "evoke-nas/contracts";
import distance from "./ordered-choices.ts";

const space = tinySpace(4, 5); // four components of five operations
const instance = distance.create({}, { space });

for (const [title, run] of distanceContract(distance.name, instance, space)) test(title, run);

test("it is the steps between choices, where the first and the last are 1 apart", () => {
  assert.equal(instance.between([0, 0, 0, 0], [1, 2, 0, 4]), 1 / 4 + 2 / 4 + 1);
});
