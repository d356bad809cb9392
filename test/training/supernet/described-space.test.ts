/** Supernets of spaces that are written in a manifest. @module */
import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { Network } from "../../../core/space/network.ts";
import choices from "../../../spaces/choices.ts";
import type { Tensor4D } from "../../../training/network/operations.ts";
import { SharedWeights } from "../../../training/supernet/shared-weights.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { operationsOfBackend } from "../../../training/train.ts";
import { twelveLayers } from "../../support/twelve-layers.ts";
import { firstOf, toyDataset } from "../datasets/toy-dataset.ts";

function create(options: object): Space {
  const complete = { ...structuredClone(options), imageSize: 6, imageChannels: 2, classes: 3 };
  assert.equal(problemsOf(choices.options, complete), []);
  return choices.create(complete as never, {}) as Space;
}

/** Inverted residuals of three places, the kinds of which are gates in different orders; paths of different widths side by side. */
const mixed = {
  components: [
    {
      repeat: 2,
      components: [
        { name: "kind #", choices: ["none", "inverted"] },
        { name: "expansion #", choices: [2, 4], when: { "kind #": "inverted" } },
      ],
    },
    { name: "last", choices: ["wide", "narrow"] },
    { name: "width", choices: [4, 6], when: { last: "wide" } },
    { name: "stride", choices: [1, 2] },
  ],
  network: [
    { convolution: { kernel: 3, channels: 4, stride: "$stride" } },
    "batchNorm",
    {
      repeat: 2,
      layers: [
        {
          when: { "kind #": "inverted" },
          layers: [
            {
              residual: [
                { convolution: { kernel: 1, times: "$expansion #" } },
                { activation: "relu" },
                { depthwise: { kernel: 3 } },
                "batchNorm",
                { convolution: { kernel: 1, channels: 4 } },
              ],
            },
          ],
        },
      ],
    },
    {
      concatenation: [
        [{ "max-pool": { kernel: 3 } }],
        [{ when: { last: "wide" }, layers: [{ convolution: { kernel: 3, channels: "$width" } }] }],
      ],
    },
    { residual: [{ convolution: { kernel: 3, channels: 8 } }, "batchNorm"] },
    { "squeeze-excitation": { reduction: 2 } },
    "global-average-pool",
    "classifier",
  ],
};

const examples = firstOf(toyDataset().train, 15);

for (const [name, options] of Object.entries({ "twelve layers": twelveLayers, mixed }))
  test(`any network of the described space, ${name}, has its part of the shared weights, and learns by it`, async () => {
    await openBackend("wasm");
    const space = create(options);
    const weights = new SharedWeights(
      operationsOfBackend(),
      space.envelope!.map((member) => space.network!(member)),
      randomStream(1, "/test"),
      1,
    );
    const images = tf.tensor4d(examples.images, [examples.count, 6, 6, 2]) as Tensor4D;
    const learn = (network: Network): number =>
      tf.tidy(() => {
        const part = weights.part(network);
        const loss = part.passes.step(images, part.weights, { labels: examples.labels, smoothing: 0 }, 0, part.collect) as number;
        part.dispose();
        weights.update({ optimizer: "sgd", rate: 0.02, momentum: 0, decay: 0 });
        return loss;
      });
    const rng = randomStream(2, "/test");
    const losses = Array.from({ length: 60 }, () => learn(space.network!(space.sample(rng))));
    const mean = (some: readonly number[]) => some.reduce((sum, loss) => sum + loss, 0) / some.length;
    assert.ok(mean(losses.slice(-20)) < mean(losses.slice(0, 20)), losses.join(" "));
    images.dispose();
    weights.dispose();
  });

test.run();
