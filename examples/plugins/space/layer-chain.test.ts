import assert from "node:assert/strict";
import { test } from "node:test";
import { spaceContract } from "evoke-nas/contracts";
import space from "./layer-chain.ts";

const create = (layers = 3) => space.create({ layers, channels: 4, imageSize: 8, imageChannels: 1, classes: 10 }, {});

for (const [title, run] of spaceContract(space.name, create(), ["3x3-3x3", "3x3-3x3-7x7", "3x3 3x3 3x3"])) test(title, run);
for (const [title, run] of spaceContract(`${space.name} of one layer`, create(1))) test(title, run);

test("its texts have a kernel for each layer", async () => {
  const { encode, decode, size } = await create();
  assert.equal(encode([2, 0, 3]), "3x3-skip-5x5");
  assert.deepEqual(decode("3x3-skip-5x5"), [2, 0, 3]);
  assert.equal(size, 64n);
});
