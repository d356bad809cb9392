import { test } from "uvu";
import * as assert from "uvu/assert";
import improvement from "../../../plugins/acceptance/improvement.ts";
import { acceptanceContract } from "../../contracts/small-kinds.ts";

const create = () => improvement.create({}, {});
for (const [title, run] of acceptanceContract("improvement", create)) test(title, run);

test("improvement accepts a better candidate, not an equal one", () => {
  const centre = { architecture: [0], score: 50 };
  assert.is(create().accepts({ architecture: [1], score: 50.001, centre }), true);
  assert.is(create().accepts({ architecture: [1], score: 50, centre }), false);
});

test.run();
