import assert from "node:assert/strict";
import { test } from "node:test";
import { rewardContract, tinySpace } from "evoke-nas/contracts";
import reward from "./choice-penalty.ts";

const space = tinySpace(2, 3); // two components, each of "operation 0", "operation 1" and "operation 2"
const create = () => reward.create({ choice: "operation 1", penalty: 2 }, { space });

for (const [title, run] of rewardContract(reward.name, create)) test(title, run);

test("each component with the choice takes the penalty off, and no other does", () => {
  const shaped = [
    [0, 2],
    [0, 1],
    [1, 1],
  ].map((architecture) => create().shape(10, { architecture, score: 90 }));
  assert.deepEqual(shaped, [10, 8, 6]);
});
