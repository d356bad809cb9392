/**
 * What core/pytorch writes computes in PyTorch what our own passes compute.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { writePth } from "../../../core/formats/write-pth.ts";
import { stateDict } from "../../../core/pytorch/state-dict.ts";
import { type TorchModule, torchModule } from "../../../core/pytorch/torch-module.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { costOf } from "../../../core/space/network.ts";
import type { Loss, Targets } from "../../../training/network/loss.ts";
import { TrainableNetwork } from "../../../training/network/network-builder.ts";
import type { Tensor4D } from "../../../training/network/operations.ts";
import { WasmOperations } from "../../../training/network/wasm/wasm-operations.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import { type Example, examples } from "../../core/pytorch/networks.ts";
import { hasTorch, python, TORCH_ABSENT } from "../../python.ts";
import { when } from "../../when.ts";

const folder = mkdtempSync(join(tmpdir(), "evoke-test-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const IMAGES = 6;
const withTorch = when(test, hasTorch, TORCH_ABSENT);

const written = examples.map((example) => ({ example, module: torchModule(example.network, example) }));
for (const [i, { module }] of written.entries()) writeFileSync(join(folder, `module_${i}.py`), module.code);

/** What our own passes make of random images, after two steps of training. */
interface Computed {
  readonly tensors: ReturnType<typeof stateDict>;
  readonly images: Float32Array;
  /** By the running moments, and by those of the images. */
  readonly evalScores: Float32Array;
  readonly trainScores: Float32Array;
  /** After the latter. */
  readonly after: ReturnType<typeof stateDict>;
}

/** Keeps the scores of each step, and learns from them until it is told not to. */
class Watched extends WasmOperations {
  scores = new Float32Array();
  learns = true;

  override crossEntropy(scores: Tensor4D, targets: Targets): Loss {
    this.scores = scores.dataSync<"float32">().slice();
    return this.learns ? super.crossEntropy(scores, targets) : { value: Number.NaN, gradient: scores };
  }
}

async function computed({ network }: Example, module: TorchModule, seed: number): Promise<Computed> {
  const [image] = network.layers as [Extract<Example["network"]["layers"][number], { kind: "image" }>];
  const rng = randomStream(seed, "/test");
  const images = Float32Array.from({ length: IMAGES * image.shape.reduce((a, b) => a * b) }, () => rng.next() - 0.3);
  const batch = tf.tensor4d(images, [IMAGES, ...image.shape]);
  const operations = new Watched();
  const trainable = new TrainableNetwork(operations, network, rng, 1);
  const labels = Int32Array.from({ length: IMAGES }, (_, row) => row % 5);
  const rule = { optimizer: "sgd", rate: 0.05, momentum: 0, decay: 0 } as const;
  const targets = { labels, smoothing: 0 };
  for (let step = 0; step < 2; step++) trainable.step(batch, targets, 0.5, rule);
  const tensors = stateDict(module, await trainable.save());
  const evalScores = await trainable.predict(batch);
  operations.learns = false;
  trainable.step(batch, targets, 0.1, rule);
  const after = stateDict(module, await trainable.save());
  batch.dispose();
  trainable.dispose();
  return { tensors, images, evalScores, trainScores: operations.scores, after };
}

const everything: Promise<Computed[]> = openBackend("wasm").then(() =>
  Promise.all(written.map(({ example, module }, i) => computed(example, module, i))),
);

test("a state dict has as many parameters as the network, each tensor under a name of its own", async () => {
  for (const [i, { tensors }] of (await everything).entries()) {
    const { network, paths } = written[i]!.module;
    const learnt = [...tensors].filter(([name]) => /\.(weight|bias)$/.test(name));
    const count = learnt.reduce((sum, [, { values }]) => sum + values.length, 0);
    assert.is(count, costOf(network).parameters, written[i]!.example.architecture);
    assert.is(new Set(paths.values()).size, paths.size);
  }
});

const PROGRAM = `
import importlib, json, torch
from pathlib import Path
found = []
for i, shape in enumerate(json.loads(input())):
    network = importlib.import_module(f"module_{i}").Network()
    network.load_state_dict(torch.load(f"weights_{i}.pth"))
    images = torch.frombuffer(bytearray(Path(f"images_{i}").read_bytes()), dtype=torch.float32).reshape(shape).permute(0, 3, 1, 2)
    network.eval()
    with torch.no_grad():
        scores = {"evalScores": network(images).flatten().tolist()}
        network.train()
        scores["trainScores"] = network(images).flatten().tolist()
    scores["after"] = {name: tensor.flatten().tolist() for name, tensor in network.state_dict().items()}
    scores["parameters"] = sum(p.numel() for p in network.parameters())
    found.append(scores)
print(json.dumps(found))
`;

withTorch("PyTorch computes what our passes compute, in training and in evaluation, with the weights of the .pth", async () => {
  const ours = await everything;
  const shapes = written.map(({ module }, i) => {
    const { tensors, images } = ours[i]!;
    writeFileSync(join(folder, `weights_${i}.pth`), writePth(tensors));
    writeFileSync(join(folder, `images_${i}`), new Uint8Array(images.buffer));
    const [image] = module.network.layers as [Extract<Example["network"]["layers"][number], { kind: "image" }>];
    return [IMAGES, ...image.shape];
  });
  const theirs = JSON.parse(python(["-c", PROGRAM], folder, JSON.stringify(shapes))) as {
    readonly evalScores: number[];
    readonly trainScores: number[];
    readonly after: Readonly<Record<string, number[]>>;
    readonly parameters: number;
  }[];
  const close = (what: string, found: readonly number[], expected: ArrayLike<number | bigint>) => {
    assert.is(found.length, expected.length, what);
    const size = Math.max(1, ...Array.from(expected, (value) => Math.abs(Number(value))));
    for (const [k, value] of found.entries())
      assert.ok(Math.abs(value - Number(expected[k]!)) < 1e-5 * size, `${what}: ${value} instead of ${expected[k]}`);
  };
  for (const [i, { example, module }] of written.entries()) {
    const [found, expected] = [theirs[i]!, ours[i]!];
    assert.is(found.parameters, costOf(module.network).parameters);
    for (const mode of ["evalScores", "trainScores"] as const) close(`${mode} of ${example.architecture}`, found[mode], expected[mode]);
    assert.equal(Object.keys(found.after).sort(), [...expected.after.keys()].sort());
    for (const [name, { values }] of expected.after)
      if (/running_/.test(name)) close(`${name} of ${example.architecture}`, found.after[name]!, values);
  }
});

test.run();
