/**
 * The backend pytorch beside a plain loop in PyTorch, on the device that PyTorch chooses here and, where that is a card, in
 * mixed precision too. The loop keeps its images on the device; ours draws and augments them, and it is asked by the epoch.
 *
 * @module
 */
import { problemsOf } from "../core/json/schema.ts";
import type { Space } from "../core/plugin/space.ts";
import { live, type Network } from "../core/space/network.ts";
import type { Backend } from "../training/backends.ts";
import type { Dataset, Examples } from "../training/datasets/dataset.ts";
import { built } from "./built.ts";
import { alternate, ratioOf, spreadOf } from "./measure.ts";
import { pytorch } from "./pytorch.ts";
import { type Part, type Row, row } from "./report.ts";

const CELLS = {
  "six 3×3 convolutions": "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|",
  "a mixed cell": "|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_3x3~2|",
} as const;
/** NAS-Bench-201's own networks on a card; a cell in each stage, not five, on a processor. */
const ON_CARD = { options: { cellsPerStage: 5 }, batch: 256, steps: 40 };
const ON_PROCESSOR = { options: { cellsPerStage: 1 }, batch: 64, steps: 3 };
const [HEIGHT, WIDTH, CHANNELS] = [32, 32, 3] as const;
/** As NAS-Bench-201 trained on CIFAR-10. */
const AUGMENTATION = { shift: 4, flip: true, cutout: 0, noise: 0 };
const FORMATS = { "plain loop": "contiguous_format", "plain loop, channels last": "channels_last" } as const;

export async function pytorchBackend(repetitions: number): Promise<Part> {
  const { backendOf } = await built<typeof import("../training/backends.ts")>("training/backends.js");
  const { torchModule } = await built<typeof import("../core/pytorch/torch-module.ts")>("core/pytorch/torch-module.js");
  const { default: plugin } = await built<typeof import("../spaces/nas-bench-201.ts")>("spaces/nas-bench-201.js");
  const title = "The backend pytorch beside a plain loop in PyTorch, NAS-Bench-201's networks at 32 × 32";
  const opened = await backendOf({ backend: "pytorch" }).catch((error: Error) => error.message.split("\n")[1]!.trim());
  if (typeof opened === "string") return { part: "pytorch-backend", title, rows: [], skipped: opened };
  const { version } = opened.opened;
  const card = !/ on cpu\b/.test(version);
  const { options, batch, steps } = card ? ON_CARD : ON_PROCESSOR;
  const complete = { ...options };
  if (problemsOf(plugin.options, complete).length > 0) throw new Error("options of another space");
  const space = plugin.create(complete as Parameters<typeof plugin.create>[0], {}) as Space;

  const rows: Row[] = [];
  for (const [name, cell] of Object.entries(CELLS))
    for (const precision of card ? (["float32", "mixed"] as const) : (["float32"] as const)) {
      const network = live(space.network!(space.decode(cell)));
      const { code } = torchModule(network, { architecture: cell, space: "nas-bench-201" });
      const backend = await backendOf({ backend: "pytorch", precision });
      const ours = async () => (await secondsOfStep(backend, network, batch, steps)) * 1e6;
      const cases: Record<string, () => Promise<number>> = { ours };
      const closing: (() => void)[] = [];
      for (const [loop, format] of Object.entries(FORMATS)) {
        const device = card ? "cuda" : "cpu";
        const other = await pytorch("plain.py", {
          module: code,
          shape: [batch, CHANNELS, HEIGHT, WIDTH],
          format,
          device,
          mixed: precision === "mixed",
        });
        if ("absent" in other) throw new Error(other.absent);
        cases[loop] = () => other.run(steps);
        closing.push(() => other.close());
      }
      const times = await alternate(cases, repetitions);
      for (const close of closing) close();
      const [faster] = Object.keys(FORMATS).sort((a, b) => times[a]!.median - times[b]!.median);
      for (const [what, measured] of Object.entries(times)) {
        const against = what === "ours" ? { ratio: ratioOf(times[faster!]!, measured), to: faster!, goal: "≥ 0.95" } : {};
        rows.push(
          row(`${name}, ${precision}: ${what}`, "images/s", spreadOf(measured.values.map((time) => (batch * 1e6) / time)), against),
        );
      }
    }
  return { part: "pytorch-backend", title: `${title}: ${version}, batch ${batch}, ${options.cellsPerStage} in a stage`, rows };
}

/** Of the second of two epochs of so many steps: a card has chosen its algorithms in the first. */
async function secondsOfStep({ train }: Backend, network: Network, batch: number, steps: number): Promise<number> {
  const images = (count: number): Examples => ({
    images: Float32Array.from({ length: count * HEIGHT * WIDTH * CHANNELS }, () => Math.random()),
    labels: Int32Array.from({ length: count }, (_, i) => i % 10),
    count,
  });
  const dataset: Dataset = {
    ...{ name: "random", classes: 10, shape: [HEIGHT, WIDTH, CHANNELS], digest: "", key: `random ${batch} ${steps}` },
    ...{ black: new Float32Array(CHANNELS), augmentation: AUGMENTATION },
    ...{ train: images(batch * steps), validation: images(1), test: images(1) },
  };
  const settings = {
    ...{ epochs: 2, batchSize: batch, optimizer: "sgd" as const, learningRate: 0.01, warmup: 0, momentum: 0.9, weightDecay: 5e-4 },
    ...{ labelSmoothing: 0, validateEvery: 1, divergence: Number.MAX_VALUE },
  };
  const { epochs } = await train({ network, dataset, settings, seed: 1 }, () => true);
  return (epochs[1]!.seconds - epochs[0]!.seconds) / steps;
}
