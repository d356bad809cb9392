import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Acceptance } from "../../../core/plugin/acceptance.ts";
import type { Space } from "../../../core/plugin/space.ts";
import maddsLimit from "../../../plugins/acceptance/madds-limit.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import { acceptanceContract } from "../../contracts/small-kinds.ts";
import { costly } from "../../costly-space.ts";
import { around, runWith, separable } from "../../experiments.ts";
import { tinySpace } from "../../fixtures.ts";

/** Of the architectures of the contract, [1, 2] and [0, 2], one is above this limit. */
const create = (millions = 2.5): Acceptance => maddsLimit.create({ millions }, { space: costly }) as Acceptance;
const optionsOf = ({ options }: { readonly options: object }) => {
  const defaults = {};
  assert.equal(problemsOf(options, defaults), []);
  return defaults as never;
};
for (const [title, run] of acceptanceContract("madds-limit", () => create())) test(title, run);

test("madds-limit admits architectures up to the limit itself, and nothing above it", () => {
  const { feasible, accepts } = create(3);
  const centre = { architecture: [0, 0], score: 50 };
  for (const [architecture, expected] of [
    [[1, 2], true], // 3 million
    [[2, 2], false],
  ] as const) {
    assert.is(feasible!(architecture), expected);
    assert.is(accepts({ architecture, score: 99, centre }), expected);
  }
});

test("madds-limit counts as the space does", () => {
  const space = nasBench201.create(
    { channels: 16, cellsPerStage: 5, stages: 3, reduction: "residual", imageSize: 32, imageChannels: 3, classes: 10 },
    {},
  );
  const cell = space.decode("|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|");
  const madds = space.cost!(cell).madds!;
  for (const [millions, expected] of [
    [madds / 1e6, true],
    [(madds - 1) / 1e6, false],
  ] as const)
    assert.is((maddsLimit.create({ millions }, { space }) as Acceptance).feasible!(cell), expected);
});

test("madds-limit is refused in a space that counts no costs", () => {
  assert.throws(() => maddsLimit.create({ millions: 1 }, { space: tinySpace(2, 3) }), /Cannot weigh what architectures cost: the space/);
});

const mobile = mobilenet.create(optionsOf(mobilenet), {} as never) as Space;
const madds = (text: string) => mobile.cost!(mobile.decode(text)).madds!;
/** The more multiply-adds the better, so that every search meets the limit. */
const heavy = around("evaluator", "heavy", {
  ...separable,
  evaluate: (architecture) => ({ score: mobile.cost!(architecture).madds! / 1e7, seconds: 1 }),
});
const search = {
  ...{ name: "mobile", space: "mobilenet", evaluator: "heavy", controller: "gnn-lstm", budget: { queries: 300 } },
  subspaces: { count: 4, radius: 3 },
};
const limit = { use: "madds-limit", options: { millions: 600 } };

test("no centre and no incumbent of ASE-NAS is above the limit, though most candidates are", async () => {
  const { events, result } = await runWith({ ...search, constraints: [limit] }, [mobilenet, maddsLimit, heavy]);
  let [above, best] = [0, 0];
  for (const event of events) {
    if (event.type === "subspace.evoked" || event.type === "subspace.updated") assert.ok(madds(event.architecture) <= 600e6);
    if (event.type !== "architecture.evaluated") continue;
    const feasible = madds(event.architecture) <= 600e6;
    assert.is(event.feasible, feasible ? undefined : false);
    if (feasible) best = Math.max(best, event.score);
    else above++;
  }
  assert.ok(above > 150, `${above} of 300`);
  assert.ok(result!.updates > 5);
  assert.is(result!.best.score, best);
  assert.is(madds(result!.best.architecture) / 1e7, best);
});

test("a limit on the centres alone is the same search", async () => {
  const [everywhere, centres] = await Promise.all(
    [{ constraints: [limit] }, { subspaces: { ...search.subspaces, accept: ["improvement", limit] } }].map((given) =>
      runWith({ ...search, ...given }, [mobilenet, maddsLimit, heavy]),
    ),
  );
  assert.equal(centres!.result, everywhere!.result);
});

test.run();
