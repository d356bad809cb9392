import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Acceptance } from "../../../core/plugin/acceptance.ts";
import type { Files } from "../../../core/plugin/dependencies.ts";
import type { Space } from "../../../core/plugin/space.ts";
import latencyLimit from "../../../plugins/acceptance/latency-limit.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
import { acceptanceContract } from "../../contracts/small-kinds.ts";
import { tinySpace } from "../../fixtures.ts";
import { sharedFile, whenShared } from "../../shared-data.ts";

/** Two pools, of which the second operation's is the larger. */
const pools: Space = {
  ...tinySpace(2, 3),
  blocks: (architecture) =>
    architecture.map((operation) => ({ kind: "global-average-pool", input: [1 + operation, 1, 8], output: [1, 1, 8] })),
};
const TABLE = [0, 1, 2].map((n) => `AvgPool2D-input:${n + 1}x1x8-output:1x1x8:\n  count: 3\n  mean: ${n + 0.5}\n`).join("");
const limited = (milliseconds: number, text = TABLE, space = pools) =>
  latencyLimit.create(
    { milliseconds, table: "device.yaml" },
    { space, files: { read: async () => new TextEncoder().encode(text), changed: async () => false } },
  ) as Promise<Acceptance>;

const created = await limited(3.5);
for (const [title, run] of acceptanceContract("latency-limit", () => created)) test(title, run);

test("latency-limit adds up the blocks of an architecture, and feasible up to the limit itself", async () => {
  const { feasible, accepts } = await limited(3);
  const centre = { architecture: [0, 0], score: 50 };
  for (const [architecture, expected] of [
    [[0, 2], true], // 0.5 + 2.5
    [[1, 2], false],
  ] as const) {
    assert.is(feasible!(architecture), expected);
    assert.is(accepts({ architecture, score: 99, centre }), expected);
  }
});

/** Samples without the third operation, so that its block is missed by a candidate only. */
const rarelyLast: Space = { ...pools, sample: () => [0, 1] };

test("a block that the table lacks is named", async () => {
  const { feasible } = await limited(3, TABLE.slice(0, TABLE.lastIndexOf("AvgPool2D")), rarelyLast);
  assert.throws(() => feasible!([0, 2]), "Cannot add up a latency: the table device.yaml has no block AvgPool2D-input:3x1x8-output:1x1x8.");
});

for (const [what, text, problem] of [
  ["no YAML", "a: [1", /Cannot use the table of latencies device.yaml: .*Flow sequence/],
  ["an empty file", "", /device.yaml: it holds no blocks/],
  ["a list", "- 1\n- 2\n", /device.yaml: it holds no blocks/],
  [
    "a block without milliseconds",
    "Conv-input:1x1x1-output:1x1x1:\n  count: 3\n",
    /the block Conv-input:1x1x1-output:1x1x1 has no milliseconds/,
  ],
  ["a block with a text", "Conv:\n  mean: fast\n", /the block Conv has no milliseconds under "mean"/],
] as const)
  test(`${what} is refused as a table`, async () => {
    const error = await limited(3, text).catch((error) => error);
    assert.match(String(error), problem);
  });

test("latency-limit is refused in a space that does not tell its blocks", async () => {
  const error = await limited(3, TABLE, tinySpace(2, 3)).catch((error) => error);
  assert.match(String(error), /Cannot add up the latency of architectures: the space does not say/);
});

const reference = JSON.parse(readFileSync(new URL("latency-reference.json", import.meta.url), "utf8")) as Record<
  string,
  Record<string, number>
>;
const options = (given: object) => {
  assert.equal(problemsOf(mobilenet.options, given), []);
  return given as never;
};
const ofNote10: Files = { read: (path) => readFile(sharedFile(`ofa/latency-note10/${path}`)), changed: async () => false };
const note10 = (imageSize: number, milliseconds: number, given: object = {}) => {
  const space = mobilenet.create(options({ imageSize, ...given }), {} as never) as Space;
  return {
    space,
    rule: latencyLimit.create({ milliseconds, table: `${imageSize}_lookup_table.yaml` }, { space, files: ofNote10 }) as Promise<Acceptance>,
  };
};
const withTables = whenShared(test, "ofa/latency-note10/224_lookup_table.yaml");

withTables("sums over the tables of the Note 10 are those of the authors' formula, at four image sizes, within a nanosecond", async () => {
  for (const [imageSize, sums] of Object.entries(reference)) {
    const latencyTable = `${imageSize}_lookup_table.yaml`;
    const counting = (await mobilenet.create(options({ imageSize: Number(imageSize), latencyTable }), { files: ofNote10 })) as Space;
    for (const [text, sum] of Object.entries(sums)) {
      assert.ok(Math.abs(counting.cost!(counting.decode(text)).latency! - sum) < 1e-6, "what the space counts");
      for (const [milliseconds, expected] of [
        [sum + 1e-6, true],
        [sum - 1e-6, false],
      ] as const) {
        const { space, rule } = note10(Number(imageSize), milliseconds);
        assert.is((await rule).feasible!(space.decode(text)), expected, `${text} at ${imageSize}`);
      }
    }
  }
});

withTables("the tables of the Note 10 are of width 1.2: another width is an error that names the block, before a run begins", async () => {
  const error = await note10(224, 50, { widthMultiplier: 1 }).rule.catch((error) => error);
  assert.match(String(error), /has no block Conv-input:224x224x3-output:112x112x16\./);
});

test.run();
