import { test } from "uvu";
import * as assert from "uvu/assert";
import { costOf, live, type Network, NetworkWriter, shapesOf } from "../../../core/space/network.ts";

const kinds = ({ layers }: Network) => layers.map(({ kind }) => kind);

test("a stride of s makes ⌈size / s⌉ of a size", () => {
  const net = new NetworkWriter([7, 5, 3]);
  net.averagePool(net.depthwise(net.convolution(net.image, 3, 4, 2), 3), 2, 2);
  assert.equal(shapesOf(net.network()), [
    [7, 5, 3],
    [4, 3, 4],
    [4, 3, 4],
    [2, 2, 4],
  ]);
});

test("multiply-adds are those of convolutions and linear layers, parameters those of normalisations and biases too", () => {
  const net = new NetworkWriter([8, 8, 2]);
  net.linear(net.globalAveragePool(net.depthwise(net.batchNorm(net.convolution(net.image, 3, 4)), 5, 2)), 10);
  assert.equal(costOf(net.network()), {
    madds: 9 * 2 * 4 * 64 + 25 * 4 * 16 + 40,
    parameters: 9 * 2 * 4 + 2 * 4 + 25 * 4 + 50,
  });
});

test("what does not reach the output is left out of the live network", () => {
  const net = new NetworkWriter([4, 4, 1]);
  const used = net.convolution(net.image, 1, 2);
  net.convolution(used, 3, 2);
  net.activation(used, "relu");
  assert.equal(kinds(live(net.network())), ["image", "convolution", "activation"]);
});

test("what is computed of zero is zero, and adds nothing", () => {
  const net = new NetworkWriter([4, 4, 1]);
  const ofZero = net.averagePool(net.batchNorm(net.convolution(net.zero(net.image), 3, 1)), 3);
  net.linear(net.globalAveragePool(net.sum([ofZero, net.image])), 2);
  assert.equal(kinds(live(net.network())), ["image", "global-average-pool", "linear"]);
});

test("a network that is dead as a whole keeps its bias", () => {
  const net = new NetworkWriter([4, 4, 1]);
  net.linear(net.globalAveragePool(net.sum([net.zero(net.image)])), 2);
  assert.equal(live(net.network()).layers, [
    { kind: "image", shape: [4, 4, 1], inputs: [] },
    { kind: "zero", shape: [1, 1, 1], inputs: [] },
    { kind: "linear", outputs: 2, inputs: [1] },
  ]);
});

test("squeeze-and-excitation is kept, and its factors may be of zero", () => {
  const net = new NetworkWriter([4, 4, 3]);
  net.scale(net.image, net.activation(net.globalAveragePool(net.zero(net.image)), "hard-sigmoid"));
  assert.equal(kinds(live(net.network())), ["image", "zero", "activation", "scale"]);
});

test("layers that do not fit each other are refused", () => {
  const net = new NetworkWriter([4, 4, 3]);
  assert.throws(() => net.sum([net.image, net.convolution(net.image, 3, 2)]), "4 × 4 × 3 and 4 × 4 × 2 cannot be added");
  assert.throws(() => net.linear(net.image, 2), "fed by 4 × 4 × 3; pool it first");
  assert.throws(() => net.scale(net.image, net.image), "cannot be scaled by");
  assert.throws(() => net.convolution(99, 3, 2), "fed by 99");
});

test.run();
