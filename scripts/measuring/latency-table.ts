/**
 * A table of latencies of this machine, in the form of Once-for-All's authors (core/space/latency-table.ts), for the space
 * `mobilenet` with the options of a manifest: YAML on stdout, a block as soon as it is measured.
 *
 *   npm run latency-table -- manifests/weight-sharing/proxylessnas-mobilenet.json
 *
 * Each block is a network of its own, which a thread of the backend wasm computes for a batch of 100 images. Its time is that
 * of the fastest of 100 passes: what else a machine does only adds to it.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { problemsOf } from "../../core/json/schema.ts";
import type { Block, Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import { latencyKeys } from "../../core/space/latency-table.ts";
import { roundedWidth } from "../../core/space/mobile-network.ts";
import { type Network, NetworkWriter, type Shape } from "../../core/space/network.ts";
import mobilenet from "../../spaces/mobilenet.ts";
import { TrainableNetwork } from "../../training/network/network-builder.ts";
import { WasmOperations } from "../../training/network/wasm/wasm-operations.ts";
import { openBackend } from "../../training/tensorflow.ts";

const BATCH = 100;
const PASSES = 100;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("name a manifest");
const manifest = JSON.parse(readFileSync(file, "utf8"));
const { latencyTable, ...options } = (manifest.base ?? manifest).space.options; // of a matrix, or of an experiment
const problems = problemsOf(mobilenet.options, options);
if (problems.length > 0) throw new Error(problems.join("\n"));
const space = mobilenet.create(options as never, {} as never) as Space;

await openBackend("wasm");
const rng = randomStream(1, "/latency-table");
process.stdout.write(
  `# Milliseconds for ${BATCH} images on one thread of ${cpus()[0]!.model}, backend wasm: the fastest of the passes that count says.\n# Made by npm run latency-table.\n`,
);
const measured = new Set<string>();
for (const operation of space.operations!.keys()) {
  if (operation === 0) continue; // absent
  const blocks = space.blocks!(Array<number>(space.length).fill(operation));
  for (const [i, key] of latencyKeys(blocks).entries()) {
    if (measured.has(key)) continue;
    measured.add(key);
    const milliseconds = await fastest(networkOf(blocks[i]!, i === 0 ? 3 : 1), blocks[i]!.input);
    process.stdout.write(`${key}:\n  count: ${PASSES}\n  mean: ${milliseconds.toFixed(3)}\n`);
  }
}

/** @returns milliseconds of the fastest pass */
async function fastest(block: Network, input: Shape): Promise<number> {
  const network = new TrainableNetwork(new WasmOperations(), block, rng, 1);
  const shape = [BATCH, ...input] as [number, number, number, number];
  const images = tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.next()),
    shape,
  );
  let best = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < PASSES; pass++) {
    const began = performance.now();
    await network.predict(images);
    best = Math.min(best, performance.now() - began);
  }
  images.dispose();
  network.dispose();
  return best;
}

/** The block by itself, with the normalisation and the activation that follow it in a network. @param kernel  of a plain convolution */
function networkOf(block: Block, kernel: number): Network {
  const { input, output } = block;
  const net = new NetworkWriter(input);
  switch (block.kind) {
    case "convolution": {
      const convolution = net.convolution(net.image, kernel, output[2], Math.round(input[0] / output[0]));
      net.activation(input[0] > 1 ? net.batchNorm(convolution) : convolution, "hard-swish");
      break;
    }
    case "inverted-residual": {
      const { expanded, stride, skip, squeezeExcitation, activation } = block;
      const normalised = (from: number) => net.activation(net.batchNorm(from), activation);
      let x: number = net.image;
      if (expanded !== input[2]) x = normalised(net.convolution(x, 1, expanded));
      x = normalised(net.depthwise(x, block.kernel, stride));
      if (squeezeExcitation) {
        const squeezed = net.activation(net.linear(net.globalAveragePool(x), roundedWidth(expanded / 4)), "relu");
        x = net.scale(x, net.activation(net.linear(squeezed, expanded), "hard-sigmoid"));
      }
      x = net.batchNorm(net.convolution(x, 1, output[2]));
      if (skip) net.sum([net.image, x]);
      break;
    }
    case "global-average-pool":
      net.globalAveragePool(net.image);
      break;
    case "linear":
      net.linear(net.image, output[2]);
  }
  return net.network();
}
