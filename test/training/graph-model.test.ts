import { loadGraphModelSync } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../core/random/rng.ts";
import { live, type Network, NetworkWriter } from "../../core/space/network.ts";
import { graphModel } from "../../training/graph-model.ts";
import { TrainableNetwork } from "../../training/network/network-builder.ts";
import { openBackend } from "../../training/tensorflow.ts";
import { operationsOfBackend } from "../../training/train.ts";
import { toyDataset } from "./datasets/toy-dataset.ts";

/** A network with every kind of layer; a dead part is left out. */
function everyLayer(): Network {
  const net = new NetworkWriter([6, 6, 2]);
  const stem = net.batchNorm(net.convolution(net.image, 3, 8));
  const strided = net.batchNorm(net.convolution(net.activation(stem, "relu"), 3, 8, 2));
  const halves = [stem, net.shift(stem)].map((x, i) => net.convolution(x, 1, 3 + i, 2));
  const reduced = net.batchNorm(net.concatenate([...halves, net.zero(net.convolution(net.image, 1, 1, 2))]));
  const joined = net.sum([strided, net.convolution(net.averagePool(stem, 2, 2), 1, 8), net.zero(strided), strided, reduced]);
  const wide = net.activation(net.batchNorm(net.depthwise(joined, 5)), "hard-swish");
  const gates = net.activation(net.linear(net.activation(net.linear(net.globalAveragePool(wide), 4), "relu"), 8), "hard-sigmoid");
  const dilated = net.batchNorm(net.convolution(net.depthwise(joined, 3, 1, undefined, 2), 3, 8, 1, undefined, 2));
  const both = net.batchNorm(net.convolution(net.depthwise(stem, 3, 2, undefined, 2), 2, 8, 1, undefined, 2));
  const scaled = net.sum([
    net.averagePool(net.scale(wide, gates), 3),
    net.maxPool(dilated, 3),
    net.maxPool(both, 2),
    joined,
    net.truncate(net.concatenate([joined, joined]), 8),
    net.truncate(net.shuffle(net.concatenate([joined, wide]), 4), 8, 3),
  ]);
  net.linear(net.globalAveragePool(net.batchNorm(scaled)), 3);
  return net.network();
}

/** Of whose image nothing reaches the output. */
function dead(): Network {
  const net = new NetworkWriter([6, 6, 2]);
  net.linear(net.globalAveragePool(net.zero(net.image)), 3);
  return net.network();
}

for (const [name, network] of Object.entries({ "every kind of layer": everyLayer(), "nothing alive": dead() }))
  test(`a model of a network with ${name} is loaded by TensorFlow.js's converter, and scores as the network does`, async () => {
    await openBackend("cpu");
    const { train } = toyDataset();
    const images = tf.tensor4d(train.images, [train.count, 6, 6, 2]);
    const trained = new TrainableNetwork(operationsOfBackend(), network, randomStream(1, "/test"), 1);
    for (let step = 0; step < 3; step++)
      trained.step(images, { labels: train.labels, smoothing: 0 }, 0.5, {
        optimizer: "sgd",
        rate: 0.1,
        momentum: 0,
        decay: 0,
      });
    const files = graphModel({ network: live(network), weights: await trained.save() }, { architecture: "test" });
    const artifacts = JSON.parse(files["model.json"]);
    const model = loadGraphModelSync({
      load: () => ({
        ...artifacts,
        weightSpecs: artifacts.weightsManifest[0].weights,
        weightData: files["weights.bin"].slice().buffer,
      }),
    });
    const scores = (model.predict(images) as tf.Tensor).dataSync();
    const expected = await trained.predict(images);
    assert.is(scores.length, 3 * train.count);
    for (const [i, score] of scores.entries()) assert.ok(Math.abs(score - expected[i]!) < 1e-4, `${score} instead of ${expected[i]}`);
    assert.equal(
      model.inputs.map(({ name, shape }) => [name, shape]),
      [["images", [-1, 6, 6, 2]]],
    );
    assert.equal(artifacts.userDefinedMetadata, { architecture: "test" });
    trained.dispose();
  });

test.run();
