import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Acceptance } from "../../../core/plugin/acceptance.ts";
import parametersLimit from "../../../plugins/acceptance/parameters-limit.ts";
import { acceptanceContract } from "../../contracts/small-kinds.ts";
import { costly } from "../../costly-space.ts";
import { tinySpace } from "../../fixtures.ts";

const create = (millions = 0.0025): Acceptance => parametersLimit.create({ millions }, { space: costly }) as Acceptance;
for (const [title, run] of acceptanceContract("parameters-limit", () => create())) test(title, run);

test("parameters-limit admits architectures up to the limit itself, and nothing above it", () => {
  const { feasible, accepts } = create(0.003);
  const centre = { architecture: [0, 0], score: 50 };
  for (const [architecture, expected] of [
    [[1, 2], true], // 3,000
    [[2, 2], false],
  ] as const) {
    assert.is(feasible!(architecture), expected);
    assert.is(accepts({ architecture, score: 99, centre }), expected);
  }
});

test("parameters-limit is refused in a space that counts no costs", () => {
  assert.throws(() => parametersLimit.create({ millions: 1 }, { space: tinySpace(2, 3) }), /choose a space that does/);
});

test.run();
