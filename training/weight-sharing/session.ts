/**
 * A search by weight sharing, at the side of the weights: draws the images of each epoch, applies the schedule, and has a
 * learner compute. Every epoch draws from streams of its own, so what the learner saves is all that a search needs to go on
 * after an epoch.
 *
 * @module
 */
import { type RandomStream, type Rng, randomStream, shuffle } from "../../core/random/rng.ts";
import {
  type Images,
  type Judged,
  type LearnOptions,
  type Mixture,
  rateOf,
  type SharedWeightsOptions,
  type WeightSchedule,
} from "../../core/training/weight-sharing.ts";
import { drawAugmentation } from "../datasets/augmentation.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { EVALUATION_BATCH } from "../train.ts";
import type { Batch, MixtureLearner, Moments } from "./learner.ts";

/** Batches that moments are estimated by. */
const ESTIMATES = 4;

export interface SessionDefinition {
  readonly dataset: Dataset;
  readonly options: Pick<SharedWeightsOptions, "architectureImages" | "moments">;
  readonly schedule: WeightSchedule;
  readonly seed: number;
}

/** Images that batches are drawn from. */
interface Pool {
  readonly of: Batch["of"];
  readonly rows: Int32Array;
}

/** What an epoch draws from. */
interface Draws {
  /** The weights' images, in the order in which they are taken. */
  readonly order: Int32Array;
  readonly orderRng: RandomStream;
  readonly weightsRng: RandomStream;
  readonly architectureRng: RandomStream;
  readonly accuracyRng: RandomStream;
  readonly rate: number;
  /** The last batches. */
  readonly last: Partial<Record<Images["of"], Batch>>;
  /** Of the weights' images, how many were taken. */
  taken: number;
  /** Steps of the weights, in all epochs. */
  steps: number;
}

export class SharedWeightsSession {
  /** Steps in an epoch: full batches of the weights' images. */
  readonly steps: number;
  readonly #definition: SessionDefinition;
  readonly #learner: MixtureLearner;
  readonly #pools: Readonly<Record<Images["of"], Pool>>;
  readonly #batchSize: number;
  #draws: Draws | undefined;
  /** Steps of the weights, when they were remembered. */
  #remembered = 0;
  #estimates: readonly Batch[] | undefined;

  constructor(definition: SessionDefinition, learner: MixtureLearner) {
    this.#definition = definition;
    this.#learner = learner;
    this.#pools = poolsOf(definition);
    const { length } = this.#pools.weights.rows;
    this.#batchSize = Math.min(definition.schedule.batchSize, length);
    this.steps = Math.floor(length / this.#batchSize);
  }

  /** Begins an epoch, the first being 1: what is drawn from then on is a function of the seed and of it. */
  begin(epoch: number): void {
    const rng = (purpose: string) => this.#rng(`${purpose}/${epoch}`);
    const [order, orderRng] = [this.#pools.weights.rows.slice(), rng("order")];
    shuffle(order, orderRng);
    this.#draws = {
      ...{ order, orderRng, taken: 0, steps: (epoch - 1) * this.steps, last: {} },
      weightsRng: rng("weights' images"),
      architectureRng: rng("architecture's images"),
      accuracyRng: rng("accuracies"),
      rate: rateOf(this.#definition.schedule, epoch),
    };
  }

  /** See SharedWeights, and so below. */
  learn(
    mixtures: readonly Mixture[],
    { again = false, all = false, clip = true, together = false, rate = this.#begun().rate }: LearnOptions = {},
  ): Promise<readonly Judged[]> {
    const { momentum, nesterov, weightDecay: decay, clip: longest } = this.#definition.schedule;
    const draws = this.#begun();
    const rule = { optimizer: "sgd", rate, momentum, nesterov, decay } as const;
    return this.#learner.learn(
      mixtures.map((mixture, i) => ({
        ...{ batch: this.#batch({ of: "weights", again: again || (together && i > 0) }), mixture, rule, clip: clip ? longest : 0, all },
        held: together && i < mixtures.length - 1,
        // As in trainings: the first steps make their mean the running moments; later ones move them by a tenth.
        momentum: Math.max(0.1, 1 / ++draws.steps),
      })),
    );
  }

  judge(
    mixture: Mixture,
    {
      images = { of: "architecture" },
      all = false,
      keep = false,
    }: { readonly images?: Images; readonly all?: boolean; readonly keep?: boolean } = {},
  ): Promise<Judged> {
    return this.#learner.judge(this.#batch(images), mixture, { all, keep });
  }

  remember(): Promise<void> {
    this.#remembered = this.#begun().steps;
    return this.#learner.remember();
  }

  recall(): Promise<void> {
    this.#begun().steps = this.#remembered;
    return this.#learner.recall();
  }

  move(times: number): Promise<void> {
    return this.#learner.move(times);
  }

  async accuracies(mixtures: readonly Mixture[], images: number | "all"): Promise<readonly number[]> {
    const { accuracyRng } = this.#begun();
    const every = Int32Array.from({ length: this.#definition.dataset.validation.count }, (_, row) => row);
    const moments = this.#moments();
    const found: number[] = [];
    for (const mixture of mixtures) {
      const rows = images === "all" ? every : drawnOf(every, images, accuracyRng);
      const batches = images === "all" ? parts(rows, EVALUATION_BATCH) : [rows];
      const right = await this.#learner.right(
        mixture,
        batches.map((rows) => ({ of: "validation", rows })),
        moments,
      );
      found.push((100 * right) / rows.length);
    }
    return found;
  }

  /** What the next epoch follows from. */
  save(): Promise<Float32Array> {
    return this.#learner.save();
  }

  restore(state: Float32Array): Promise<void> {
    return this.#learner.restore(state);
  }

  dispose(): void {
    this.#learner.dispose();
  }

  #rng(purpose: string): RandomStream {
    return randomStream(this.#definition.seed, `/sharedWeights/${purpose}`);
  }

  #begun(): Draws {
    if (!this.#draws) throw new Error("an epoch begins before anything is asked of the weights");
    return this.#draws;
  }

  /** The next batch, or the last one again; augmented as in training. */
  #batch({ of, again }: Images): Batch {
    const { last } = this.#begun();
    if (!again || !last[of]) last[of] = of === "weights" ? this.#nextOfWeights() : this.#nextOfArchitecture();
    return last[of];
  }

  #nextOfWeights(): Batch {
    const draws = this.#begun();
    if (draws.taken === this.steps * this.#batchSize) {
      shuffle(draws.order, draws.orderRng);
      draws.taken = 0;
    }
    const rows = draws.order.slice(draws.taken, (draws.taken += this.#batchSize));
    return this.#augmented(this.#pools.weights.of, rows, draws.weightsRng);
  }

  #nextOfArchitecture(): Batch {
    const { architectureRng } = this.#begun();
    const { of, rows } = this.#pools.architecture;
    const drawn = Int32Array.from({ length: this.#batchSize }, () => rows[architectureRng.below(rows.length)]!);
    return this.#augmented(of, drawn, architectureRng);
  }

  #augmented(of: Batch["of"], rows: Int32Array, rng: Rng): Batch {
    return { of, rows, drawn: drawAugmentation(this.#definition.dataset, rows.length, rng) };
  }

  #moments(): Moments {
    const by = this.#definition.options.moments;
    if (by !== "estimated") return { by };
    this.#estimates ??= this.#drawEstimates();
    return { by, batches: this.#estimates };
  }

  /** Always the same: of the weights' images, augmented as in training, in batches of the size of those of evaluation. */
  #drawEstimates(): Batch[] {
    const [rng, { of, rows }] = [this.#rng("estimates"), this.#pools.weights];
    return Array.from({ length: ESTIMATES }, () => this.#augmented(of, drawnOf(rows, EVALUATION_BATCH, rng), rng));
  }
}

function poolsOf({ dataset, options, seed }: SessionDefinition): Record<Images["of"], Pool> {
  const all = (of: Batch["of"]): Pool => ({ of, rows: Int32Array.from({ length: dataset[of].count }, (_, row) => row) });
  const train = all("train");
  if (options.architectureImages === "validation") return { weights: train, architecture: all("validation") };
  shuffle(train.rows, randomStream(seed, "/sharedWeights/halves"));
  const middle = train.rows.length >> 1;
  return {
    weights: { of: "train", rows: train.rows.slice(0, middle) },
    architecture: { of: "train", rows: train.rows.slice(middle) },
  };
}

/** Some rows, without replacement; all, if there are no more. */
function drawnOf(rows: Int32Array, count: number, rng: Rng): Int32Array {
  const drawn = rows.slice();
  const end = Math.min(count, rows.length);
  for (let i = 0; i < end; i++) {
    const j = i + rng.below(rows.length - i);
    const row = drawn[i]!;
    drawn[i] = drawn[j]!;
    drawn[j] = row;
  }
  return drawn.slice(0, end);
}

/** Nearly equal parts that follow each other, of at most so many rows. */
function parts(rows: Int32Array, most: number): Int32Array[] {
  const count = Math.ceil(rows.length / most);
  const at = (part: number) => Math.round((part * rows.length) / count);
  return Array.from({ length: count }, (_, part) => rows.slice(at(part), at(part + 1)));
}
