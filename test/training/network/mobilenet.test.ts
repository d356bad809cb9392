/**
 * The networks of the space mobilenet, computed and trained.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { randomStream } from "../../../core/random/rng.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
import { TrainableNetwork } from "../../../training/network/network-builder.ts";
import { WasmOperations } from "../../../training/network/wasm/wasm-operations.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { toyDataset } from "../datasets/toy-dataset.ts";

function create(options: object): Space {
  const complete = structuredClone(options);
  assert.equal(problemsOf(mobilenet.options, complete), []);
  return mobilenet.create(complete as never, {} as never) as Space;
}

async function compute(options: object, text: string): Promise<Float32Array> {
  const space = create(options);
  const network = new TrainableNetwork(new WasmOperations(), space.network!(space.decode(text)), randomStream(1, "/test"), 1);
  const { imageSize, imageChannels } = { imageSize: 224, imageChannels: 3, ...options };
  const rng = randomStream(2, "/test");
  const pixels = Float32Array.from({ length: imageSize ** 2 * imageChannels }, () => rng.next());
  const images = tf.tensor4d(pixels, [1, imageSize, imageSize, imageChannels]);
  const scores = await network.predict(images);
  images.dispose();
  network.dispose();
  return scores;
}

test("the full-size network gives a finite score for each of 1,000 classes at 224 × 224", async () => {
  await openBackend("wasm");
  const scores = await compute({}, "3,3,3,4,4:5,5,7,0,5,5,7,0,5,7,5,0,5,5,5,7,5,7,7,7:6,6,3,0,6,4,6,0,6,6,6,0,6,6,6,4,6,6,4,4");
  assert.is(scores.length, 1_000);
  assert.ok(scores.every(Number.isFinite));
  assert.ok(new Set(scores).size > 900, "they are not all alike");
});

test("a network scaled down to small images learns them", async () => {
  await openBackend("wasm");
  const space = create({
    units: [
      { channels: 8, stride: 2, squeezeExcitation: true, activation: "relu" },
      { channels: 16, stride: 1 },
    ],
    ...{ widthMultiplier: 1, stemChannels: 8, stemStride: 1, finalChannels: 32, featureChannels: 32 },
    ...{ imageSize: 6, imageChannels: 2, classes: 3 },
  });
  const { images, labels, count } = toyDataset().train;
  const batch = tf.tensor4d(images, [count, 6, 6, 2]);
  const network = new TrainableNetwork(
    new WasmOperations(),
    space.network!(space.decode("3,2:7,3,5,0,3,5,0,0:3,4,6,0,3,4,0,0")),
    randomStream(1, "/test"),
    1,
  );
  const step = () => network.step(batch, { labels, smoothing: 0 }, 0.1, { optimizer: "sgd", rate: 0.05, momentum: 0.9, decay: 0 });
  const first = await step();
  for (let i = 0; i < 20; i++) step();
  const last = await step();
  assert.ok(last < first / 2, `the loss was ${first}, and is ${last}`);
  batch.dispose();
  network.dispose();
});

test.run();
