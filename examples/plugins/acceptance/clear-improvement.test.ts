import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptanceContract } from "evoke-nas/contracts";
import acceptance from "./clear-improvement.ts";

const create = () => acceptance.create({ margin: 2 }, {});

for (const [title, run] of acceptanceContract(acceptance.name, create)) test(title, run);

test("what is better by the margin or less does not replace the centre", () => {
  const centre = { architecture: [0, 0], score: 70 };
  const accepted = [69, 71, 72, 73].filter((score) => create().accepts({ architecture: [0, 1], score, centre }));
  assert.deepEqual(accepted, [73]);
});
