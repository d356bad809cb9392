/**
 * Searches by weight sharing, as controllers see them: one network whose edges are mixtures of all operations, its weights,
 * and what can be asked of them. The host trains it, in training/weight-sharing/; methods are controllers.
 *
 * Everything that a method needs is here, and nothing of any method: which mixtures learn, and what becomes of their
 * gradients, is theirs.
 *
 * @module
 */
import { cosineOfHalfTurns } from "../engine/exact-math.ts";
import type { OptionsOf } from "../json/options.ts";
import type { Rng } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";
import type { OpenEdge, OpenNetwork } from "../space/open-network.ts";
import { type DatasetSpec, datasetSchema } from "./dataset-spec.ts";
import { type BackendOptions, backendProperties } from "./settings.ts";

/**
 * The weight of each operation on each edge: what leaves an edge is the sum of its operations, each times its weight.
 * An operation of weight 0 is not computed, unless asked for.  [edges][operations]
 */
export type Mixture = readonly (readonly number[])[];

const schedule = {
  epochs: { type: "integer", minimum: 1, maximum: 100_000, description: "how often every image of the weights is seen" },
  batchSize: { type: "integer", minimum: 1, maximum: 65_536, description: "images in a step, of the weights and of the architecture" },
  learningRate: { type: "number", exclusiveMinimum: 0, maximum: 100, description: "of the weights, in the first epoch" },
  finalLearningRate: {
    type: "number",
    minimum: 0,
    maximum: 100,
    description: "where half a cosine leads to: the rate stays what it is within an epoch",
  },
  halfPeriod: {
    type: "integer",
    minimum: 1,
    maximum: 1_000_000,
    description: "epochs of half a cosine, which swings back then; default: all",
  },
  momentum: { type: "number", minimum: 0, exclusiveMaximum: 1, description: "of the weights" },
  nesterov: { type: "boolean", description: "whether it is Nesterov's momentum" },
  weightDecay: { type: "number", minimum: 0, maximum: 100, description: "of convolutions and the classifier, added to the gradient" },
  clip: {
    type: "number",
    minimum: 0,
    maximum: 1_000_000_000,
    description: "the longest that the gradient of all weights may be; 0: as long as it is",
  },
} as const;

/** How the weights learn: each method has its own, and a manifest says what is to be different. */
export const weightScheduleSchema = { type: "object", additionalProperties: false, properties: schedule } as const;
export type WeightSchedule = Required<Omit<OptionsOf<typeof weightScheduleSchema>, "halfPeriod">> & { readonly halfPeriod?: number };

/**
 * The learning rate of the weights in an epoch, the first being 1: half a cosine from the first rate to the final one, and back, and so on.
 * An epoch has one rate.
 */
export function rateOf(
  schedule: Pick<WeightSchedule, "learningRate" | "finalLearningRate" | "halfPeriod" | "epochs">,
  epoch: number,
): number {
  const { learningRate, finalLearningRate, epochs, halfPeriod = epochs } = schedule;
  const place = (epoch - 1) % (2 * halfPeriod);
  const turned = place <= halfPeriod ? place : 2 * halfPeriod - place;
  return finalLearningRate + ((learningRate - finalLearningRate) * (1 + cosineOfHalfTurns(turned / halfPeriod))) / 2;
}

/** The section `sharedWeights` of a manifest. */
export const sharedWeightsSchema = {
  type: "object",
  additionalProperties: false,
  required: ["dataset"],
  properties: {
    dataset: datasetSchema,
    schedule: { ...weightScheduleSchema, default: {}, description: "what of a method's own schedule is to be different" },
    architectureImages: {
      enum: ["validation", "half-of-train"],
      default: "validation",
      description:
        "the images that the architecture learns from: the validation images, or half of those to train on, which the weights do not see then; augmented anew in each step, copies too",
    },
    reach: {
      enum: ["as-published", "of-schedule"],
      default: "as-published",
      description:
        "how far the architecture's parameters get, which is their learning rate times the steps: as in the method's own schedule, by another rate; or what the rate gives in this one",
    },
    moments: {
      enum: ["batch", "running", "estimated"],
      default: "batch",
      description:
        "what an architecture is normalised by when its accuracy is measured: the images' own moments, running ones of all that was trained, or such as are estimated for it from a few batches",
    },
    affine: { type: "boolean", default: false, description: "whether normalisations on the edges learn a factor and an offset" },
    unsampled: {
      enum: ["still", "drift"],
      default: "still",
      description: "weights that a step does not use: stand still, or go on by their momentum and decay",
    },
    ranked: {
      type: "integer",
      minimum: 0,
      maximum: 100_000,
      default: 0,
      description: "architectures, drawn uniformly, whose accuracy by the shared weights is measured in the end, for rank correlations",
    },
    charge: {
      enum: ["measured", "nothing"],
      default: "measured",
      description: "what the search costs: the seconds that it took, or nothing",
    },
    ...backendProperties,
  },
} as const;
export type SharedWeightsOptions = OptionsOf<typeof sharedWeightsSchema>;

/** Of a batch. */
export interface Judged {
  /** Mean cross-entropy, in nats. */
  readonly loss: number;
  /** ∂loss/∂(weight of each operation on each edge), summed over the cells; NaN of what was not computed.  [edges][operations] */
  readonly gradient: Mixture;
  /** The sum of all elements of ∂loss/∂(output of the edge), summed over the cells.  [edges] */
  readonly outputs: readonly number[];
  /** ‖∂loss/∂w‖ over all weights, where it was to be kept (`keep`). */
  readonly norm?: number;
}

/** Which images. The batch of an earlier call is had again by `again`. */
export interface Images {
  readonly of: "weights" | "architecture";
  readonly again?: boolean;
}

/** See SharedWeights.learn. */
export interface LearnOptions {
  readonly again?: boolean;
  readonly all?: boolean;
  readonly clip?: boolean;
  readonly together?: boolean;
  readonly rate?: number;
}

/** A network with mixtures while its weights learn. */
export interface SharedWeights {
  readonly edges: readonly OpenEdge[];
  /** Steps in an epoch: full batches of the weights' images. */
  readonly steps: number;
  readonly schedule: WeightSchedule;
  /** Of the weights, in this epoch. */
  readonly learningRate: number;
  /** By how much an architecture's learning rate is to be multiplied: 1, or what keeps its reach. See `reach`. */
  readonly rateFactor: number;
  /** Draws of this epoch; another stream in each. */
  readonly rng: Rng;
  /**
   * A step of the weights by each of the mixtures, one after the other, each with the next batch of the weights' images.
   * @param options.again  by the last batch once more; then there is one mixture
   * @param options.all  whether operations of weight 0 are computed, for their gradient
   * @param options.clip  whether the gradient is clipped as the schedule says; it is, if left out
   * @param options.together  one step by the sum of the gradients of all mixtures, on one batch
   * @param options.rate  the learning rate, in place of the epoch's
   * @returns of each mixture what was found before it moved the weights, with its gradient
   */
  learn(mixtures: readonly Mixture[], options?: LearnOptions): Promise<readonly Judged[]>;
  /**
   * The loss of a batch and its gradient by the mixture; weights do not move.
   * @param options.images  the next batch of the architecture's images if left out
   * @param options.all  whether operations of weight 0 are computed, for their gradient
   * @param options.keep  keeps ∂loss/∂w as a direction, for `move`
   */
  judge(mixture: Mixture, options?: { readonly images?: Images; readonly all?: boolean; readonly keep?: boolean }): Promise<Judged>;
  /** Keeps the weights, and all that their next step follows from, as they are. */
  remember(): Promise<void>;
  /** They are as they were remembered, to the bit. */
  recall(): Promise<void>;
  /** Moves the weights along the direction that was kept, so many times its length. */
  move(times: number): Promise<void>;
  /**
   * Percent of images whose class a mixture finds: a single path is measured as the network that it is.
   * @param images  so many validation images, of each mixture others, drawn by the epoch's stream; "all" validation images
   */
  accuracies(mixtures: readonly Mixture[], images: number | "all"): Promise<readonly number[]>;
}

/** A method of weight sharing, as the host calls it. */
export interface WeightSharingMethod {
  /** As it is published. */
  readonly schedule: WeightSchedule;
  /** Steps of the published search, for `reach`. */
  readonly publishedSteps: number;
  /** 1 / the share of the channels that goes through the mixtures (PC-DARTS: K); 1 if left out. */
  readonly partial?: number;
  /** Trains for an epoch, the first being 1. @returns how the architecture stands: a probability of each operation on each edge */
  epoch(epoch: number, weights: SharedWeights): Promise<Standing>;
  /** What its next epoch follows from: numbers that JSON can hold, in an order of its own. */
  save(): readonly number[];
  /** Takes what was saved. */
  restore(saved: readonly number[]): void;
  /** After the last epoch. @returns architectures, the one that was found first, then others in the order of preference */
  rank(weights: SharedWeights, open: OpenNetwork): Promise<readonly Architecture[]>;
}

/** How an architecture stands after an epoch. */
export interface Standing {
  /** Mean loss of the weights' steps, in nats. */
  readonly loss: number;
  /** [edges][operations] */
  readonly probabilities: Mixture;
  /** The largest eigenvalue of ∇²_α of the validation loss, where it was measured. */
  readonly curvature?: number;
  /** True if the method ends here: it is asked to rank, and trains no further epoch. */
  readonly ended?: boolean;
}

/** A search by weight sharing, as the trainer is asked for it. */
export interface WeightSharingRequest extends BackendOptions {
  readonly open: OpenNetwork;
  readonly dataset: DatasetSpec;
  /** Complete. */
  readonly schedule: WeightSchedule;
  /** What else the manifest says of how the weights learn and are judged by. */
  readonly settings: WeightSharingSettings;
  /** Of the first weights, the order of the images, their augmentation, and what the method draws. */
  readonly seed: number;
  /** Which of the run's searches it is: 1 for the first. */
  readonly ordinal: number;
  readonly method: WeightSharingMethod;
  /** Whose accuracies are to be measured in the end. */
  readonly measured: readonly Architecture[];
}
export type WeightSharingSettings = Pick<SharedWeightsOptions, "architectureImages" | "reach" | "moments" | "affine" | "unsampled">;

/** Told how such a search goes on. */
export interface WeightSharingListener {
  /** An epoch is over; those of before an interruption are told again. */
  epoch(epoch: number, standing: Standing): void;
  /** Something that people should know, in a line. */
  note(line: string): void;
  /** Aborted when nobody waits for the search any more. */
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface WeightSharingResult {
  /** As the method has ranked them. */
  readonly ranked: readonly Architecture[];
  /** Of the architectures that were to be measured: percent of the validation images, by the shared weights. */
  readonly accuracies: readonly number[];
  /** Wall time of the epochs and the ranking; of one that was interrupted, without what was lost. */
  readonly seconds: number;
}

/** What a controller that needs `sharedWeights` is handed. */
export interface WeightSharing {
  /** The space's network with its choices left open. @param partial  see WeightSharingMethod */
  open(partial?: number): OpenNetwork;
  /**
   * Trains by a method, epoch by epoch, from the last one that is kept. Told on the bus: `weights.trained` after each epoch.
   * @returns what the method ranked, and what is charged for it
   * @throws EvokeError TRAINING_DIVERGED, or of the backend
   */
  search(method: WeightSharingMethod): Promise<{ readonly ranked: readonly Architecture[]; readonly seconds: number }>;
}
