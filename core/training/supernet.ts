/**
 * Supernets, as plugins see them: networks that share weights, in which order they are trained, and what
 * trains them. The host gives the trainer; it is outside core, in training/.
 *
 * A supernet is of any space whose networks name their weights. What is shared under a name is as large as
 * the largest that any architecture of the space's envelope has: unless the space says otherwise, the n-th of these has
 * the n-th choice everywhere, or the last where there are fewer.
 *
 * @module
 */
import { networkMissing, supernetImpossible } from "../errors/index.ts";
import type { OptionsOf } from "../json/options.ts";
import type { Space } from "../plugin/space.ts";
import { type Rng, randomStream, shuffle } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";
import { operationsOf } from "../space/choices.ts";
import type { Network } from "../space/network.ts";
import type { DatasetSpec } from "./dataset-spec.ts";
import { type TensorflowBackend, trainingSchema } from "./settings.ts";
import type { TrainedNetwork } from "./trained-network.ts";

type TrainingSettings = Omit<typeof trainingSchema.properties, "validateEvery" | "warmup">;
const { validateEvery: _, warmup: __, ...settings } = trainingSchema.properties;
/** How a supernet is trained: options of the evaluator `supernet`. */
export const supernetTrainingSchema: Omit<typeof trainingSchema, "properties"> & { readonly properties: TrainingSettings } = {
  ...trainingSchema,
  properties: settings,
};
/** Their defaults filled in. */
export type SupernetSettings = OptionsOf<typeof supernetTrainingSchema>;

/** How the architectures are drawn that a supernet is trained by. */
export const SAMPLINGS = ["uniform", "fair", "progressive"] as const;

/** A part of the training, with a learning rate that falls to 0. */
export interface SupernetPhase {
  readonly name: string;
  readonly epochs: number;
  readonly learningRate: number;
  /** Channels are sorted before it, the most important first. */
  readonly sorts: boolean;
  /** How much of what is learnt are the scores of the full network, as it was after the first phase, and not the labels. */
  readonly distillation: number;
}

/** What a supernet is trained of, on and with. */
export interface SupernetRequest {
  readonly dataset: DatasetSpec;
  readonly settings: SupernetSettings;
  /** Of the first weights, the order of the images and their augmentation. */
  readonly seed: number;
  readonly backend?: "fastest" | TensorflowBackend;
  /** Networks that have every weight between them, each as large as it gets. */
  readonly envelope: readonly Network[];
  /** The network that has all of them, where phases sort or distil. */
  readonly full?: Network;
  readonly phases: readonly SupernetPhase[];
  /** The sub-networks that learn in each step of an epoch. @param epoch  1 for the first of all phases */
  sample(epoch: number, steps: number): readonly (readonly Network[])[];
  /** Batches of training images from which each sub-network's normalisations take their moments. */
  readonly calibration: number;
  /** Where it is kept, relative to the manifest; the host knows a place if it is left out. */
  readonly folder?: string | undefined;
}

/** After an epoch of a supernet's training. */
export interface SupernetEpoch {
  readonly epoch: number;
  readonly phase: string;
  /** Mean cross-entropy of the labels over all sub-networks that learnt, in nats. */
  readonly loss: number;
}

/** Told how the training goes on. */
export interface SupernetListener {
  epoch(result: SupernetEpoch): void;
  /** Something that people should know, in a line. */
  note(line: string): void;
}

/** A supernet. The same network gives the same accuracy each time. It is trained when that is asked for, or anything else. */
export interface Supernet {
  /** Trains it, or finds it trained; nothing from the second time on. @throws EvokeError TRAINING_DIVERGED */
  train(): Promise<void>;
  /** Accuracies in percent; the seconds are measured. */
  evaluate(network: Network): Promise<{ readonly validation: number; readonly seconds: number }>;
  test(network: Network): Promise<number>;
  /** The network's own copy of its part of the weights. */
  extract(network: Network): Promise<TrainedNetwork>;
}

/** How architectures are drawn for the steps of a training. */
export interface SupernetSampling {
  readonly sampling: (typeof SAMPLINGS)[number];
  readonly settings: SupernetSettings;
  readonly seed: number;
  /** Sub-networks that learn in a step. */
  readonly perStep: number;
  /** Of the phases after the first, in progressive shrinking. */
  readonly shrinking: { readonly epochs: number; readonly learningRate: number; readonly distillation: number };
}

/**
 * What is trained, and in which order.
 * @throws EvokeError NETWORK_MISSING, SUPERNET_IMPOSSIBLE
 */
export function planSupernet(space: Space, options: SupernetSampling): Pick<SupernetRequest, "envelope" | "full" | "phases" | "sample"> {
  const { sampling, settings, seed, perStep, shrinking } = options;
  if (!space.network) throw networkMissing();
  const network = (architecture: Architecture) => space.network!(architecture);
  const uniform = uniformArchitectures(space);
  const envelope = envelopeOf(space).map(network);
  if (envelope.some(({ layers }) => layers.some(({ kind, weights }) => WITH_WEIGHTS.has(kind) && weights === undefined)))
    throw supernetImpossible("its networks do not name their weights", 'Choose the evaluator "training", or a space whose networks do.');

  const single = (draw: (rng: Rng) => readonly Network[]) => ({
    envelope,
    phases: [{ name: sampling, ...settings, sorts: false, distillation: 0 }].map(phaseOf),
    sample: (epoch: number, steps: number) => {
      const rng = randomStream(seed, `/supernet/architectures/${epoch}`);
      return Array.from({ length: steps }, () => draw(rng));
    },
  });
  if (sampling === "uniform") return single((rng) => Array.from({ length: perStep }, () => network(space.sample(rng))));
  if (sampling === "fair") {
    const operations = operationsOf(space);
    if (!operations || uniform.some((architecture, operation) => architecture.some((chosen) => chosen !== operation)))
      throw supernetImpossible("not every operation can stand everywhere", 'Choose /sampling "uniform" or "progressive".');
    return single((rng) => fairArchitectures(space.length, operations, rng).map(network));
  }
  if (!space.shrinking) throw supernetImpossible("it has no order in which it could be shrunk", 'Choose /sampling "uniform" or "fair".');
  const [first, ...rest] = space.shrinking;
  const phases: SupernetPhase[] = [
    phaseOf({ name: first!.name, ...settings, sorts: false, distillation: 0 }),
    ...rest.map(({ name, narrows = false }) => phaseOf({ name, ...shrinking, sorts: narrows })),
  ];
  return {
    envelope,
    full: network(first!.sample(randomStream(seed, "/supernet/full"))),
    phases,
    sample(epoch, steps) {
      const rng = randomStream(seed, `/supernet/architectures/${epoch}`);
      const phase = phaseOfEpoch(phases, epoch).index;
      const one = () => network(space.shrinking![phase]!.sample(rng));
      return Array.from({ length: steps }, () => Array.from({ length: phase === 0 ? 1 : perStep }, one));
    },
  };
}

/** The layers that have weights. */
const WITH_WEIGHTS = new Set(["convolution", "depthwise", "batchNorm", "linear"]);

/** Architectures that have every weight between them. */
export function envelopeOf(space: Space): readonly Architecture[] {
  return space.envelope ?? uniformArchitectures(space);
}

function phaseOf({ name, epochs, learningRate, sorts, distillation }: SupernetPhase): SupernetPhase {
  return { name, epochs, learningRate, sorts, distillation };
}

/** Which phase an epoch belongs to, and which epoch of it it is: 1 for the first. */
export function phaseOfEpoch(phases: readonly SupernetPhase[], epoch: number): { readonly index: number; readonly within: number } {
  let within = epoch;
  const index = phases.findIndex(({ epochs }) => {
    if (within <= epochs) return true;
    within -= epochs;
    return false;
  });
  return { index, within };
}

/** For each choice the architecture that has it everywhere, or the last one where there are fewer, as far as the space allows. */
function uniformArchitectures(space: Space): readonly (readonly number[])[] {
  const begin = space.sample(randomStream(0, "/supernet"));
  const most = Math.max(...space.choices.map(({ length }) => length));
  return Array.from({ length: most }, (_, choice) =>
    space.modify(
      begin,
      space.choices.map(({ length }, component) => ({ component, operation: Math.min(choice, length - 1) })),
    ),
  );
}

/**
 * Strict fairness, Chu et al. 2019, arXiv:1907.01845, Algorithm 1: as many architectures as there are
 * operations, each component having each operation in one of them.
 */
function fairArchitectures(length: number, operations: readonly string[], rng: Rng): number[][] {
  const orders = Array.from({ length }, () => {
    const order = operations.map((_, operation) => operation);
    shuffle(order, rng);
    return order;
  });
  return operations.map((_, i) => orders.map((order) => order[i]!));
}
