import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { loadGraphModelSync } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type ExportOptions, exportCommand } from "../../../../../app/cli/commands/architectures/export.ts";
import { openExperiment } from "../../../../../app/host/experiment.ts";
import { OUTSIDE_A_RUN } from "../../../../../core/search/evaluations.ts";
import type { DatasetSpec } from "../../../../../core/training/dataset-spec.ts";
import { openDataset } from "../../../../../training/datasets/dataset.ts";
import { openBackend } from "../../../../../training/tensorflow.ts";
import { hasTorch, python, TORCH_ABSENT } from "../../../../python.ts";
import { when } from "../../../../when.ts";
import { Scratch, toy, toyEvaluator } from "../../command.ts";

const scratch = new Scratch();
const evaluator = {
  use: "supernet",
  options: {
    dataset: { name: "digits", split: { train: 400, validation: 200, test: 100 } },
    ...{ training: { epochs: 6, batchSize: 20 }, sampling: "fair", calibration: 1, backend: "wasm", folder: "supernets" },
  },
};
const file = scratch.write("supernet.json", {
  ...toy,
  plugins: [],
  evaluator,
  space: { use: "nas-bench-201", options: { channels: 4, stages: 1, cellsPerStage: 1, imageSize: 8, imageChannels: 1 } },
});
const CELL = "|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|none~0|avg_pool_3x3~1|nor_conv_3x3~2|";

/** Percent of the validation images that the exported model has right. */
async function accuracyOf(folder: string): Promise<number> {
  const artifacts = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
  const weightData = Uint8Array.from(readFileSync(join(folder, "weights.bin"))).buffer;
  await openBackend("cpu");
  const model = loadGraphModelSync({ load: () => ({ ...artifacts, weightSpecs: artifacts.weightsManifest[0].weights, weightData }) });
  const { composition } = await openExperiment({ file, changes: [] });
  const { dataset } = composition.experiment.evaluator.options as { dataset: DatasetSpec };
  const { validation } = await openDataset(dataset);
  const scores = model.predict(tf.tensor4d(validation.images, [validation.count, 8, 8, 1])) as tf.Tensor;
  const best = tf.argMax(scores, 1).dataSync();
  return (100 * best.filter((label, row) => label === validation.labels[row]).length) / validation.count;
}

/** What the command does, without its words. */
async function exported(out: string, options: Partial<ExportOptions> = {}, text = CELL): Promise<string> {
  const folder = join(scratch.folder, out);
  await exportCommand(text, { from: file, out: folder, quiet: true, ...options });
  return folder;
}

test("another program has as many validation images right by the exported model as the evaluator has", async () => {
  const folder = await exported("model");
  assert.equal(readdirSync(folder).sort(), ["model.json", "weights.bin"]);
  const { composition } = await openExperiment({ file, changes: [] });
  const { run } = await composition.run(1);
  const { score } = await run.evaluator.evaluate(run.space.decode(CELL), undefined, OUTSIDE_A_RUN);
  assert.is(await accuracyOf(folder), score);
});

test("a model that is trained on before is better", async () => {
  const [before, after] = [await accuracyOf(join(scratch.folder, "model")), await accuracyOf(await exported("tuned", { fineTune: "6" }))];
  assert.ok(after > before + 10, `${before} and then ${after}`);
});

test("an export that is killed while it trains goes on after its last checkpoint; one that is over leaves none", async () => {
  const before = scratch.write("soon.unfinished/a.bin", "");
  await exported("soon", { fineTune: "1" });
  assert.not(existsSync(dirname(before)));
  const out = join(scratch.folder, "long");
  const call = [scratch.command, "export", CELL, "--from", file, "--fine-tune", "5000", "--out", out];
  const unfinished = `${out}.unfinished`;
  const killed = spawn(process.execPath, call, { stdio: "ignore" });
  while (!existsSync(unfinished) || !readdirSync(unfinished).some((name) => name.endsWith(".bin"))) await delay(50);
  killed.kill("SIGKILL");
  await once(killed, "exit");
  const again = spawn(process.execPath, call, { stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  for await (const part of again.stderr) if (/goes on after epoch \d+ of 5000/.test((told += part))) break;
  again.kill("SIGKILL");
  assert.match(told, /fine-tuning: goes on after epoch \d+ of 5000/);
});

test("a module of PyTorch is printed or written, with the options of the space, and names no weights", async () => {
  const { status, stdout, stderr } = await scratch.evoke("export", "--torch", CELL);
  assert.is(status, 0, stderr);
  assert.match(stdout, "class Network(nn.Module):");
  const out = join(scratch.folder, "a/model.py");
  await exportCommand(CELL, { torch: true, space: "nas-bench-201", set: ["/options/classes=7", "/options/channels=8"], out });
  assert.match(readFileSync(out, "utf8"), /nn\.Linear\(32, 7\)/);
  await exportCommand(CELL, { torch: true, space: file, out });
  assert.match(readFileSync(out, "utf8"), /Images are \[N, 1, 8, 8\]/);
  assert.equal(readdirSync(join(scratch.folder, "a")), ["model.py"]);
});

/** Percent of the validation images that the module has right with its weights. */
const ACCURACY = `
import sys, torch
sys.path.insert(0, "torch")
from net import Network
network = Network()
network.load_state_dict(torch.load("torch/net.pth"))
images, labels = [torch.frombuffer(bytearray(open(name, "rb").read()), dtype=kind) for name, kind in [("images", torch.float32), ("labels", torch.int32)]]
scores = network.eval()(images.reshape(-1, 8, 8, 1).permute(0, 3, 1, 2))
print(100 * (scores.argmax(1) == labels).double().mean().item())
`;

when(
  test,
  hasTorch,
  TORCH_ABSENT,
)("PyTorch has as many validation images right by the exported weights as the evaluator has", async () => {
  const out = join(scratch.folder, "torch/net.py");
  await exportCommand(CELL, { torch: true, from: file, quiet: true, out });
  assert.equal(readdirSync(join(scratch.folder, "torch")).sort(), ["net.pth", "net.py"]);
  const { composition } = await openExperiment({ file, changes: [] });
  const { dataset } = composition.experiment.evaluator.options as { dataset: DatasetSpec };
  const { images, labels } = (await openDataset(dataset)).validation;
  for (const [name, { buffer, byteOffset, byteLength }] of Object.entries({ images, labels }))
    writeFileSync(join(scratch.folder, name), new Uint8Array(buffer, byteOffset, byteLength));
  assert.is(Number(python(["-c", ACCURACY], scratch.folder)), await accuracyOf(join(scratch.folder, "model")));
});

/** A space that describes no networks. */
const PAIRS = `const contains = (pair) => pair.length === 2 && pair.every((bit) => bit === 0 || bit === 1);
export default {
  kind: "space", name: "pairs", summary: "For tests", options: { type: "object" }, needs: [],
  create: () => ({
    length: 2, operations: ["no", "yes"], size: 4n, contains,
    sample: (rng) => [rng.below(2), rng.below(2)],
    modify: (pair, all) => all.reduce((changed, { component, operation }) => changed.with(component, operation), pair),
    neighbours: ([a, b]) => [[1 - a, b], [a, 1 - b]],
    encode: (pair) => pair.join("-"),
    decode: (text) => text.split("-").map(Number),
    functionKey: String,
  }),
};`;

async function refused(code: string, promise: Promise<unknown>): Promise<void> {
  await promise.then(
    () => assert.unreachable(),
    (error) => assert.is(error.code, code),
  );
}

test("options that do not go together, or lack one, are refused", async () => {
  await refused("OPTION_MISSING", exportCommand(CELL, {}));
  await refused("OPTION_MISSING", exportCommand(CELL, { out: "x" }));
  await refused("OPTION_MISSING", exportCommand(CELL, { from: file }));
  await refused("OPTION_UNFIT", exportCommand(CELL, { torch: true, fineTune: "1" }));
  await refused("OPTION_UNFIT", exportCommand(CELL, { torch: true, from: file, out: "x.py", space: "nas-bench-201" }));
  await refused("OPTION_UNFIT", exportCommand(CELL, { from: file, out: "x", set: ["/options/classes=7"] }));
  await refused("OPTION_INVALID", exportCommand(CELL, { torch: true, from: file, out: "x" }));
  const { status, stderr } = await scratch.evoke("export", CELL);
  assert.is(status, 2);
  assert.match(stderr, /^Cannot export an architecture: neither --torch nor --from/);
});

test("what cannot be exported is refused", async () => {
  scratch.write("toy.js", toyEvaluator);
  await refused("OPTION_INVALID", exported("none", { fineTune: "-1" }));
  await refused("ARCHITECTURE_INVALID", exported("none", {}, "|skip~0|"));
  await refused("NOTHING_TRAINED", exported("none", { from: scratch.write("toy.json", toy) }));
  scratch.write("pairs.js", PAIRS);
  const pairs = scratch.write("pairs.json", { ...toy, plugins: ["./toy.js", "./pairs.js"], space: "pairs" });
  await refused("NETWORK_MISSING", exportCommand("1-0", { torch: true, space: pairs }));
  await refused("SPACE_UNDECIDED", exportCommand("nonsense", { torch: true }));
  scratch.write("in the way", "");
  await refused("CANNOT_WRITE", exported("in the way"));
});

test.run();
