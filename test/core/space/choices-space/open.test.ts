import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../../core/errors/index.ts";
import { openNetworkContract } from "../../../contracts/open-network.ts";
import { spaceContract } from "../../../contracts/space.ts";
import { choicesSpace as create, stages } from "../../../support/choices.ts";
import { twelveLayers } from "../../../support/twelve-layers.ts";

/** Depths decide how many layers a stage has. */
const depths = { ...stages, network: [{ convolution: { kernel: 1, channels: 4 } }, ...stages.network] };
/** Operations of places, of which the last is twice in the network; a kernel and a dilation of one convolution. */
const operations = {
  components: [
    { name: "operation", choices: ["skip", "conv", "pool"] },
    { name: "kernel", choices: [1, 3], when: { operation: "conv" } },
    { name: "dilation", choices: [1, 2], when: { operation: "conv" } },
    { name: "function", choices: ["relu", "hard-swish"] },
    { name: "shared", choices: ["conv", "depthwise", "max", "nothing"] },
  ],
  ...{ imageSize: 8, imageChannels: 1 },
  network: [
    { convolution: { kernel: 3, channels: 4 } },
    { when: { operation: "conv" }, layers: [{ convolution: { kernel: "$kernel", dilation: "$dilation", times: 1 } }, "batchNorm"] },
    { when: { operation: "pool" }, layers: [{ "average-pool": { kernel: 3 } }] },
    { activation: "$function" },
    {
      repeat: 2,
      layers: [
        {
          residual: [
            { when: { shared: "conv" }, layers: [{ convolution: { kernel: 3, times: 1 } }, "batchNorm"] },
            { when: { shared: "depthwise" }, layers: [{ depthwise: { kernel: 3 } }, "batchNorm"] },
            { when: { shared: "max" }, layers: [{ "max-pool": { kernel: 3 } }] },
          ],
        },
      ],
    },
    "global-average-pool",
    "classifier",
  ],
};
/** Inner widths, which a layer of a fixed size follows; strides in the projection of a residual; branches. */
const inner = {
  components: [
    { name: "expansion", choices: [1, 2, 3] },
    { name: "kernel", choices: [3, 5] },
    { name: "reduction", choices: [1, 2] },
    { name: "width", choices: [3, 5] },
    { name: "first", choices: ["conv", "nothing"] },
  ],
  ...{ imageSize: 8, imageChannels: 2 },
  network: [
    {
      residual: [
        { convolution: { kernel: 1, times: "$expansion" } },
        "batchNorm",
        { depthwise: { kernel: "$kernel", stride: 2 } },
        "batchNorm",
        { "squeeze-excitation": { reduction: "$reduction" } },
        { convolution: { kernel: 1, channels: 6 } },
        "batchNorm",
        { activation: "relu" },
      ],
    },
    { concatenation: [[{ convolution: { kernel: "$width", channels: "$width" } }, { convolution: { kernel: 1, channels: 4 } }], []] },
    { sum: [[{ when: { first: "conv" }, layers: [{ convolution: { kernel: 3, times: 1 } }] }], [{ "max-pool": { kernel: 3 } }]] },
    "batchNorm",
    "global-average-pool",
    "classifier",
  ],
};

for (const [name, options] of Object.entries({ depths, operations, inner })) {
  const space = create(options);
  for (const [title, run] of spaceContract(`choices, ${name},`, space)) test(title, run);
  for (const [title, run] of openNetworkContract(`choices, ${name}`, space)) test(title, run);
}

test("choices are mixed where they are made: alternatives together, a value where it is read, a shared component in each place", () => {
  const { network } = create(operations).open!();
  const { layers } = network;
  const mixtures = layers.flatMap((layer, i) => (layer.kind === "mixture" ? [{ ...layer, i }] : []));
  assert.equal(
    mixtures.map(({ edge, part }) => `${edge} ${part}`),
    ["2 undefined", "2 undefined", "1 undefined", "0 undefined", "3 undefined", "4 stage 1/block 1", "4 stage 1/block 2"],
  );
  const [, , kernel, operation, , shared] = mixtures;
  assert.equal(
    kernel!.inputs.map((input) => mixtures.findIndex(({ i }) => i === input)),
    [0, 1],
  );
  assert.equal(operation!.inputs.slice(0, 2), [1, kernel!.i], "skip, conv, pool");
  assert.is(layers[operation!.inputs[2]!]!.kind, "average-pool");
  assert.is(shared!.inputs[3], mixtures[4]!.i, "a residual of nothing is its input alone");
  assert.equal(
    layers.flatMap(({ kind, weights }) => (kind === "convolution" && weights?.endsWith("dilation=2") ? [weights] : [])),
    ["when 2/convolution 1, kernel=1, dilation=2", "when 2/convolution 1, kernel=3, dilation=2"],
  );
});

test("a depth is mixed layer by layer, and layers that several depths have stand once", () => {
  const { network, edges } = create({
    components: [{ name: "depth", choices: [1, 2, 3] }],
    ...{ imageSize: 4, imageChannels: 1 },
    network: [
      {
        repeat: 3,
        layers: [{ when: { depth: { atLeast: "#" } }, layers: [{ residual: [{ convolution: { kernel: 3, times: 1 } }, "batchNorm"] }] }],
      },
      "global-average-pool",
      "classifier",
    ],
  }).open!();
  const mixtures = network.layers.filter(({ kind }) => kind === "mixture");
  assert.is(network.layers.filter(({ kind }) => kind === "convolution").length, 3);
  assert.equal(
    mixtures.map(({ inputs }) => inputs.map((input) => inputs.indexOf(input))),
    [
      [0, 1, 1],
      [0, 0, 2],
    ],
    "what is of one depth and more, as often as there are such depths",
  );
  assert.equal(edges[0]!.parameterFree, [true, false, false]);
});

test("what cannot be left open is an error that names the component, its place and the remedy", () => {
  const says = (options: object, partial: number | undefined, message: RegExp) =>
    assert.throws(
      () => create(options).open!(partial),
      (error: EvokeError) => error.code === "SPACE_INVALID" && message.test(error.message),
    );
  says(
    twelveLayers,
    undefined,
    /options\/network\/3\/layers\/0\/layers\/0\/residual\/1: "width 1" cannot be left open: its choices give images of 8 × 8 × 8, 8 × 8 × 12, 8 × 8 × 16/,
  );
  const image = { imageSize: 4, imageChannels: 1 };
  const head = ["global-average-pool", "classifier"];
  const size = { components: [{ name: "size", choices: [1, 2] }], ...image };
  says(
    { ...size, network: [{ "average-pool": { kernel: 2, stride: "$size" } }, { activation: "relu" }, ...head] },
    undefined,
    /options\/network\/0: "size" .* 4 × 4 × 1, 2 × 2 × 1, which cannot be mixed\.\n {2}.*a layer of a fixed size follow/,
  );
  says({ ...size, network: head }, undefined, /options\/components: "size" cannot be left open: all its choices give the same network/);
  says(operations, 4, /options\/network: the controller lets 1\/4 of the channels through the operations/);
  const many = { name: "a", choices: Array.from({ length: 100 }, (_, i) => 2 * i + 1) };
  says(
    {
      components: [many, { ...many, name: "b" }, { ...many, name: "c" }],
      ...image,
      network: [
        { convolution: { kernel: "$a", dilation: "$b", channels: 2 } },
        { activation: "relu" },
        { "max-pool": { kernel: "$c" } },
        ...head,
      ],
    },
    undefined,
    /options\/network\/0: with all choices left open there are more than 10000 layers/,
  );
});

test.run();
