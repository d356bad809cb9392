import { test } from "uvu";
import * as assert from "uvu/assert";
import { costOf, live, NetworkWriter } from "../../../core/space/network.ts";
import { networkDocument } from "../../../core/space/network-document.ts";
import { examples } from "../pytorch/networks.ts";

test("a document has each live layer with its settings, inputs, shape and cost", () => {
  const net = new NetworkWriter([5, 4, 2]);
  const stem = net.within("stem", () => net.activation(net.batchNorm(net.convolution(net.image, 3, 6, 2, "first"), "first"), "relu"));
  net.averagePool(stem, 3);
  net.linear(net.globalAveragePool(net.sum([net.zero(stem), net.depthwise(stem, 3)])), 3);
  assert.equal(networkDocument(net.network()), {
    madds: 9 * 2 * 6 * 6 + 9 * 6 * 6 + 18,
    parameters: 108 + 12 + 54 + 21,
    layers: [
      { kind: "image", shape: [5, 4, 2], inputs: [], output: [5, 4, 2], madds: 0, parameters: 0 },
      {
        ...{ kind: "convolution", kernel: 3, stride: 2, channels: 6, weights: "first", part: "stem" },
        ...{ inputs: [0], output: [3, 2, 6], madds: 648, parameters: 108 },
      },
      { kind: "batchNorm", weights: "first", part: "stem", inputs: [1], output: [3, 2, 6], madds: 0, parameters: 12 },
      { kind: "activation", activation: "relu", part: "stem", inputs: [2], output: [3, 2, 6], madds: 0, parameters: 0 },
      { kind: "depthwise", kernel: 3, stride: 1, inputs: [3], output: [3, 2, 6], madds: 324, parameters: 54 },
      { kind: "global-average-pool", inputs: [4], output: [1, 1, 6], madds: 0, parameters: 0 },
      { kind: "linear", outputs: 3, inputs: [5], output: [1, 1, 3], madds: 18, parameters: 21 },
    ],
  });
});

test("a document says the dilation of a layer where it has one, and has zeros that are parts of a concatenation", () => {
  const net = new NetworkWriter([5, 4, 2]);
  const dilated = net.depthwise(net.shift(net.image), 3, 1, "dilated", 2);
  net.concatenate([net.maxPool(dilated, 3, 2), net.maxPool(net.zero(net.image), 1, 2)]);
  assert.equal(networkDocument(net.network()).layers.slice(1), [
    { kind: "shift", inputs: [0], output: [5, 4, 2], madds: 0, parameters: 0 },
    {
      ...{ kind: "depthwise", kernel: 3, stride: 1, dilation: 2, weights: "dilated" },
      ...{ inputs: [1], output: [5, 4, 2], madds: 360, parameters: 18 },
    },
    { kind: "max-pool", kernel: 3, stride: 2, inputs: [2], output: [3, 2, 2], madds: 0, parameters: 0 },
    { kind: "zero", shape: [3, 2, 2], inputs: [], output: [3, 2, 2], madds: 0, parameters: 0 },
    { kind: "concatenation", inputs: [3, 4], output: [3, 2, 4], madds: 0, parameters: 0 },
  ]);
});

test("a document is JSON as it is, and its sums are those of the live network", () => {
  for (const { network } of examples) {
    const document = networkDocument(network);
    assert.equal(JSON.parse(JSON.stringify(document)), document);
    assert.equal({ madds: document.madds, parameters: document.parameters }, costOf(live(network)));
  }
});

test.run();
