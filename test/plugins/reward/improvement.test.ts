import { test } from "uvu";
import * as assert from "uvu/assert";
import { SubspaceGraph } from "../../../core/plugin/subspace-graph.ts";
import improvement from "../../../plugins/reward/improvement.ts";
import { rewardContract } from "../../contracts/small-kinds.ts";

const create = () => improvement.create({}, { subspaces: new SubspaceGraph(1, 1) });
for (const [title, run] of rewardContract("improvement", create)) test(title, run);

test("improvement is R(β) − R(α)", () => {
  const reward = create().shape(71, { architecture: [1], score: 71, centre: { architecture: [0], score: 73.5 } });
  assert.is(reward, -2.5);
});

test.run();
