import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluatorContract } from "evoke-nas/contracts";
import { describedSpace, OUTSIDE_A_RUN } from "evoke-nas/toolkit";
import evaluator from "./size-proxy.ts";

// One convolution and a linear classifier, as a manifest would describe them.
const space = describedSpace({
  components: [
    { name: "kernel", choices: [1, 3] },
    { name: "width", choices: [5, 8] },
  ],
  network: [{ convolution: { kernel: "$kernel", channels: "$width" } }, "global-average-pool", "classifier"],
  costs: {},
  imageSize: 8,
  imageChannels: 1,
  classes: 15,
});
const create = () => evaluator.create({ cost: "parameters" }, { space });

for (const [title, run] of evaluatorContract(evaluator.name, space, create)) test(title, run);

test("a 1×1 convolution to 5 channels and a classifier of 15 outputs, with offsets, have 95 parameters", async () => {
  const { score } = await create().evaluate([0, 0], undefined, OUTSIDE_A_RUN);
  assert.equal(score.toFixed(12), Math.log10(95).toFixed(12));
});
