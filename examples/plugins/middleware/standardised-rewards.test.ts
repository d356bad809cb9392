import assert from "node:assert/strict";
import { test } from "node:test";
import { middlewareContract } from "evoke-nas/contracts";
import middleware from "./standardised-rewards.ts";

for (const [title, run] of middlewareContract(middleware)) test(title, run);

test("rewards are told by how many standard deviations they are above the mean so far", () => {
  const told = Array.from({ length: 0 }, Number);
  const wrapped = middleware.create({}, {}).around({
    propose: () => ({ architecture: [0] }),
    observe: ({ reward }) => void told.push(reward),
  });
  for (const reward of [10, 20, Number.NaN, 30]) wrapped.observe({ architecture: [0], score: reward, reward });
  assert.deepEqual(told, [0, 1, Number.NaN, 10 / Math.sqrt(200 / 3)]);
});
