/** Networks for the toy dataset, and how they are trained. @module */
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import { type Network, NetworkWriter } from "../../core/space/network.ts";
import { type TrainingSettings, trainingSchema } from "../../core/training/settings.ts";

/** Their defaults filled in. */
export function settingsOf(settings: object): TrainingSettings {
  const complete = structuredClone(settings);
  assert.equal(problemsOf(trainingSchema, complete), []);
  return complete as TrainingSettings;
}

/** A network with every kind of layer. */
export function everyLayer(): Network {
  const net = new NetworkWriter([6, 6, 2]);
  const stem = net.batchNorm(net.convolution(net.image, 3, 8));
  const strided = net.batchNorm(net.convolution(net.activation(stem, "relu"), 3, 8, 2));
  const shortcut = net.convolution(net.averagePool(stem, 2, 2), 1, 8);
  const halves = [stem, net.shift(stem)].map((x, i) => net.convolution(x, 1, 3 + i, 2));
  const reduced = net.batchNorm(net.concatenate([...halves, net.zero(net.convolution(net.image, 1, 1, 2))]));
  const joined = net.sum([strided, shortcut, net.zero(strided), strided, reduced]);
  const wide = net.activation(net.batchNorm(net.depthwise(joined, 5)), "hard-swish");
  const gates = net.activation(net.convolution(net.globalAveragePool(wide), 1, 8), "hard-sigmoid");
  const dilated = net.batchNorm(net.convolution(net.depthwise(joined, 3, 1, undefined, 2), 3, 8, 1, undefined, 2));
  const scaled = net.sum([net.averagePool(net.scale(wide, gates), 3), net.maxPool(dilated, 3), joined]);
  net.linear(net.globalAveragePool(net.batchNorm(scaled)), 3);
  return net.network();
}

export function plain(): Network {
  const net = new NetworkWriter([6, 6, 2]);
  net.linear(net.globalAveragePool(net.activation(net.batchNorm(net.convolution(net.image, 3, 8)), "relu")), 3);
  return net.network();
}
