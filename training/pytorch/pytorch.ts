/**
 * The backend "pytorch": a process of Python for each thread that trains, which several trainings use one after the other.
 * It gets the dataset once, and of an epoch what was drawn for it; nothing crosses with a step.
 *
 * What fixes a result on cpu: the request, the version of PyTorch, the number of threads, and the class of the processor.
 * On cuda the fastest of several algorithms is taken, and the last bits may differ each time.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { backendUnavailable, EvokeError, trainingFailed } from "../../core/errors/index.ts";
import { learntWeights, torchValues } from "../../core/pytorch/state-dict.ts";
import { live, shapesOf } from "../../core/space/network.ts";
import type { BackendOptions } from "../../core/training/settings.ts";
import type { TrainingCurve } from "../../core/training/trainer.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { QUANTILES } from "../datasets/normal-deviates.ts";
import { firstWeights } from "../network/network-builder.ts";
import type { BackendReport, OpenedBackend } from "../tensorflow.ts";
import { type Beginning, type GoesOn, type Learner, type Training, trainBy } from "../train.ts";
import { defaultPython, PythonEnded, PythonProcess } from "./python-process.ts";

const GLANCE_MILLISECONDS = 10_000;

/** A process that has told what it computes with. */
interface OpenedProcess {
  readonly process: PythonProcess;
  readonly key: string;
  readonly torch: string;
  readonly device: string;
  readonly card: string;
  /** The key of the dataset that it has. */
  dataset?: string;
}

/** This thread's. */
let opened: OpenedProcess | undefined;

/** @throws EvokeError BACKEND_UNAVAILABLE */
export async function pytorchBackend(
  options: BackendOptions,
): Promise<{ readonly opened: OpenedBackend; train(training: Training, goesOn: GoesOn): Promise<TrainingCurve> }> {
  const { threads = 1, precision } = options;
  const { torch, device, card } = await processOf(options);
  const parts = [`pytorch ${torch} on ${card}`, device === "cpu" && `${threads} ${threads === 1 ? "thread" : "threads"}`];
  const version = [...parts, precision === "mixed" && "mixed precision"].filter(Boolean).join(", ");
  return { opened: { name: "pytorch", version, passedOver: [] }, train: (training, goesOn) => train(options, training, goesOn) };
}

/** Whether it is there: what `python3`, or the Python that EVOKE_PYTHON names, has. */
export async function describePytorch(): Promise<BackendReport> {
  try {
    const { process, torch, card } = await start({});
    process.end();
    return { backend: "pytorch", available: true, detail: `${torch} on ${card}, by ${defaultPython()}` };
  } catch (error) {
    const [first, why = first!] = (error as Error).message.split("\n");
    return { backend: "pytorch", available: false, detail: why.trim() };
  }
}

/**
 * Whether it seems to be there: to import it takes seconds, to look for it none.
 * @returns something that names it, and changes when another version is installed
 */
export async function pytorchAtAGlance({ python = defaultPython() }: Pick<BackendOptions, "python">): Promise<string | undefined> {
  const program = "import sys, importlib.metadata; print(importlib.metadata.version('torch'), sys.executable)";
  return promisify(execFile)(python, ["-c", program], { timeout: GLANCE_MILLISECONDS }).then(
    ({ stdout }) => `pytorch ${stdout.trim()}`,
    () => undefined,
  );
}

async function processOf(options: BackendOptions): Promise<OpenedProcess> {
  if (opened?.key === keyOfProcess(options) && (await opened.process.isThere())) return opened;
  opened?.process.end();
  opened = undefined;
  return (opened = await start(options));
}

function keyOfProcess({ python = defaultPython(), device, threads, precision }: BackendOptions): string {
  return JSON.stringify([python, device, threads, precision]);
}

async function start(options: BackendOptions): Promise<OpenedProcess> {
  const { python = defaultPython(), device, threads = 1, precision = "float32" } = options;
  let process: PythonProcess | undefined;
  const refused = (reason: string) => {
    process?.end();
    const remedy = 'Name another Python by "python" in the manifest, or by the variable EVOKE_PYTHON; or another "device".';
    return backendUnavailable("pytorch", [reason, remedy]);
  };
  try {
    process = new PythonProcess(python, { device: device ?? null, threads, precision });
    const { message } = await process.answer();
    if (!message.opened) throw refused(`${python}: ${message.unavailable ?? message.failed}`);
    return { process, key: keyOfProcess(options), ...(message.opened as Pick<OpenedProcess, "torch" | "device" | "card">) };
  } catch (error) {
    if (error instanceof EvokeError) throw error;
    if (!(error instanceof PythonEnded)) throw refused(`${python} does not start: ${(error as Error).message}`); // on Deno, without leave
    const last = error.log.trim().split("\n").at(-1);
    throw refused(last ? `${error.message}: ${last}` : error.message);
  }
}

async function train(options: BackendOptions, training: Training, goesOn: GoesOn): Promise<TrainingCurve> {
  const python = await processOf(options);
  try {
    return await trainBy(training, goesOn, (beginning) => learnerBy(python, training, beginning));
  } catch (error) {
    if (error instanceof PythonEnded) throw trainingFailed("pytorch", error.message, REMEDIES.other, error.log);
    throw error;
  }
}

const REMEDIES = {
  memory: "A smaller /batchSize takes less memory, and so do fewer trainings at a time.",
  other: "/failures of the manifest says whether to reject the architecture or to stop.",
} as const;

/** What is asked of backend.py in a training. */
async function learnerBy(python: OpenedProcess, training: Training, { rng, state, steps }: Beginning): Promise<Learner> {
  const { dataset, settings } = training;
  const { process } = python;
  const network = live(training.network);
  const weights = training.first ?? firstWeights(network, rng);
  if (python.dataset !== dataset.key) {
    python.dataset = dataset.key;
    await process.send(...datasetMessage(dataset));
  }
  const { optimizer, momentum, weightDecay, labelSmoothing } = settings;
  const description = { layers: network.layers, shapes: shapesOf(network), optimizer, momentum, weightDecay, labelSmoothing };
  await process.send({ training: { ...description, steps } }, ...(state ? [state] : torchValues(network, weights)));

  const ask = async (message: object, ...parts: ArrayBufferView[]) => {
    await process.send(message, ...parts);
    const { message: answer, data } = await process.answer();
    if (answer.failed === undefined) return { answer, data };
    process.end();
    throw trainingFailed("pytorch", `${answer.failed}`, answer.memory ? REMEDIES.memory : REMEDIES.other, process.log);
  };
  const stateNow = async () => {
    const { data } = await ask({ state: {} });
    return new Float32Array(data.buffer);
  };
  return {
    async epoch(batches, steps) {
      const { rows, drawn } = batches.drawEpoch();
      const arrays = Object.entries(drawn) as [string, Int16Array][];
      const lengths = Object.fromEntries(arrays.map(([name, { length }]) => [name, length / rows.length]));
      const rates = steps.map(({ rule }) => rule.rate);
      const momenta = steps.map(({ momentum }) => momentum);
      const message = { epoch: { rows: rows.length, drawn: lengths, rates, momenta } };
      const { answer } = await ask(message, rows, ...arrays.map(([, array]) => array));
      return (answer.loss as number | null) ?? Number.NaN;
    },
    async accuracy(part) {
      const { answer } = await ask({ accuracy: part });
      return answer.accuracy as number;
    },
    state: stateNow,
    async weights() {
      const values = await stateNow();
      let at = 0;
      return learntWeights(
        network,
        weights.map(({ length }) => values.slice(at, (at += length))),
      );
    },
    dispose: () => {}, // what it holds goes with the next training
  };
}

function datasetMessage({ shape, black, augmentation, ...parts }: Dataset): [object, ...ArrayBufferView[]] {
  const { shift, cutout, noise } = augmentation;
  const names = ["train", "validation", "test"] as const;
  const deviates = noise ? Float32Array.from(QUANTILES, (quantile) => noise * quantile) : new Float32Array();
  const counts = Object.fromEntries(names.map((name) => [name, parts[name].count]));
  const dataset = { shape, counts, cutout, margin: Math.min(shift, Math.max(shape[0], shape[1])), levels: deviates.length };
  return [{ dataset }, black, deviates, ...names.flatMap((name) => [parts[name].images, parts[name].labels])];
}
