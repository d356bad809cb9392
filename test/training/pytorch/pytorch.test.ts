import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import { NetworkWriter } from "../../../core/space/network.ts";
import { type DatasetSpec, datasetSchema } from "../../../core/training/dataset-spec.ts";
import type { BackendOptions } from "../../../core/training/settings.ts";
import type { EpochResult } from "../../../core/training/trainer.ts";
import { backendOf } from "../../../training/backends.ts";
import type { Checkpoint } from "../../../training/checkpoints/checkpoint.ts";
import type { GoesOn, Training } from "../../../training/train.ts";
import { trainerThreads, WorkerTrainer } from "../../../training/trainer.ts";
import { CUDA_ABSENT, hasCuda, hasPython, hasTorch, PYTHON, PYTHON_ABSENT, TORCH_ABSENT } from "../../python.ts";
import { when } from "../../when.ts";
import { toyDataset } from "../datasets/toy-dataset.ts";
import { everyLayer, plain, settingsOf } from "../toy-training.ts";

const withTorch = when(test, hasTorch, TORCH_ABSENT);
const withPython = when(test, hasPython, PYTHON_ABSENT);
const folder = mkdtempSync(join(tmpdir(), "evoke-test-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const augmentation = { shift: 1, flip: true, cutout: 2, noise: 0.1 };
const dataset = { ...toyDataset(), augmentation, key: "augmented" };

async function train(training: Partial<Training>, options: BackendOptions = {}, goesOn: GoesOn = () => true) {
  const { train } = await backendOf({ backend: "pytorch", device: "cpu", python: PYTHON, ...options });
  const settings = settingsOf({ epochs: 3, batchSize: 15, learningRate: 0.05 });
  return train({ network: plain(), dataset, settings, seed: 1, ...training }, goesOn);
}

const numbers = (epochs: readonly EpochResult[]) => epochs.map(({ loss, validation, test }) => ({ loss, validation, test }));

/** A program that stands for a Python. */
function program(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

async function rejects(promise: Promise<unknown>, code: string, ...messages: (string | RegExp)[]): Promise<void> {
  await promise.then(
    () => assert.unreachable(),
    (error) => {
      assert.is(error.code, code, error.stack);
      for (const message of messages) assert.match(error.message, message);
    },
  );
}

for (const [optimizer, learningRate] of [
  ["sgd", 0.05],
  ["adam", 0.001],
] as const)
  withTorch(`its first steps are those of wasm but for rounding, with every kind of layer, augmented, by ${optimizer}`, async () => {
    const settings = settingsOf({ epochs: 1, batchSize: 15, optimizer, learningRate, labelSmoothing: 0.1 });
    const training = { network: everyLayer(), dataset, settings, seed: 1, keep: true, test: true };
    const ours = await (await backendOf({ backend: "wasm" })).train(training, () => true);
    const theirs = await train(training);
    const [expected, found] = [ours.epochs[0]!, theirs.epochs[0]!];
    assert.ok(Math.abs(found.loss - expected.loss) < 1e-6, `${found.loss} instead of ${expected.loss}`);
    assert.equal([found.validation, found.test], [expected.validation, expected.test]);
    for (const [i, weights] of ours.weights!.entries())
      for (const [k, weight] of weights.entries()) {
        // Adam divides by a gradient's size: what is nothing but rounding moves a weight by up to a step, too.
        const close = optimizer === "sgd" ? 2e-6 : 4 * learningRate;
        const difference = Math.abs(theirs.weights![i]![k]! - weight);
        assert.ok(difference < close, `weight ${k} of ${i} differs by ${difference}`);
      }
  });

for (const threads of [1, 2])
  withTorch(`a training repeats to the last bit, on ${threads} threads`, async () => {
    const training = { network: everyLayer(), keep: true };
    const once = await train(training, { threads });
    const again = await train(training, { threads });
    assert.equal(numbers(again.epochs), numbers(once.epochs));
    assert.equal(again.weights, once.weights);
    const { opened } = await backendOf({ backend: "pytorch", device: "cpu", python: PYTHON, threads });
    assert.match(opened.version, new RegExp(`^pytorch \\S+ on cpu, ${threads} threads?$`));
  });

for (const optimizer of ["sgd", "adam"])
  withTorch(`a training that goes on from any of its checkpoints ends with the same bits, with ${optimizer}`, async () => {
    const settings = settingsOf({ epochs: 4, batchSize: 17, optimizer, learningRate: 0.01 });
    const training = { network: everyLayer(), settings, keep: true };
    const checkpoints: Checkpoint[] = [];
    const whole = await train(training, {}, async (_, checkpoint) => checkpoints.push(await checkpoint()) > 0);
    for (const from of checkpoints.slice(0, 3)) {
      const resumed = await train({ ...training, from });
      assert.equal(numbers(resumed.epochs), numbers(whole.epochs));
      assert.equal(resumed.weights, whole.weights);
    }
  });

withTorch("a training can begin with weights, end early, and measure only some epochs", async () => {
  const { weights } = await train({ keep: true });
  const settings = settingsOf({ epochs: 5, batchSize: 15, validateEvery: 2, learningRate: 1e-9 });
  const { epochs } = await train({ first: weights, settings, dataset: toyDataset() }, {}, ({ epoch }) => epoch < 3);
  const measured = await train({ first: weights, settings: settingsOf({ epochs: 1, learningRate: 1e-9 }), dataset: toyDataset() });
  assert.equal(
    epochs.map(({ validation }) => validation !== undefined),
    [false, true, false, true],
  );
  assert.is(epochs[3]!.validation, measured.epochs[0]!.validation);
});

when(
  test,
  hasCuda,
  CUDA_ABSENT,
)("a card trains as the processor does, within TF32's rounding, and in mixed precision", async () => {
  const training = { network: everyLayer(), settings: settingsOf({ epochs: 1, batchSize: 15, learningRate: 0.05 }) };
  const [expected] = (await train(training)).epochs;
  for (const [precision, tolerance] of [
    ["float32", 5e-3],
    ["mixed", 5e-2],
  ] as const) {
    const [found] = (await train(training, { device: "cuda", precision })).epochs;
    assert.ok(Math.abs(found!.loss - expected!.loss) < tolerance, `${precision}: ${found!.loss} instead of ${expected!.loss}`);
  }
});

withTorch("mixed precision learns the same, less exactly", async () => {
  const exact = await train({});
  const mixed = await train({}, { precision: "mixed" });
  const [a, b] = [exact.epochs[0]!.loss, mixed.epochs[0]!.loss];
  assert.not.equal(a, b);
  assert.ok(Math.abs(a - b) < 0.05, `${b} instead of ${a}`);
});

withTorch("a training that diverges is given up", async () => {
  for (const settings of [{ learningRate: 100 }, { learningRate: 100, divergence: 1.01 }])
    await rejects(train({ settings: settingsOf({ epochs: 9, batchSize: 10, ...settings }) }), "TRAINING_DIVERGED", /in epoch \d+/);
});

withTorch("a batch of one image is trained on where a normalisation sees several pixels of it", async () => {
  const { epochs } = await train({ settings: settingsOf({ epochs: 1, batchSize: 1, learningRate: 0.001 }) });
  assert.ok(Number.isFinite(epochs[0]!.loss));
});

test("a Python that is not there, or is no program, is refused", async () => {
  await rejects(train({}, { python: "no-such-python" }), "BACKEND_UNAVAILABLE", "there is no program no-such-python", "evoke doctor");
  await rejects(train({}, { python: folder }), "BACKEND_UNAVAILABLE", `${folder} is no program`);
});

withPython("a Python without PyTorch, or with one that does not load, is refused with the reason", async () => {
  writeFileSync(join(folder, "torch.py"), 'raise OSError("libtorch.so: cannot open shared object file")');
  const python = program("broken", `PYTHONPATH=${folder} exec ${PYTHON} "$@"`);
  await rejects(train({}, { python }), "BACKEND_UNAVAILABLE", "it cannot import torch (libtorch.so: cannot open shared object file)");
});

test("a program that answers something else, or ends at once, is refused with what it printed", async () => {
  const chatty = program("chatty", "echo hello; echo no such option >&2; exit 3");
  await rejects(train({}, { python: chatty }), "BACKEND_UNAVAILABLE", "its process ended with status 3: no such option");
});

withTorch("a device that is not there is refused with those that are", async () => {
  await rejects(train({}, { device: "cuda:77" }), "BACKEND_UNAVAILABLE", /PyTorch \S+ has no device cuda:77 here, only .*cpu/);
});

withTorch("what an installation prints is not taken for an answer", async () => {
  const python = program("printing", `echo '{"hello": "from"}'; echo 'sitecustomize'; exec ${PYTHON} "$@"`);
  assert.equal(numbers((await train({}, { python })).epochs), numbers((await train({})).epochs));
});

withTorch("a process that is killed fails the one training; the next one has another", async () => {
  const pid = join(folder, "pid");
  const python = program("killed", `echo $$ > ${pid}; exec ${PYTHON} "$@"`);
  const kill = () => process.kill(Number(readFileSync(pid, "utf8")), "SIGKILL");
  await rejects(train({}, { python }, kill), "TRAINING_FAILED", "its process was killed, most likely because memory ran out");
  assert.is((await train({}, { python })).epochs.length, 3);
  kill(); // while nothing is trained
  assert.is((await train({}, { python })).epochs.length, 3);
});

withTorch("what goes wrong in PyTorch is told, with what was printed", async () => {
  const net = new NetworkWriter([6, 6, 2]);
  net.linear(net.batchNorm(net.globalAveragePool(net.convolution(net.image, 3, 8))), 3);
  await train({ network: net.network(), settings: settingsOf({ epochs: 1, batchSize: 1 }) }).then(
    () => assert.unreachable(),
    ({ code, message, log }) => {
      assert.is(code, "TRAINING_FAILED");
      assert.match(message, "Cannot train this network by pytorch: Expected more than 1 value per channel when training");
      assert.match(log, "Traceback");
    },
  );
});

withTorch("the process ends with the thread of a training that nobody waits for any more", async () => {
  const pid = join(folder, "pid-of-thread");
  program("threaded", `echo $$ > ${pid}; exec ${PYTHON} "$@"`);
  const trainer = new WorkerTrainer(folder, new Map(), trainerThreads(1));
  const abort = new AbortController();
  const net = new NetworkWriter([8, 8, 1]);
  net.linear(net.globalAveragePool(net.convolution(net.image, 3, 4)), 10);
  const digits = { name: "digits" } as DatasetSpec;
  assert.equal(problemsOf(datasetSchema, digits), []);
  const request = {
    network: net.network(),
    dataset: digits,
    settings: settingsOf({ epochs: 100_000 }),
    seed: 1,
    backend: "pytorch",
    device: "cpu",
    python: "./threaded",
  } as const;
  const epoch = () => {
    abort.abort(new Error("enough"));
    return true;
  };
  const training = trainer.train(request, { epoch, signal: abort.signal });
  await training.then(
    () => assert.unreachable(),
    ({ message }) => assert.is(message, "enough"),
  );
  /** One that has ended is a zombie as long as nobody asks for its status. */
  const runs = () =>
    !/^(Z.*)?$/.test(
      spawnSync("ps", ["-o", "stat=", "-p", readFileSync(pid, "utf8")])
        .stdout.toString()
        .trim(),
    );
  for (let i = 0; i < 100 && runs(); i++) await setTimeout(50);
  assert.is(runs(), false);
  await trainer.close();
});

test.run();
