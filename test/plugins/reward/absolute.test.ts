import { test } from "uvu";
import * as assert from "uvu/assert";
import absolute from "../../../plugins/reward/absolute.ts";
import { rewardContract } from "../../contracts/small-kinds.ts";

const create = () => absolute.create({}, {});
for (const [title, run] of rewardContract("absolute", create)) test(title, run);

test("absolute is R(β), whatever the centre", () => {
  assert.is(create().shape(71, { architecture: [1], score: 71, centre: { architecture: [0], score: 73.5 } }), 71);
  assert.is(create().shape(71, { architecture: [1], score: 71 }), 71);
});

test.run();
