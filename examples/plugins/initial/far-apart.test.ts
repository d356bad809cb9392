import assert from "node:assert/strict";
import { test } from "node:test";
import { initialContract, tinySpace } from "evoke-nas/contracts";
import { differing, randomStream } from "evoke-nas/toolkit";
import initial from "./far-apart.ts";

const space = tinySpace(6, 3); // six components of three operations
const distance = { between: differing };
const create = (seed = 1, candidates = 20) =>
  initial.create({ candidates }, { space, distance, rng: randomStream(seed, "/subspaces/initial"), feasible: () => true });

for (const [title, run] of initialContract(initial.name, space, 5, create)) test(title, run);

test("centres are farther apart the more are drawn for each", async () => {
  const nearest = async (candidates = 1) => {
    let sum = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const centres = await create(seed, candidates).centres(4);
      sum += Math.min(...centres.flatMap((a, i) => centres.slice(0, i).map((b) => differing(a, b))));
    }
    return sum / 20;
  };
  const [of20, of1] = [await nearest(20), await nearest(1)];
  assert.ok(of20 > of1 + 1, `${of20} components differ, and ${of1}`);
});
