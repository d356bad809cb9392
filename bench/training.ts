/**
 * Training throughput: images a second of whole training steps, for three cells in the network of
 * `digits-201` and one in a network for CIFAR-10, on each backend of TensorFlow.js that is here, and in PyTorch, on one
 * thread each.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { problemsOf } from "../core/json/schema.ts";
import { live } from "../core/space/network.ts";
import { built } from "./built.ts";
import { alternate, type Measured, ratioOf, type Spread, spreadOf } from "./measure.ts";
import { pytorch } from "./pytorch.ts";
import { type Part, type Row, row } from "./report.ts";

const SIX = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|";
const DIGITS = { cells: digits201(), batch: 128, steps: 10 };
/** A third of NAS-Bench-201's own networks: one cell in each stage, not five. */
const CIFAR = { cells: { cellsPerStage: 1 }, batch: 64, steps: 2 };
const NETWORKS = {
  "six 3×3 convolutions": { cell: SIX, ...DIGITS },
  "a mixed cell": { cell: "|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_3x3~2|", ...DIGITS },
  "skips and pools": { cell: "|skip_connect~0|+|avg_pool_3x3~0|skip_connect~1|+|avg_pool_3x3~0|skip_connect~1|avg_pool_3x3~2|", ...DIGITS },
  "six 3×3 convolutions, C = 16, 32 × 32": { cell: SIX, ...CIFAR },
} as const;
const RULE = { optimizer: "sgd", rate: 0.01, momentum: 0.9, decay: 5e-4 } as const;

export async function training(repetitions: number): Promise<Part> {
  const tf = await import("@tensorflow/tfjs-core");
  const { describeBackends, openBackend } = await built<typeof import("../training/tensorflow.ts")>("training/tensorflow.js");
  const { TrainableNetwork } = await built<typeof import("../training/network/network-builder.ts")>("training/network/network-builder.js");
  const { operationsOfBackend } = await built<typeof import("../training/train.ts")>("training/train.js");
  const { torchModule } = await built<typeof import("../core/pytorch/torch-module.ts")>("core/pytorch/torch-module.js");
  const { randomStream } = await built<typeof import("../core/random/rng.ts")>("core/random/rng.js");
  const { default: space } = await built<typeof import("../spaces/nas-bench-201.ts")>("spaces/nas-bench-201.js");
  process.env.TF_NUM_INTRAOP_THREADS = "1"; // read when native TensorFlow is loaded
  const available = (await describeBackends()).filter(({ available, software }) => available && !software);

  const rows: Row[] = [];
  let absent = "";
  for (const [name, { cell, cells: options, batch, steps }] of Object.entries(NETWORKS)) {
    const complete = structuredClone(options);
    if (problemsOf(space.options, complete).length > 0) throw new Error(`${name}: options of another space`);
    const cells = space.create(complete as Parameters<typeof space.create>[0], {}) as ReturnType<typeof space.create>;
    const layers = live(cells.network!(cells.decode(cell)));
    // On the cpu backend a step of large images takes half a minute.
    const backends = available.map(({ backend }) => backend).filter((backend) => backend !== "cpu" || options === DIGITS.cells);
    const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);
    const { shape } = layers.layers[0] as { shape: readonly [number, number, number] };
    const { code } = torchModule(layers, { architecture: cell, space: "nas-bench-201" });
    const other = await pytorch("plain.py", {
      module: code,
      shape: [batch, shape[2], shape[0], shape[1]],
      format: "contiguous_format",
      device: "cpu",
      mixed: false,
    });
    const cases: Record<string, () => number | Promise<number>> = {};
    for (const backend of backends) {
      await openBackend(backend);
      const rng = randomStream(1, "/bench");
      const net = new TrainableNetwork(operationsOfBackend(), layers, rng, 1);
      const images = tf.tensor4d(
        Float32Array.from({ length: batch * shape[0] * shape[1] * shape[2] }, () => rng.below(256) / 255),
        [batch, ...shape],
      );
      const step = () => net.step(images, { labels, smoothing: 0 }, 0.1, RULE);
      const times = backend === "cpu" ? 1 : steps;
      cases[backend] = async () => {
        await openBackend(backend);
        const began = performance.now();
        for (let i = 1; i < times; i++) void step();
        await step(); // of a device, which has computed the others then
        return ((performance.now() - began) * 1000) / times;
      };
    }
    if ("absent" in other) absent = `; no PyTorch: ${other.absent}`;
    else cases.pytorch = () => other.run(steps);
    const times = await alternate(cases, repetitions);
    for (const backend of backends) {
      const against = times.pytorch && { ratio: ratioOf(times.pytorch, times[backend]!), to: "PyTorch" };
      rows.push(row(`${name}: ${backend}`, "images/s", imagesPerSecond(times[backend]!, batch), against));
    }
    if (!("absent" in other)) {
      rows.push(row(`${name}: PyTorch ${other.version}`, "images/s", imagesPerSecond(times.pytorch!, batch)));
      other.close();
    }
  }
  const title = `Training steps of the network of digits-201 at batch ${DIGITS.batch}, and of one for CIFAR-10 at batch ${CIFAR.batch}, one thread each, in alternation${absent}`;
  return { part: "training", title, rows };
}

function imagesPerSecond({ values }: Measured, batch: number): Spread {
  return spreadOf(values.map((microseconds) => (batch * 1e6) / microseconds));
}

function digits201(): object {
  return JSON.parse(readFileSync(new URL("../manifests/tabulate/digits-201.json", import.meta.url), "utf8")).space.options;
}
