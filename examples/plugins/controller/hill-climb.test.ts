import assert from "node:assert/strict";
import { test } from "node:test";
import { controllerContract, optimumContract, tryController } from "evoke-nas/contracts";
import { differing } from "evoke-nas/toolkit";
import controller from "./hill-climb.ts";

for (const [title, run] of controllerContract(controller)) test(title, run);
for (const [title, run] of optimumContract(controller)) test(title, run);

test("it proposes neighbours of the best, until nothing was better for as long as its patience", async () => {
  const flat = () => 50; // whatever comes first is the best
  const { search } = await tryController(controller, { options: { patience: 3 }, score: flat });
  const [start, ...others] = search(5).map(({ architecture }) => architecture);
  assert.deepEqual(
    others.slice(0, 3).map((architecture) => differing(start, architecture)),
    [1, 1, 1],
  );
  assert.ok(differing(start, others[3]) > 1, "the fifth is a new start");
});
