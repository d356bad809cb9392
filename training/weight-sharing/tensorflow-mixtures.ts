/**
 * Learns shared weights by the backend of TensorFlow.js that is open (see openBackend). What a mixture leaves out is not
 * computed: each step is of a network of its own, whose layers take their weights by name.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { shapesOf } from "../../core/space/network.ts";
import type { Judged, Mixture } from "../../core/training/weight-sharing.ts";
import { augment } from "../datasets/augmentation.ts";
import { Ahead, taken } from "../network/ahead.ts";
import { firstMoments } from "../network/network-builder.ts";
import type { Operations, Parameter, RunningMoments, Tensor2D, Tensor4D } from "../network/operations.ts";
import { type LayerWeights, Passes, parameterShapes } from "../network/passes.ts";
import { joined, replaced } from "../network/saved-tensors.ts";
import { keyOf } from "../supernet/shared-weights.ts";
import { countRight, operationsOfBackend } from "../train.ts";
import type { Batch, LearningStep, MixtureDefinition, MixtureLearner, Moments } from "./learner.ts";
import { isPath, restricted } from "./mixture-definition.ts";

/** Added to the length of a gradient before the longest that it may be is divided by it, as PyTorch does. */
const CLIP_EPSILON = 1e-6;

/** Of a layer. */
interface Learnt {
  readonly parameters: readonly Parameter[];
  readonly running?: RunningMoments;
  /** Whether the parameters learn. */
  readonly learns: boolean;
}

/** A pass forward and backward. */
interface Found {
  /** Kept; of the weights that learn, if the loss is known not to be finite none. */
  readonly gradients: ReadonlyMap<Parameter, tf.Tensor>;
  readonly judged: Promise<Judged>;
}

export class TensorflowMixtures implements MixtureLearner {
  readonly #definition: MixtureDefinition;
  readonly #operations: Operations;
  readonly #learnt = new Map<string, Learnt>();
  /** Weights that have learnt, and drift since if they are to. */
  readonly #used = new Set<Parameter>();
  #direction: ReadonlyMap<Parameter, tf.Tensor> = new Map();
  /** Gradients that the next step moves by, too. */
  #held = new Map<Parameter, tf.Tensor>();
  #remembered: Float32Array | undefined;

  constructor(definition: MixtureDefinition) {
    this.#definition = definition;
    this.#operations = operationsOfBackend();
    const { layers } = definition.network;
    const shapes = shapesOf(definition.network);
    const values = definition.weights.values();
    for (const [i, layer] of layers.entries()) {
      const wanted = parameterShapes(layer, shapes[layer.inputs[0] ?? 0]![2]);
      if (wanted.length === 0) continue;
      const parameters = wanted.map((shape) => ({
        value: tf.keep(tf.tensor(values.next().value!.slice(), [...shape])),
        memory: [tf.keep(tf.zeros([...shape]))],
        decays: layer.kind !== "batchNorm",
      }));
      const moments = () => ({ value: tf.keep(tf.tensor2d(values.next().value!.slice(), wanted[0] as [number, number])) });
      const running = layer.kind === "batchNorm" && { running: moments() };
      this.#learnt.set(keyOf(layer), { parameters, learns: !definition.fixed[i], ...running });
    }
  }

  async learn(steps: readonly LearningStep[]): Promise<readonly Judged[]> {
    const judged: Judged[] = [];
    const answers = new Ahead<Judged>((answer) => {
      judged.push(answer);
    });
    for (const step of steps) await answers.add(this.#learn(step));
    await answers.all();
    return judged;
  }

  async judge(batch: Batch, mixture: Mixture, { all, keep }: { readonly all: boolean; readonly keep: boolean }): Promise<Judged> {
    const { gradients, judged } = this.#find(batch, mixture, all, 0);
    if (!keep) {
      for (const gradient of gradients.values()) gradient.dispose();
      return judged;
    }
    this.#forgetDirection();
    this.#direction = gradients;
    const norm = tf.tidy(() => this.#operations.norm([...gradients.values()]));
    return { ...(await judged), norm: typeof norm === "number" ? norm : (await taken(norm))[0]! };
  }

  async right(mixture: Mixture, batches: readonly Batch[], moments: Moments): Promise<number> {
    const passes = this.#passes(mixture, false, isPath(mixture));
    const weights = this.#weights(passes, mixture, moments.by === "estimated");
    if (moments.by === "estimated") {
      for (const [i, batch] of moments.batches.entries()) tf.tidy(() => passes.calibrate(this.#images(batch), weights, 1 / (i + 1)));
    }
    let right = 0;
    const answers = new Ahead<{ scores: Float32Array; labels: Int32Array }>(({ scores, labels }) => {
      right += countRight(scores, labels);
    });
    for (const batch of batches) {
      const scores = tf.tidy(() => passes.predict(this.#images(batch), weights, moments.by === "batch" ? "batch" : "running"));
      const labels = this.#labels(batch);
      await answers.add(taken(scores).then((scores) => ({ scores, labels })));
    }
    await answers.all();
    if (moments.by === "estimated") for (const { running } of weights) running?.value.dispose();
    return right;
  }

  async remember(): Promise<void> {
    this.#remembered = await this.save();
  }

  async recall(): Promise<void> {
    await this.restore(this.#remembered!);
  }

  async move(times: number): Promise<void> {
    for (const [parameter, direction] of this.#direction) {
      const { value } = parameter;
      parameter.value = tf.tidy(() => tf.keep(tf.add(value, tf.mul(direction, times))));
      value.dispose();
    }
  }

  save(): Promise<Float32Array> {
    return joined([...this.#tensors(), ...this.#parameters().flatMap(({ memory }) => memory)]);
  }

  async restore(state: Float32Array): Promise<void> {
    let at = 0;
    const next = (tensor: tf.Tensor) => replaced(tensor, state.subarray(at, (at += tensor.size)));
    for (const { parameters, running } of this.#learnt.values()) {
      for (const parameter of parameters) parameter.value = next(parameter.value);
      if (running) running.value = next(running.value) as Tensor2D;
    }
    this.#used.clear();
    for (const parameter of this.#parameters()) {
      // What has learnt has a velocity, and without one nothing would drift.
      const velocity = state.subarray(at, at + parameter.value.size);
      if (velocity.some((value) => value !== 0)) this.#used.add(parameter);
      parameter.memory = parameter.memory.map(next);
    }
  }

  dispose(): void {
    const own = [...this.#tensors(), ...this.#parameters().flatMap(({ memory }) => memory)];
    for (const tensor of [...own, ...this.#held.values()]) tensor.dispose();
    this.#forgetDirection();
  }

  #learn({ batch, mixture, rule, clip, all, momentum, held }: LearningStep): Promise<Judged> {
    const { gradients: found, judged } = this.#find(batch, mixture, all, momentum);
    this.#hold(found);
    if (held || found.size === 0) return judged;
    const gradients = this.#held;
    this.#held = new Map();
    tf.tidy(() => {
      const shrinking = clip > 0 ? factor(this.#operations.norm([...gradients.values()]), clip) : 1;
      for (const [parameter, gradient] of gradients)
        this.#operations.step(parameter, shrinking === 1 ? gradient : tf.mul(gradient, shrinking), rule);
      if (this.#definition.unsampled === "still") return;
      for (const parameter of this.#used)
        if (!gradients.has(parameter)) this.#operations.step(parameter, tf.zerosLike(parameter.value), rule);
      for (const parameter of gradients.keys()) this.#used.add(parameter);
    });
    for (const gradient of gradients.values()) gradient.dispose();
    return judged;
  }

  /** Adds gradients to those that are held; they are its own then. */
  #hold(gradients: ReadonlyMap<Parameter, tf.Tensor>): void {
    for (const [parameter, gradient] of gradients) {
      const before = this.#held.get(parameter);
      this.#held.set(parameter, before ? tf.tidy(() => tf.keep(tf.add(before, gradient))) : gradient);
      if (!before) continue;
      before.dispose();
      gradient.dispose();
    }
  }

  #find(batch: Batch, mixture: Mixture, all: boolean, momentum: number): Found {
    const passes = this.#passes(mixture, all, false);
    const gradients = new Map<Parameter, tf.Tensor>();
    const mixtures: Extract<(typeof passes.layers)[number], { kind: "mixture" }>[] = [];
    const products: tf.Tensor1D[] = [];
    let loss: number | undefined;
    const found = tf.tidy(() => {
      const targets = { labels: this.#labels(batch), smoothing: 0 };
      const weights = this.#weights(passes, mixture, false);
      const known = passes.step(this.#images(batch), weights, targets, momentum, (i, found) => {
        const layer = passes.layers[i]!;
        if (layer.kind === "mixture") {
          mixtures.push(layer);
          products.push(tf.keep(found[0] as tf.Tensor1D));
        } else {
          const { parameters, learns } = this.#learnt.get(keyOf(layer))!;
          if (learns) for (const [k, parameter] of parameters.entries()) gradients.set(parameter, tf.keep(found[k]!));
        }
      });
      if (typeof known === "number") loss = known;
      const last = tf.reshape(known, [1]); // of a device
      const joined = tf.concat([...products, last]) as tf.Tensor1D;
      for (const tensor of [...products, ...(typeof known === "number" ? [] : [known])]) tensor.dispose();
      return joined;
    });
    const judged = taken(found).then((values): Judged => {
      loss ??= values.at(-1)!;
      const known = Number.isFinite(loss);
      const gradient = mixture.map((weights) => weights.map((weight) => (known && (all || weight !== 0) ? 0 : Number.NaN)));
      const outputs = mixture.map(() => (known ? 0 : Number.NaN));
      let at = 0;
      for (const { edge, operations } of mixtures) {
        for (const operation of operations) gradient[edge]![operation]! += values[at++]!;
        outputs[edge]! += values[at++]!;
      }
      return { loss, gradient, outputs };
    });
    return { gradients, judged };
  }

  /**
   * To make them takes little beside a step.
   * @param closed  whether each edge is its one operation
   */
  #passes(mixture: Mixture, all: boolean, closed: boolean): Passes {
    const has = (edge: number, operation: number) => all || mixture[edge]![operation] !== 0;
    return new Passes(this.#operations, restricted(this.#definition.network, has, closed));
  }

  /** @param own  with running moments of its own, to be disposed of */
  #weights({ layers }: Passes, mixture: Mixture, own: boolean): LayerWeights[] {
    return layers.map((layer) => {
      if (layer.kind === "mixture") return { parameters: [], mixed: layer.operations.map((operation) => mixture[layer.edge]![operation]!) };
      const { parameters, running } = this.#learnt.get(keyOf(layer)) ?? { parameters: [] };
      const moments = running && own ? firstMoments(running.value.shape[1]) : running;
      return { parameters: parameters.map(({ value }) => value), ...(moments && { running: moments }) };
    });
  }

  #images({ of, rows, drawn = {} }: Batch): Tensor4D {
    const { dataset } = this.#definition;
    const [height, width, channels] = dataset.shape;
    const images = new Float32Array(rows.length * height * width * channels);
    augment(dataset, dataset[of].images, rows, images, drawn);
    return tf.tensor4d(images, [rows.length, height, width, channels]);
  }

  #labels({ of, rows }: Batch): Int32Array {
    const { labels } = this.#definition.dataset[of];
    return rows.map((row) => labels[row]!);
  }

  #parameters(): Parameter[] {
    return [...this.#learnt.values()].flatMap(({ parameters }) => parameters);
  }

  #tensors(): tf.Tensor[] {
    return [...this.#learnt.values()].flatMap(({ parameters, running }) => [
      ...parameters.map(({ value }) => value),
      ...(running ? [running.value] : []),
    ]);
  }

  #forgetDirection(): void {
    for (const direction of this.#direction.values()) direction.dispose();
    this.#direction = new Map();
  }
}

/** By what a gradient is multiplied so that it is no longer than it may be. */
function factor(norm: number | tf.Tensor, longest: number): number | tf.Tensor {
  if (typeof norm === "number") return Math.min(1, longest / (norm + CLIP_EPSILON));
  return tf.minimum(1, tf.div(longest, tf.add(norm, CLIP_EPSILON)));
}
