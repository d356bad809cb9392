import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import { costOf, live } from "../../core/space/network.ts";
import nasBench201 from "../../spaces/nas-bench-201.ts";
import { openNetworkContract } from "../contracts/open-network.ts";
import { spaceContract } from "../contracts/space.ts";
import { sharedFile, whenShared } from "../shared-data.ts";

function create(options: object = {}): Space {
  const complete = structuredClone(options);
  assert.equal(problemsOf(nasBench201.options, complete), []);
  return nasBench201.create(complete as never, {}) as Space;
}
const space = create();
const withTable = whenShared(test, "nas-bench-201.csv.gz");

for (const [title, run] of spaceContract("nas-bench-201", space, [
  "|none~0|",
  "none",
  "|none~1|+|none~0|none~1|+|none~0|none~1|none~2|",
  "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|+|none~0|",
]))
  test(title, run);

for (const reduction of ["residual", "pool"]) {
  const small = create({ channels: 8, cellsPerStage: 2, stages: 2, reduction, imageSize: 8 });
  for (const [title, run] of openNetworkContract(`nas-bench-201, ${reduction}`, small, [2, 4])) test(title, run);
}

/** All cells, in the order of their numbers of base 5. */
const cells = Array.from({ length: 5 ** 6 }, (_, code) => [...code.toString(5).padStart(6, "0")].map(Number));

test("an edge's operation stands where the textual form of the benchmark has it", () => {
  const text = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|";
  assert.equal(space.decode(text), [3, 0, 1, 4, 2, 0]);
  assert.is(space.encode([3, 0, 1, 4, 2, 0]), text);
});

test("all 15,625 cells are written differently and read back", () => {
  assert.is(space.size, 15_625n);
  const texts = new Set(cells.map(space.encode));
  assert.is(texts.size, 15_625);
  for (const cell of cells) assert.equal(space.decode(space.encode(cell)), cell);
});

test("a mistyped operation gets a suggestion", () => {
  const text = "|nor_conv_3x3~0|+|none~0|skip_conect~1|+|none~0|none~1|none~2|";
  assert.throws(() => space.decode(text), /where "skip_conect" stands; did you mean "skip_connect"\?/);
});

test("the cells compute 6,466 functions, as the benchmark counts them", () => {
  assert.is(new Set(cells.map(space.functionKey)).size, 6_466);
});

test("cells of one function have the same features: 4,120 different ones in all", () => {
  const said = (cell: readonly number[]) => JSON.stringify(space.features!(cell));
  const known = new Map<string, string>();
  for (const cell of cells) {
    const key = space.functionKey(cell);
    assert.is(known.get(key) ?? said(cell), said(cell), space.encode(cell));
    known.set(key, said(cell));
  }
  assert.is(new Set(known.values()).size, 4_120);
});

test("a skip stands for the node that it copies", () => {
  const direct = space.decode("|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|");
  const copied = space.decode("|skip_connect~0|+|none~0|none~1|+|none~0|nor_conv_3x3~1|none~2|");
  assert.is(space.functionKey(direct), space.functionKey(copied));
});

test("a convolution added twice and two convolutions of one input fall together", () => {
  const twice = space.decode("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|skip_connect~1|skip_connect~2|");
  const two = space.decode("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|nor_conv_3x3~0|none~1|skip_connect~2|");
  assert.is(space.functionKey(twice).replaceAll("#+", ""), "(0)@nor_conv_3x3+(0)@nor_conv_3x3");
  assert.is(space.functionKey(twice), space.functionKey(two));
});

test("a path is the operations on a way from the input to the output: none cuts it, a skip is one of them", () => {
  const { of } = space.paths!;
  assert.equal(of(space.decode("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|")), []);
  // skip; conv 1×1, skip; pool, pool; conv 1×1, conv 3×3, pool
  assert.equal(of(space.decode("|nor_conv_1x1~0|+|avg_pool_3x3~0|nor_conv_3x3~1|+|skip_connect~0|skip_connect~1|avg_pool_3x3~2|")), [
    0,
    4 + 4,
    4 + 15,
    20 + 16 + 2 * 4 + 3,
  ]);
  const twice = "|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|none~0|skip_connect~1|skip_connect~2|";
  assert.equal(of(space.decode(twice)), [4 + 8], "two routes with the same operations are one path");
});

test("84 paths are in use, and a cell has at most 4 of them", () => {
  const { count, most, of } = space.paths!;
  const all = cells.map(of);
  assert.is(count, 84);
  assert.is(new Set(all.flat()).size, 84);
  assert.is(Math.max(...all.map(({ length }) => length)), most);
});

test("the empty cell costs what its network costs without cells", () => {
  assert.equal(space.cost!(cells[0]!), { madds: 7_783_040, parameters: 73_306 });
});

test("the options of the network change what a cell costs", () => {
  const cell = space.decode("|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|none~0|none~1|skip_connect~2|");
  const usual = space.cost!(cell);
  for (const option of ["channels", "cellsPerStage", "stages", "imageSize", "imageChannels", "classes"]) {
    const { default: value } = (nasBench201.options.properties as unknown as Record<string, { default: number }>)[option]!;
    const { madds } = create({ [option]: value + 1 }).cost!(cell);
    assert.ok(madds! > usual.madds!, option);
  }
});

test("one stage of one cell on a small image is counted by hand", () => {
  const small = create({ channels: 4, cellsPerStage: 1, stages: 1, imageSize: 8, imageChannels: 1, classes: 10 });
  const cell = small.decode("|nor_conv_3x3~0|+|none~0|none~1|+|none~0|nor_conv_1x1~1|none~2|");
  const stem = 9 * 1 * 4;
  const convolutions = 9 * 4 * 4 + 1 * 4 * 4;
  assert.equal(small.cost!(cell), {
    madds: (stem + convolutions) * 64 + 4 * 10,
    parameters: stem + 8 + (convolutions + 8 + 8) + 8 + 4 * 10 + 10,
  });
});

for (const reduction of ["residual", "pool"])
  test(`the network of a cell costs what the space says, with the reduction ${reduction}`, () => {
    const skeletons = [{}, { stages: 2, cellsPerStage: 1, channels: 8, imageSize: 8, imageChannels: 1 }, { imageSize: 29, classes: 3 }];
    for (const skeleton of skeletons) {
      const of = create({ reduction, ...skeleton });
      for (let i = 0; i < cells.length; i += 500) assert.equal(costOf(of.network!(cells[i]!)), of.cost!(cells[i]!), of.encode(cells[i]!));
    }
  });

test("edges that do not reach the output are left out of the live network", () => {
  const of = create({ stages: 1, cellsPerStage: 1, reduction: "pool" });
  const dead = of.decode("|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|skip_connect~0|none~1|none~2|");
  const bare = of.decode("|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|");
  assert.equal(live(of.network!(dead)), live(of.network!(bare)));
});

withTable("functions, multiply-adds and parameters of every cell are those of the published benchmark", () => {
  const [, ...lines] = gunzipSync(readFileSync(sharedFile("nas-bench-201.csv.gz")))
    .toString()
    .trim()
    .split("\n");
  const rows = lines.map((line) => line.split(","));
  assert.is(rows.length, 15_625);
  const pairs = new Set<string>();
  const published = new Set<string>();
  for (const row of rows) {
    const cell = space.decode(row[1]!);
    published.add(row[2]!);
    pairs.add(`${row[2]} is ${space.functionKey(cell)}`);
    assert.equal(space.cost!(cell), { madds: Number(row[16]), parameters: Number(row[17]) });
  }
  assert.is(published.size, 6_466);
  assert.is(pairs.size, 6_466, "each published function is one of ours and the other way round");
});

test.run();
