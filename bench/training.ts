/**
 * Training throughput: images a second of whole training steps, for three cells in the network of
 * `digits-201`, on each backend of TensorFlow.js that is here, and in PyTorch on one thread.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { live } from "../core/space/network.ts";
import { built } from "./built.ts";
import { alternate, type Measured, ratioOf, spreadOf } from "./measure.ts";
import { pytorch } from "./pytorch.ts";
import { type Part, type Row, row } from "./report.ts";

const BATCH = 128;
const CELLS = {
  "six 3×3 convolutions": "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|",
  "a mixed cell": "|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_3x3~2|",
  "skips and pools": "|skip_connect~0|+|avg_pool_3x3~0|skip_connect~1|+|avg_pool_3x3~0|skip_connect~1|avg_pool_3x3~2|",
} as const;
const RULE = { optimizer: "sgd", rate: 0.01, momentum: 0.9, decay: 5e-4 } as const;

export async function training(repetitions: number): Promise<Part> {
  const tf = await import("@tensorflow/tfjs-core");
  const { describeBackends, openBackend } = await built<typeof import("../training/tensorflow.ts")>("training/tensorflow.js");
  const { TrainableNetwork } = await built<typeof import("../training/network/network-builder.ts")>("training/network/network-builder.js");
  const { operationsOfBackend } = await built<typeof import("../training/train.ts")>("training/train.js");
  const { randomStream } = await built<typeof import("../core/random/rng.ts")>("core/random/rng.js");
  const { default: space } = await built<typeof import("../spaces/nas-bench-201.ts")>("spaces/nas-bench-201.js");
  const manifest = JSON.parse(readFileSync(new URL("../manifests/tabulate/digits-201.json", import.meta.url), "utf8"));
  const cells = space.create({ classes: 10, ...manifest.space.options }, {}) as ReturnType<typeof space.create>;
  const backends = (await describeBackends()).filter(({ available }) => available).map(({ backend }) => backend);

  const labels = Int32Array.from({ length: BATCH }, (_, i) => i % 10);
  const rows: Row[] = [];
  let absent = "";
  for (const [name, cell] of Object.entries(CELLS)) {
    const layers = live(cells.network!(cells.decode(cell)));
    const other = await pytorch("training.py", { network: layers, batch: BATCH });
    const cases: Record<string, () => number | Promise<number>> = {};
    for (const backend of backends) {
      await openBackend(backend);
      const rng = randomStream(1, "/bench");
      const net = new TrainableNetwork(operationsOfBackend(), layers, rng, 1);
      const { shape } = layers.layers[0] as { shape: readonly [number, number, number] };
      const images = tf.tensor4d(
        Float32Array.from({ length: BATCH * shape[0] * shape[1] * shape[2] }, () => rng.below(256) / 255),
        [BATCH, ...shape],
      );
      const step = () => net.step(images, { labels, smoothing: 0 }, 0.1, RULE);
      const steps = backend === "cpu" ? 1 : 10;
      cases[backend] = async () => {
        await openBackend(backend);
        const began = performance.now();
        for (let i = 1; i < steps; i++) void step();
        await step(); // of a device, which has computed the others then
        return ((performance.now() - began) * 1000) / steps;
      };
    }
    if ("absent" in other) absent = `; no PyTorch: ${other.absent}`;
    else cases.pytorch = () => other.run(10);
    const times = await alternate(cases, repetitions);
    for (const backend of backends) {
      const against = times.pytorch && { ratio: ratioOf(times.pytorch, times[backend]!), to: "PyTorch" };
      rows.push(row(`${name}: ${backend}`, "images/s", imagesPerSecond(times[backend]!), against));
    }
    if (!("absent" in other)) {
      rows.push(row(`${name}: PyTorch ${other.version}`, "images/s", imagesPerSecond(times.pytorch!)));
      other.close();
    }
  }
  const title = `Training steps of the network of digits-201 at batch ${BATCH}, one thread each, in alternation${absent}`;
  return { part: "training", title, rows };
}

const imagesPerSecond = ({ values }: Measured) => spreadOf(values.map((microseconds) => (BATCH * 1e6) / microseconds));
