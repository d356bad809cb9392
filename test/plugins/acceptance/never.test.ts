import { test } from "uvu";
import * as assert from "uvu/assert";
import never from "../../../plugins/acceptance/never.ts";
import { acceptanceContract } from "../../contracts/small-kinds.ts";

const create = () => never.create({}, {});
for (const [title, run] of acceptanceContract("never", create)) test(title, run);

test("never refuses even a far better candidate", () => {
  assert.is(create().accepts({ architecture: [1], score: 99, centre: { architecture: [0], score: 1 } }), false);
});

test.run();
