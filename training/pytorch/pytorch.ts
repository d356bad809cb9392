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
import { learntWeights, torchValues } from "../../core/pytorch/state-dict.ts";
import { live, shapesOf } from "../../core/space/network.ts";
import type { BackendOptions } from "../../core/training/settings.ts";
import type { TrainingCurve } from "../../core/training/trainer.ts";
import { firstWeights } from "../network/network-builder.ts";
import type { BackendReport, OpenedBackend } from "../tensorflow.ts";
import { type Beginning, type GoesOn, type Learner, type Training, trainBy } from "../train.ts";
import type { MixtureDefinition, MixtureLearner } from "../weight-sharing/learner.ts";
import { drawnArrays, type OpenedProcess, processOf, startProcess } from "./opened-process.ts";
import { defaultPython } from "./python-process.ts";
import { PytorchMixtures } from "./pytorch-mixtures.ts";

const GLANCE_MILLISECONDS = 10_000;

/** @throws EvokeError BACKEND_UNAVAILABLE */
export async function pytorchBackend(options: BackendOptions): Promise<{
  readonly opened: OpenedBackend;
  train(training: Training, goesOn: GoesOn): Promise<TrainingCurve>;
  mixtures(definition: MixtureDefinition): Promise<MixtureLearner>;
}> {
  const { threads = 1, precision } = options;
  const { torch, device, card } = (await processOf(options)).described;
  const parts = [`pytorch ${torch} on ${card}`, device === "cpu" && `${threads} ${threads === 1 ? "thread" : "threads"}`];
  const version = [...parts, precision === "mixed" && "mixed precision"].filter(Boolean).join(", ");
  return {
    opened: { name: "pytorch", version, passedOver: [] },
    train: async (training, goesOn) => {
      const python = await processOf(options);
      return trainBy(training, goesOn, (beginning) => learnerBy(python, training, beginning));
    },
    mixtures: async (definition) => PytorchMixtures.of(await processOf(options), definition),
  };
}

/** Whether it is there: what `python3`, or the Python that EVOKE_PYTHON names, has. */
export async function describePytorch(): Promise<BackendReport> {
  try {
    const python = await startProcess({});
    const { torch, card } = python.described;
    python.end();
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
  // Before anything is imported: with -c, Python would look for it in the folder that this process is in.
  const safe = "import sys; sys.path = [path for path in sys.path if path]";
  const program = `${safe}; import importlib.metadata; print(importlib.metadata.version('torch'), sys.executable)`;
  return promisify(execFile)(python, ["-c", program], { timeout: GLANCE_MILLISECONDS }).then(
    ({ stdout }) => `pytorch ${stdout.trim()}`,
    () => undefined,
  );
}

/** What is asked of backend.py in a training. */
async function learnerBy(python: OpenedProcess, training: Training, { rng, state, steps }: Beginning): Promise<Learner> {
  const { dataset, settings } = training;
  const network = live(training.network);
  const weights = training.first ?? firstWeights(network, rng);
  await python.sendDataset(dataset);
  const { optimizer, momentum, weightDecay, labelSmoothing } = settings;
  const description = { layers: network.layers, shapes: shapesOf(network), optimizer, momentum, weightDecay, labelSmoothing };
  await python.send({ training: { ...description, steps } }, ...(state ? [state] : torchValues(network, weights)));

  const stateNow = () => python.numbers({ state: {} });
  return {
    async epoch(batches, steps) {
      const { rows, drawn } = batches.drawEpoch();
      const { lengths, arrays } = drawnArrays(drawn, rows.length);
      const rates = steps.map(({ rule }) => rule.rate);
      const momenta = steps.map(({ momentum }) => momentum);
      const message = { epoch: { rows: rows.length, drawn: lengths, rates, momenta } };
      const answer = await python.ask(message, rows, ...arrays);
      return (answer.message.loss as number | null) ?? Number.NaN;
    },
    async accuracy(part) {
      const { message } = await python.ask({ accuracy: part });
      return message.accuracy as number;
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
