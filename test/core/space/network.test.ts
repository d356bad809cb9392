import { test } from "uvu";
import * as assert from "uvu/assert";
import { costOf, extent, layerCosts, live, type Network, NetworkWriter, shapesOf } from "../../../core/space/network.ts";

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

test("pools of maxima halve as other pools do, a shift keeps the shape, and a concatenation adds up channels", () => {
  const net = new NetworkWriter([7, 5, 3]);
  const halves = [net.image, net.shift(net.image)].map((x) => net.convolution(x, 1, 4, 2));
  net.concatenate([...halves, net.maxPool(net.image, 3, 2)]);
  assert.equal(shapesOf(net.network()), [
    [7, 5, 3],
    [7, 5, 3],
    [4, 3, 4],
    [4, 3, 4],
    [4, 3, 3],
    [4, 3, 11],
  ]);
});

test("a dilation changes neither shapes nor costs, and is not written where it is 1", () => {
  const dilatedBy = (dilation?: number) => {
    const net = new NetworkWriter([9, 9, 2]);
    net.depthwise(net.convolution(net.image, 3, 4, 2, "a", dilation), 5, 1, "b", dilation);
    return net.network();
  };
  assert.equal(shapesOf(dilatedBy(2)), shapesOf(dilatedBy()));
  assert.equal(layerCosts(dilatedBy(2)), layerCosts(dilatedBy()));
  assert.equal(
    dilatedBy(2).layers.map((layer) => ("dilation" in layer ? layer.dilation : undefined)),
    [undefined, 2, 2],
  );
  assert.equal(dilatedBy(1), dilatedBy());
  assert.not(dilatedBy().layers.some((layer) => "dilation" in layer));
});

test("a kernel of k pixels with a dilation of d extends over (k − 1) d + 1", () => {
  assert.equal([extent(3), extent(1, 4), extent(3, 2), extent(5, 2)], [3, 1, 5, 9]);
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

test("a part that is zero keeps its channels in a concatenation, and one of zeros is zero", () => {
  const half = new NetworkWriter([4, 4, 1]);
  half.concatenate([half.image, half.maxPool(half.zero(half.image), 3)]);
  assert.equal(live(half.network()).layers, [
    { kind: "image", shape: [4, 4, 1], inputs: [] },
    { kind: "zero", shape: [4, 4, 1], inputs: [] },
    { kind: "concatenation", inputs: [0, 1] },
  ]);
  const none = new NetworkWriter([4, 4, 1]);
  none.sum([none.convolution(none.image, 3, 2), none.concatenate([none.shift(none.zero(none.image)), none.zero(none.image)])]);
  assert.equal(kinds(live(none.network())), ["image", "convolution"]);
});

test("a concatenation of one part is that part", () => {
  const net = new NetworkWriter([4, 4, 1]);
  net.activation(net.concatenate([net.sum([net.image])]), "relu");
  assert.equal(live(net.network()).layers.slice(1), [{ kind: "activation", activation: "relu", inputs: [0] }]);
});

test("a truncation keeps the first channels, costs nothing, and is zero of zero", () => {
  const net = new NetworkWriter([4, 4, 5]);
  net.concatenate([net.truncate(net.image, 2), net.truncate(net.zero(net.image), 3)]);
  assert.equal(
    shapesOf(net.network()).map(([, , channels]) => channels),
    [5, 2, 5, 3, 5],
  );
  assert.equal(costOf(net.network()), { madds: 0, parameters: 0 });
  assert.equal(kinds(live(net.network())), ["image", "truncation", "zero", "concatenation"]);
});

test("a mixture stays, whatever feeds it: of zero, and of one operation", () => {
  const net = new NetworkWriter([4, 4, 2]);
  const one = net.mixture(0, [net.zero(net.image)]);
  net.activation(net.mixture(1, [net.convolution(one, 3, 2), net.averagePool(net.image, 3)]), "relu");
  assert.equal(live(net.network()), net.network());
  assert.throws(() => net.mixture(0, [net.image, net.convolution(net.image, 1, 3)]), "4 × 4 × 2 and 4 × 4 × 3 cannot be added");
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
  assert.throws(() => net.concatenate([net.image, net.maxPool(net.image, 3, 2)]), "4 × 4 × 3 and 2 × 2 × 3 cannot be concatenated");
  assert.throws(() => net.truncate(net.image, 4), "4 × 4 × 3 cannot be truncated to 4 channels");
  assert.throws(() => net.concatenate([]), "a concatenation layer is fed by nothing");
  assert.throws(() => net.linear(net.image, 2), "fed by 4 × 4 × 3; pool it first");
  assert.throws(() => net.scale(net.image, net.image), "cannot be scaled by");
  assert.throws(() => net.convolution(99, 3, 2), "fed by 99");
});

test.run();
