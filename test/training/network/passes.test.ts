import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import { NetworkWriter } from "../../../core/space/network.ts";
import { firstMoments, firstParameters } from "../../../training/network/network-builder.ts";
import type { Tensor4D } from "../../../training/network/operations.ts";
import { Passes } from "../../../training/network/passes.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { operationsOfBackend } from "../../../training/train.ts";

test("to predict takes no more memory for a deeper network: what no later layer needs is freed on the way", async () => {
  await openBackend("cpu");
  const images = tf.ones([4, 8, 8, 8]) as Tensor4D;
  const peakOf = async (depth: number, moments: "running" | "batch") => {
    const net = new NetworkWriter([8, 8, 8]);
    let x: number = net.image;
    for (let n = 0; n < depth; n++) x = net.sum([net.activation(net.batchNorm(net.convolution(x, 1, 8)), "relu"), x]);
    const passes = new Passes(operationsOfBackend(), net.network());
    const weights = passes.layers.map((layer) => ({
      parameters: firstParameters(layer, passes.channelsInto(layer), randomStream(1, "/test"), 0).map(({ value }) => value),
      ...(layer.kind === "batchNorm" && { running: firstMoments(8) }),
    }));
    const before = tf.memory().numBytes;
    const { peakBytes } = await tf.profile(() => passes.predict(images, weights, moments));
    return (peakBytes - before) / (4 * images.size);
  };
  for (const moments of ["running", "batch"] as const) {
    const [shallow, deep] = [await peakOf(2, moments), await peakOf(20, moments)];
    assert.ok(deep < 1.5 * shallow, `${deep} batches of images, where the shallower network takes ${shallow}`);
  }
});

test.run();
