import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import { costOf, live } from "../../core/space/network.ts";
import nasnet from "../../spaces/nasnet.ts";
import { spaceContract } from "../contracts/space.ts";
import { inCi, trainedOnDigits } from "./on-digits.ts";

function create(options: object = {}): Space {
  const complete = structuredClone(options);
  assert.equal(problemsOf(nasnet.options, complete), []);
  return nasnet.create(complete as never, {}) as Space;
}
const space = create();

/** NASNet-A and AmoebaNet-A as the repository of DARTS has them. */
const NASNET_A = `Genotype(
  normal = [
    ('sep_conv_5x5', 1), ('sep_conv_3x3', 0), ('sep_conv_5x5', 0), ('sep_conv_3x3', 0), ('avg_pool_3x3', 1),
    ('skip_connect', 0), ('avg_pool_3x3', 0), ('avg_pool_3x3', 0), ('sep_conv_3x3', 1), ('skip_connect', 1),
  ],
  normal_concat = [2, 3, 4, 5, 6],
  reduce = [
    ('sep_conv_5x5', 1), ('sep_conv_7x7', 0), ('max_pool_3x3', 1), ('sep_conv_7x7', 0), ('avg_pool_3x3', 1),
    ('sep_conv_5x5', 0), ('skip_connect', 3), ('avg_pool_3x3', 2), ('sep_conv_3x3', 2), ('max_pool_3x3', 1),
  ],
  reduce_concat = [4, 5, 6],
)`;
const AMOEBANET = `Genotype(
  normal = [
    ('avg_pool_3x3', 0), ('max_pool_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_5x5', 2), ('sep_conv_3x3', 0),
    ('avg_pool_3x3', 3), ('sep_conv_3x3', 1), ('skip_connect', 1), ('skip_connect', 0), ('avg_pool_3x3', 1),
  ],
  normal_concat = [4, 5, 6],
  reduce = [
    ('avg_pool_3x3', 0), ('sep_conv_3x3', 1), ('max_pool_3x3', 0), ('sep_conv_7x7', 2), ('sep_conv_7x7', 0),
    ('avg_pool_3x3', 1), ('max_pool_3x3', 0), ('max_pool_3x3', 1), ('conv_7x1_1x7', 0), ('sep_conv_3x3', 5),
  ],
  reduce_concat = [3, 4, 6],
)`;
const NASNET_A_TEXT =
  "sep5~1+sep3~0|sep5~0+sep3~0|avg3~1+skip~0|avg3~0+avg3~0|sep3~1+skip~1/sep5~1+sep7~0|max3~1+sep7~0|avg3~1+sep5~0|skip~3+avg3~2|sep3~2+max3~1";

for (const [title, run] of spaceContract("nasnet", space, [
  NASNET_A_TEXT.replace("sep5~1+sep3~0|", ""),
  NASNET_A_TEXT.replace("sep5~1+sep3~0|", "sep5~1+sep3~2|"),
  AMOEBANET,
]))
  test(title, run);

test("there are (6!² · 11¹⁰)² architectures", () => {
  assert.is(space.size, (720n ** 2n * 11n ** 10n) ** 2n);
});

test("NASNet-A is read from its genotype; of AmoebaNet-A, the operation that the space lacks is named", () => {
  assert.is(space.encode(space.decode(NASNET_A)), NASNET_A_TEXT);
  assert.throws(() => space.decode(AMOEBANET), /in node 6 of the reduction cell, where "conv_7x1_1x7" stands/);
  const concatenated = NASNET_A.replace("[4, 5, 6]", "[2, 4, 5, 6]");
  assert.throws(() => space.decode(concatenated), /reduce_concat=\[4, 5, 6\], since a cell gives the states of those nodes that no/);
});

test("NASNet-A (6 @ 768) has the parameters of the paper, less those that its concatenated inputs have", () => {
  const { parameters } = space.cost!(space.decode(NASNET_A));
  assert.is(parameters, parametersOfNasNetA(5));
  // 3.3M in the paper, whose normal cells give six states: five nodes, and h_{i−1}.
  assert.is(Math.round(parametersOfNasNetA(6) / 1e5), 33);
});

/** By formula. @param states  that a normal cell gives */
function parametersOfNasNetA(states: number): number {
  const separable = (kernel: number, width: number) => 2 * (kernel ** 2 * width + width ** 2 + 2 * width);
  const sum = (kernels: readonly number[], width: number) => kernels.reduce((total, kernel) => total + separable(kernel, width), 0);
  let [before, last, width] = [96, 96, 32];
  let total = 9 * 3 * 96 + 2 * 96;
  for (let cell = 0; cell < 20; cell++) {
    const reduces = cell === 6 || cell === 13;
    if (reduces) width *= 2;
    total += (before + last + 4) * width;
    // The skip of the reduction cell is of a node, which is halved already.
    total += reduces ? sum([5, 7, 7, 5, 3], width) : sum([5, 3, 5, 3, 3], width);
    [before, last] = [last, (reduces ? 3 : states) * width];
  }
  return total + (last + 1) * 10;
}

test("costs are those of the network, which has no dead parts and no names to share weights by", () => {
  const rng = randomStream(2, "/test");
  for (const options of [{}, { channels: 5, cells: 4, imageSize: 9, imageChannels: 1, classes: 3 }]) {
    const of = create(options);
    const architecture = of.sample(rng);
    const network = of.network!(architecture);
    assert.equal(of.cost!(architecture), costOf(network));
    // A cell that gives one node gives it without a concatenation.
    const alone = network.layers.filter(({ kind, inputs }) => kind === "concatenation" && inputs.length === 1).length;
    assert.is(live(network).layers.length, network.layers.length - alone);
    assert.ok(network.layers.every(({ weights }) => weights === undefined));
  }
});

test("the two summands of a node may change places: the function is the same, the architecture another", () => {
  const one = space.decode(NASNET_A_TEXT);
  const other = space.decode(NASNET_A_TEXT.replace("sep5~1+sep3~0|sep5", "sep3~0+sep5~1|sep5"));
  assert.not.equal(one, other);
  assert.is(space.functionKey(one), space.functionKey(other));
});

inCi("architectures train on digits", async () => {
  const accuracies = await trainedOnDigits(create({ channels: 8, cells: 3, imageSize: 8, imageChannels: 1 }), 5);
  for (const accuracy of accuracies) assert.ok(accuracy > 30, `${accuracies}`);
});

test.run();
