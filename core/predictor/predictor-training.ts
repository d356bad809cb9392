/**
 * Trains a perceptron to predict a metric from the features of an architecture, as Once-for-All's
 * predictor is trained (Cai et al. 2020, arXiv:1908.09791, Section 3.4): squared error,
 * SGD with Nesterov's momentum, a learning rate that falls to 0 as half a cosine.
 *
 * Different from there: what is predicted is counted in two standard deviations from the mean of what is learnt from, so
 * that nearly all of it lies within ±1 and one learning rate does for any metric; both are then made a part of the last
 * layer. (In single deviations one of three trainings at the rate 0.1 ended with a network that is 0 everywhere.)
 *
 * The same pairs and settings give the same predictor to the last bit on every runtime.
 *
 * Axes: n pairs.
 *
 * @module
 */
import { Engine } from "../engine/engine.ts";
import { cosineOfHalfTurns } from "../engine/exact-math.ts";
import { memoryExceeded, predictorDiverged } from "../errors/index.ts";
import { grouped } from "../json/grouped.ts";
import type { OptionsOf } from "../json/options.ts";
import type { Space } from "../plugin/space.ts";
import { type Rng, randomStream, shuffle } from "../random/rng.ts";
import type { fitSchema } from "../schemas/fit.ts";
import type { Architecture } from "../space/architecture.ts";
import { type Encoding, onesOf } from "../space/encoding.ts";
import { kendallTau } from "../statistics/correlation.ts";
import { mean, standardDeviation } from "../statistics/descriptive.ts";
import { type LinearLayer, MLP } from "./mlp.ts";

export type PredictorNetwork = OptionsOf<typeof fitSchema.properties.network>;
export type FitTraining = OptionsOf<typeof fitSchema.properties.training>;

/** An architecture and its metric. */
export interface Pair {
  readonly architecture: Architecture;
  readonly value: number;
}

/** Divides pairs by chance; those that compute one function, as far as the space can tell, stay together. */
export function divided(
  pairs: readonly Pair[],
  space: Space,
  heldOut: number,
  seed: number,
): { readonly training: Pair[]; readonly heldOut: Pair[] } {
  const parts: { training: Pair[]; heldOut: Pair[] } = { training: [], heldOut: [] };
  const groups = grouped(pairs, ({ architecture }) => space.functionKey(architecture));
  shuffle(groups, randomStream(seed, "/fit/division"));
  for (const group of groups) (parts.heldOut.length < heldOut * pairs.length ? parts.heldOut : parts.training).push(...group);
  return parts;
}

/** How well pairs are predicted. */
export interface Errors {
  readonly pairs: number;
  /** √ of the mean squared error, in the metric's unit. */
  readonly rmse: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Standard deviation of the metric: the RMSE of a predictor that says the mean of these pairs. */
  readonly deviation: number;
  /** Kendall's τ_b of predictions and metric; NaN where one of them does not vary. */
  readonly kendallTau: number;
}

/** After an epoch: √ of the mean squared error of its steps, in the metric's unit. */
export interface FitEpoch {
  readonly epoch: number;
  readonly rmse: number;
}

export interface FitRequest {
  /** What the perceptron sees; learns the features of the pairs. */
  readonly encoding: Encoding;
  readonly pairs: readonly Pair[];
  readonly network: PredictorNetwork;
  readonly training: FitTraining;
}

/** Bytes for a perceptron and what it computes in a step. */
const MOST_BYTES = 2 ** 28;
/** Rows of hidden numbers that the tape has for a layer and a pair: the sum, its positive part, what dropout makes of it; and its gradients. */
const ROWS_PER_LAYER = 8;
/** What SGD keeps for each weight: it, its gradient, and room for two moments. */
const NUMBERS_PER_WEIGHT = 4;

/**
 * Whether there is memory for a perceptron, but for its first layer, which follows from what the pairs are.
 * @param file  the manifest, for errors
 * @throws EvokeError MEMORY_EXCEEDED
 */
export function checkPerceptron(file: string, { layers, width }: PredictorNetwork, { batchSize }: FitTraining, pairs: number): void {
  const weights = (layers - 1) * width * width;
  const tape = Math.min(batchSize, pairs) * layers * width;
  const bytes = Float32Array.BYTES_PER_ELEMENT * (NUMBERS_PER_WEIGHT * weights + ROWS_PER_LAYER * tape);
  if (bytes <= MOST_BYTES) return;
  const remedy = "Lower /network/width, /network/layers or /training/batchSize.";
  throw memoryExceeded(`the predictor of ${file}`, bytes, MOST_BYTES, remedy);
}

/** Trains, an epoch at each step. @throws EvokeError PREDICTOR_DIVERGED */
export function* fitPredictor({ encoding, pairs, network, training }: FitRequest): Generator<FitEpoch, LinearLayer[]> {
  const { epochs, batchSize, learningRate, momentum, weightDecay, seed } = training;
  encoding.learn(pairs.map(({ architecture }) => architecture));
  const features = pairs.map(({ architecture }) => encoding.of(architecture));
  const values = pairs.map(({ value }) => value);
  const centre = mean(values);
  const scale = 2 * standardDeviation(values) || 1;
  const targets = values.map((value) => (value - centre) / scale);

  const engine = new Engine();
  const perceptron = new MLP(engine, firstLayers(encoding.features, network, randomStream(seed, "/fit/weights")));
  const dropped = randomStream(seed, "/fit/dropout");
  const keep = 1 - network.dropout;
  const drop = (count: number) => Float32Array.from({ length: count }, () => (dropped.next() < keep ? 1 / keep : 0));

  const order = pairs.map((_, n) => n);
  const orders = randomStream(seed, "/fit/order");
  const steps = epochs * Math.ceil(pairs.length / batchSize);
  let step = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    shuffle(order, orders);
    let squares = 0;
    for (let from = 0; from < order.length; from += batchSize) {
      const chosen = order.slice(from, from + batchSize);
      engine.begin();
      const y = perceptron.forward(chosen.length, onesOf(chosen.map((n) => features[n]!)), keep < 1 ? drop : undefined);
      squares +=
        chosen.length *
        engine.squaredError(
          y,
          chosen.map((n) => targets[n]!),
        );
      engine.backward();
      engine.sgd({ learningRate: (learningRate * (1 + cosineOfHalfTurns(step / steps))) / 2, momentum, weightDecay });
      step++;
    }
    const rmse = scale * Math.sqrt(squares / pairs.length);
    if (!Number.isFinite(rmse)) throw predictorDiverged(`in epoch ${epoch} its error is no longer a number`);
    yield { epoch, rmse };
  }
  const layers = perceptron.layers();
  const { weight, bias, ...sizes } = layers.at(-1)!;
  return [...layers.slice(0, -1), { ...sizes, weight: weight.map((w) => w * scale), bias: bias.map((b) => b * scale + centre) }];
}

/** What a predictor gives for each architecture. */
export function predictions(layers: readonly LinearLayer[], encoding: Encoding, architectures: readonly Architecture[]): number[] {
  const engine = new Engine();
  const perceptron = new MLP(engine, layers);
  return architectures.map((architecture) => {
    engine.begin();
    return engine.read(perceptron.forward(1, onesOf([encoding.of(architecture)])))[0]!;
  });
}

/** How well a predictor does on pairs. */
export function errorsOf(layers: readonly LinearLayer[], encoding: Encoding, pairs: readonly Pair[]): Errors {
  const values = pairs.map(({ value }) => value);
  const predicted = predictions(
    layers,
    encoding,
    pairs.map(({ architecture }) => architecture),
  );
  const errors = predicted.map((prediction, n) => prediction - values[n]!);
  return {
    pairs: pairs.length,
    rmse: Math.sqrt(mean(errors.map((error) => error * error))),
    mae: mean(errors.map(Math.abs)),
    deviation: standardDeviation(values),
    kendallTau: kendallTau(predicted, values).tau,
  };
}

/** Uniform within ±1 / √inputs, PyTorch's own choice for linear layers. */
function firstLayers(inputs: number, { layers, width }: PredictorNetwork, rng: Rng): LinearLayer[] {
  return Array.from({ length: layers + 1 }, (_, number): LinearLayer => {
    const [from, to] = [number === 0 ? inputs : width, number === layers ? 1 : width];
    const uniform = () => (2 * rng.next() - 1) / Math.sqrt(from);
    return {
      inputs: from,
      outputs: to,
      weight: Float32Array.from({ length: from * to }, uniform),
      bias: Float32Array.from({ length: to }, uniform),
    };
  });
}
