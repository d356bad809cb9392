import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Acceptance } from "../../../core/plugin.ts";
import maddsLimit from "../../../plugins/acceptance/madds-limit.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import { acceptanceContract } from "../../contracts/small-kinds.ts";
import { costly } from "../../costly-space.ts";
import { tinySpace } from "../../fixtures.ts";

/** Of the architectures of the contract, [1, 2] and [0, 2], one is above this limit. */
const create = (millions = 2.5): Acceptance => maddsLimit.create({ millions }, { space: costly }) as Acceptance;
for (const [title, run] of acceptanceContract("madds-limit", () => create())) test(title, run);

test("madds-limit admits up to the limit itself, and nothing above it", () => {
  const { admits, accepts } = create(3);
  const centre = { architecture: [0, 0], validation: 50 };
  for (const [architecture, expected] of [
    [[1, 2], true], // 3 million
    [[2, 2], false],
  ] as const) {
    assert.is(admits!(architecture), expected);
    assert.is(accepts({ architecture, validation: 99, centre }), expected);
  }
});

test("madds-limit counts as the space does", () => {
  const space = nasBench201.create(
    { channels: 16, cellsPerStage: 5, stages: 3, reduction: "residual", imageSize: 32, imageChannels: 3, classes: 10 },
    {},
  );
  const cell = space.decode("|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|");
  const { madds } = space.cost!(cell);
  for (const [millions, expected] of [
    [madds / 1e6, true],
    [(madds - 1) / 1e6, false],
  ] as const)
    assert.is((maddsLimit.create({ millions }, { space }) as Acceptance).admits!(cell), expected);
});

test("madds-limit is refused in a space that counts no costs", () => {
  assert.throws(() => maddsLimit.create({ millions: 1 }, { space: tinySpace(2, 3) }), /Cannot weigh what architectures cost: the space/);
});

test.run();
