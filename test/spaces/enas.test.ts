import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import { namedChoices } from "../../core/space/choices.ts";
import { costOf, live, shapesOf } from "../../core/space/network.ts";
import enas from "../../spaces/enas.ts";
import { spaceContract } from "../contracts/space.ts";
import { inCi, trainedOnDigits } from "./on-digits.ts";

function create(options: object = {}): Space {
  const complete = structuredClone(options);
  assert.equal(problemsOf(enas.options, complete), []);
  return enas.create(complete as never, {}) as Space;
}
const space = create();
const small = create({ layers: 4, channels: 4, imageSize: 8, imageChannels: 1 });

/** The first 12 layers of the network in the authors' repository: scripts/cifar10_macro_final.sh of melodyguan/enas. */
const PUBLISHED = "0-30-010-2001-20000-311010-2000001-20110111-101110101-0000000000-20000010000-010011000011";

const UNREADABLE = ["0-30-010", `${PUBLISHED}-0000000000000`, PUBLISHED.replace("0-30", "6-30"), PUBLISHED.replace("-30-", "-32-")];
UNREADABLE.push(PUBLISHED.replace("-30-", "-3-"), PUBLISHED.replaceAll("-", ""), PUBLISHED.replaceAll("-", " "));
for (const [title, run] of spaceContract("enas", space, UNREADABLE)) test(title, run);
for (const [title, run] of spaceContract("enas of 4 layers", small)) test(title, run);

test("there are 6^L · 2^(L(L − 1)/2) architectures, 1.6 × 10²⁹ of 12 layers as the authors say", () => {
  assert.is(space.size, 6n ** 12n * 2n ** 66n);
  assert.is(small.size, 6n ** 4n * 2n ** 6n);
  assert.is(Number(space.size).toPrecision(2), "1.6e+29");
});

test("the authors' numbers are the choices, in their order", () => {
  assert.equal(space.decode(PUBLISHED), [...PUBLISHED.replaceAll("-", "")].map(Number));
  assert.equal(namedChoices(create({ layers: 3 }), create({ layers: 3 }).decode("0-31-401")), {
    "layer 1": "conv_3x3",
    "layer 2": "separable_conv_5x5",
    "layer 2 from the stem": "present",
    "layer 3": "average_pooling",
    "layer 3 from the stem": "absent",
    "layer 3 from layer 1": "present",
  });
});

test("features are operations and skips by their places, and how often each operation takes what comes of which", () => {
  const of = (text: string) => small.features!(small.decode(text));
  const { features, counts } = of("0-00-000-0000");
  assert.is(features.length, 4 + 2); // four operations; of the stem once, of the same operation three times
  assert.equal(counts, [1, 1, 1, 1, 1, 3]);
  const more = of("0-00-010-0000"); // a skip, from the stem to the third layer
  assert.equal(more.counts, [1, 1, 1, 1, 1, 2, 3]);
  assert.equal(more.features.filter((feature) => !features.includes(feature)).length, 1);
});

test("what cannot be read is answered with the layer that is wrong", () => {
  assert.throws(() => space.decode("0-30-010"), /12 layers with hyphens between; found 3/);
  assert.throws(() => small.decode("0-30-012-2001"), /from 0 to 5, and 2 zeros and ones for its skips as layer 3; found "012"/);
  assert.throws(() => small.decode("7-30-010-2001"), /an operation from 0 to 5 as layer 1; found "7"/);
  assert.throws(() => small.decode("1-3-010-2001"), /and 1 zero or one for its skips as layer 2; found "3"/);
});

/** Of a normalised 1×1 or k×k convolution. */
const convolution = (from: number, to: number, kernel = 1) => kernel ** 2 * from * to + 2 * to;

test("parameters are counted by hand", () => {
  const [image, c] = [9 * 1 * 4 + 2 * 4, 4];
  // conv 3×3; separable 5×5 of twice the channels, with a skip from the stem; average pool; max pool with skips from layer 1 and 2
  const first = convolution(c, c) + convolution(c, c, 3);
  const [d, e] = [2 * c, 4 * c];
  const second = convolution(d, d) + 25 * d + convolution(d, d) + 2 * d * d + 2 * d;
  const third = convolution(e, e) + convolution(e, e);
  const fourth = convolution(e, e) + 3 * e * e + 2 * e;
  const reductions = convolution(c, d) + convolution(c, d) + convolution(d, e) + convolution(d, e);
  const classifier = e * 10 + 10;
  const { parameters } = small.cost!(small.decode("0-31-400-5011"));
  assert.is(parameters, image + first + second + third + fourth + reductions + classifier);
});

test("the published architecture has as many parameters as a count by the authors' code, but for what is different here", () => {
  // A sum over the lines of general_child.py for 36 channels, with what the head comment of the space says is different.
  assert.is(space.cost!(space.decode(PUBLISHED)).parameters, 1_968_562);
});

test("the image is halved after a third and two thirds of the layers, and the channels are doubled", () => {
  for (const [layers, sizes] of [
    [12, [32, 32, 32, 32, 16, 16, 16, 16, 8, 8, 8, 8]],
    [3, [32, 16, 8]],
    [5, [32, 16, 8, 8, 8]],
    [7, [32, 32, 16, 16, 8, 8, 8]],
  ] as const) {
    const of = create({ layers });
    const network = of.network!(of.sample(randomStream(layers, "/test")));
    const shapes = shapesOf(network);
    const firsts = sizes.map(
      (_, layer) => shapes[network.layers.findIndex(({ weights }) => weights?.match(`^layer ${layer + 1}/.*/first$`))]!,
    );
    assert.equal(
      firsts,
      sizes.map((size) => [size, size, (36 * 32) / size]),
    );
  }
});

test("only layers that a later one takes are reduced, each once for a size", () => {
  const reductions = (text: string) => [
    ...new Set(small.network!(small.decode(text)).layers.flatMap(({ part }) => (part?.startsWith("reduction") ? [part] : []))),
  ];
  assert.equal(reductions("0-00-000-0000"), ["reduction 1/from 1", "reduction 2/from 2"]);
  assert.equal(reductions("0-00-001-0010"), ["reduction 1/from 1", "reduction 2/from 2", "reduction 2/from 1"]);
  assert.equal(reductions("0-00-010-0000"), ["reduction 1/from 1", "reduction 2/from 2", "reduction 1/from 0", "reduction 2/from 0"]);
});

test("nothing of a network is dead, and it costs what the space says", () => {
  for (const of of [space, small, create({ layers: 7, imageSize: 9 })]) {
    const rng = randomStream(3, "/test");
    for (let i = 0; i < 10; i++) {
      const architecture = of.sample(rng);
      const network = of.network!(architecture);
      assert.equal(costOf(network), of.cost!(architecture));
      assert.equal(costOf(live(network)), of.cost!(architecture));
    }
  }
});

test("a skip has weights of its own, whatever other skips there are", () => {
  const skips = (text: string) =>
    small.network!(small.decode(text)).layers.flatMap(({ weights }) => (weights?.startsWith("layer 4/from") ? [weights] : []));
  assert.equal(skips("0-00-000-0010"), ["layer 4/from 1", "layer 4/from itself"]);
  assert.equal(skips("0-00-000-0111"), ["layer 4/from 0", "layer 4/from 1", "layer 4/from 2", "layer 4/from itself"]);
});

test("a drawing has the layers in a row, and an edge for each skip", () => {
  const drawing = small.drawing!(small.decode("0-31-400-5011"));
  if (drawing.kind !== "graph") throw new Error("no graph");
  assert.equal(
    drawing.nodes.map(({ label }) => label),
    ["stem", "1: conv 3×3", "2: separable 5×5", "3: average pool", "4: max pool"],
  );
  assert.equal(
    drawing.edges.map(({ from, to }) => `${from} ${to}`),
    ["0 1", "1 2", "0 2", "2 3", "3 4", "1 4", "2 4"],
  );
});

inCi("architectures train on digits", async () => {
  const accuracies = await trainedOnDigits(create({ layers: 4, channels: 6, imageSize: 8, imageChannels: 1 }), 6);
  for (const accuracy of accuracies) assert.ok(accuracy > 30, `${accuracies}`);
});

test.run();
