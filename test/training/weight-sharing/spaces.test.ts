import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Plugin } from "../../../core/plugin/plugin.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { OpenNetwork } from "../../../core/space/open-network.ts";
import type { Mixture } from "../../../core/training/weight-sharing.ts";
import choices from "../../../spaces/choices.ts";
import darts from "../../../spaces/darts.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { mixtureDefinition } from "../../../training/weight-sharing/mixture-definition.ts";
import { TensorflowMixtures } from "../../../training/weight-sharing/tensorflow-mixtures.ts";
import { toyDataset } from "../datasets/toy-dataset.ts";

const dataset = toyDataset();
const image = { imageSize: 6, imageChannels: 2, classes: 3 };

function opened(plugin: Plugin<"space">, options: object, partial?: number): OpenNetwork {
  const complete = { ...structuredClone(options), ...image };
  assert.equal(problemsOf(plugin.options, complete, "/space/options"), []);
  return (plugin.create(complete as never, {} as never) as Space).open!(partial);
}

/** A kernel within an operation, a depth whose layers stand for several choices, and an operation in two places. */
const nested = {
  components: [
    { name: "operation", choices: ["skip", "conv"] },
    { name: "kernel", choices: [1, 3], when: { operation: "conv" } },
    { name: "depth", choices: [1, 2, 3] },
    { name: "shared", choices: ["relu", "hard-swish"] },
  ],
  network: [
    { convolution: { kernel: 3, channels: 4 } },
    "batchNorm",
    { when: { operation: "conv" }, layers: [{ convolution: { kernel: "$kernel", times: 1 } }, "batchNorm"] },
    {
      repeat: 3,
      layers: [
        { when: { depth: { atLeast: "#" } }, layers: [{ residual: [{ activation: "relu" }, { convolution: { kernel: 3, times: 1 } }] }] },
      ],
    },
    { repeat: 2, layers: [{ activation: "$shared" }, { convolution: { kernel: 1, times: 1 } }] },
    "global-average-pool",
    "classifier",
  ],
};

/** A layer whose shape changes and up to three that keep it, with squeeze-and-excitation and hard-swish. */
const mobile = {
  units: [{ channels: 8, stride: 2, squeezeExcitation: true }],
  ...{ widthMultiplier: 1, stemChannels: 8, stemStride: 1, finalChannels: 16, featureChannels: 16 },
};

/** Pools of maxima, and squeezing, bend the loss, so that smaller differences are taken, whose rounding is larger. */
const cases = [
  ["choices", "cpu", opened(choices, nested), 0.003, 0.005],
  ["choices", "wasm", opened(choices, nested), 0.003, 0.005],
  ["mobilenet", "wasm", opened(mobilenet, mobile), 0.0003, 0.01],
  ["darts with partial channels", "wasm", opened(darts, { channels: 4, cells: 3 }, 2), 0.0003, 0.03],
] as const;

for (const [name, backend, { edges, network }, step, tolerance] of cases)
  test(`${name}: the slope of the loss by operations' weights, and a path alone as among all, on ${backend}`, async () => {
    await openBackend(backend);
    const learner = new TensorflowMixtures(mixtureDefinition(network, dataset, { affine: false, unsampled: "still" }, 1));
    const rng = randomStream(1, "/test");
    const batch = { of: "train", rows: Int32Array.from({ length: 12 }, (_, row) => row) } as const;
    const judge = (mixture: Mixture, all: boolean) => learner.judge(batch, mixture, { all, keep: false });
    const dense = edges.map(({ operations }) => operations.map(() => (0.5 + rng.next()) / operations.length));
    const { gradient, loss } = await judge(dense, false);
    assert.ok(Number.isFinite(loss));
    const slope = async (direction: Mixture) => {
      const moved = (by: number) => dense.map((row, edge) => row.map((weight, k) => weight + by * direction[edge]![k]!));
      return ((await judge(moved(step), false)).loss - (await judge(moved(-step), false)).loss) / (2 * step);
    };
    const along = (direction: Mixture) =>
      gradient.reduce((sum, row, edge) => sum + row.reduce((own, g, k) => own + g * direction[edge]![k]!, 0), 0);
    const directions: Mixture[] = [0, 1, 2].map(() => edges.map(({ operations }) => operations.map(() => rng.next() - 0.5)));
    for (const chosen of [0, edges.length - 1])
      directions.push(edges.map(({ operations }, edge) => operations.map(() => (edge === chosen ? rng.next() - 0.5 : 0))));
    for (const direction of directions) {
      const [found, expected] = [along(direction), await slope(direction)];
      assert.ok(Math.abs(found - expected) < tolerance * (1 + Math.abs(expected)), `${found}, by differences ${expected}`);
    }
    for (let n = 0; n < 2; n++) {
      const path = edges.map(({ operations }) => {
        const chosen = rng.below(operations.length);
        return operations.map((_, k) => Number(k === chosen));
      });
      const [alone, among] = [await judge(path, false), await judge(path, true)];
      assert.ok(Math.abs(alone.loss - among.loss) < 1e-4, `${alone.loss}, among all ${among.loss}`);
    }
    learner.dispose();
  });

test.run();
