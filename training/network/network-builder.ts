/**
 * Makes a described network trainable: parameters of its own, and steps that change them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "../../core/random/rng.ts";
import { type Layer, type Network, shapesOf } from "../../core/space/network.ts";
import { taken } from "./ahead.ts";
import type { Targets } from "./loss.ts";
import type { Operations, Parameter, Rule, RunningMoments, Tensor4D } from "./operations.ts";
import { type LayerWeights, Passes, parameterShapes } from "./passes.ts";
import { joined, replaced } from "./saved-tensors.ts";

/** The parameters of a layer, and what an optimizer remembers of them; a normalisation has its running moments beside them. */
interface Learnt {
  readonly parameters: readonly Parameter[];
  readonly running?: RunningMoments;
}

export class TrainableNetwork {
  readonly #operations: Operations;
  readonly #passes: Passes;
  readonly #learnt: readonly Learnt[];

  /**
   * @param rng  draws the first weights (see firstParameters)
   * @param memories  how many tensors the optimizer remembers for each parameter
   */
  constructor(operations: Operations, network: Network, rng: Rng, memories: number) {
    this.#operations = operations;
    this.#passes = new Passes(operations, network);
    this.#learnt = this.#passes.layers.map((layer) => {
      const from = this.#passes.channelsInto(layer);
      const parameters = firstParameters(layer, from, rng, memories);
      return layer.kind === "batchNorm" ? { parameters, running: firstMoments(from) } : { parameters };
    });
  }

  /** The scores of each class, by the running moments. @returns [N, classes] */
  predict(images: Tensor4D): Promise<Float32Array> {
    return taken(this.#passes.predict(images, this.#weights()));
  }

  /**
   * One step of training.
   *
   * @param momentum  by how much the running moments move
   * @returns the loss, promised where a device has still to compute it; if it is known not to be finite, nothing is learnt
   */
  step(images: Tensor4D, targets: Targets, momentum: number, rule: Rule): number | Promise<number> {
    const loss = this.#passes.step(images, this.#weights(), targets, momentum, (layer, gradients) => {
      for (const [k, parameter] of this.#learnt[layer]!.parameters.entries()) this.#operations.step(parameter, gradients[k]!, rule);
    });
    return typeof loss === "number" ? loss : taken(loss).then(([value]) => value!);
  }

  /** Every parameter and running moment, copied, in the order of the layers. */
  save(): Promise<Float32Array[]> {
    return Promise.all(this.#tensors().map(async (tensor) => (await tensor.data<"float32">()).slice()));
  }

  /** Takes values that were saved, of this network or of one with the same live parts. */
  restore(saved: readonly Float32Array[]): void {
    const values = saved.values();
    const next = (tensor: tf.Tensor) => replaced(tensor, values.next().value!);
    for (const { parameters, running } of this.#learnt) {
      for (const parameter of parameters) parameter.value = next(parameter.value);
      if (running) running.value = next(running.value) as typeof running.value;
    }
  }

  /** What the next steps follow from: what `save` gives, and behind it what the optimizer remembers, one after the other. */
  saveState(): Promise<Float32Array> {
    return joined([...this.#tensors(), ...this.#memories()]);
  }

  /** Takes a state that was saved, of this network. */
  restoreState(state: Float32Array): void {
    let at = 0;
    const part = (tensor: tf.Tensor) => state.subarray(at, (at += tensor.size));
    this.restore(this.#tensors().map(part));
    for (const { parameters } of this.#learnt)
      for (const parameter of parameters) parameter.memory = parameter.memory.map((tensor) => replaced(tensor, part(tensor)));
  }

  /** Which of the saved values are parameters, and not running moments. */
  parameterPlaces(): number[] {
    const kinds = this.#learnt.flatMap(({ parameters, running }) => [...parameters.map(() => true), ...(running ? [false] : [])]);
    return kinds.flatMap((learnt, place) => (learnt ? [place] : []));
  }

  dispose(): void {
    for (const tensor of [...this.#tensors(), ...this.#memories()]) tensor.dispose();
  }

  #weights(): LayerWeights[] {
    return this.#learnt.map(({ parameters, running }) => ({
      parameters: parameters.map(({ value }) => value),
      ...(running && { running }),
    }));
  }

  #tensors(): tf.Tensor[] {
    return this.#weights().flatMap(({ parameters, running }) => [...parameters, ...(running ? [running.value] : [])]);
  }

  #memories(): tf.Tensor[] {
    return this.#learnt.flatMap(({ parameters }) => parameters.flatMap(({ memory }) => memory));
  }
}

/**
 * The parameters of a layer before anything is learnt: weights uniform, of the variance 2 / inputs of He et
 * al. 2015, and 1 / inputs in a linear layer; factors 1, offsets and biases 0.
 *
 * @param from  the channels of what feeds it
 * @param memories  how many tensors the optimizer remembers for each parameter
 */
export function firstParameters(layer: Layer, from: number, rng: Rng, memories: number): Parameter[] {
  const values = firstValues(layer, from, rng);
  return parameterShapes(layer, from).map((shape, k) => ({
    value: tf.keep(tf.tensor(values[k]!, [...shape])),
    memory: Array.from({ length: memories }, () => tf.keep(tf.zeros([...shape]))),
    decays: layer.kind !== "batchNorm",
  }));
}

/** Their values. */
function firstValues(layer: Layer, from: number, rng: Rng): Float32Array[] {
  /** Uniform in ±b has the variance b² / 3. */
  const uniform = (size: number, variance: number) => {
    const bound = Math.sqrt(3 * variance);
    return Float32Array.from({ length: size }, () => bound * (2 * rng.next() - 1));
  };
  const values = (shape: readonly number[], k: number): Float32Array => {
    const size = shape.reduce((product, length) => product * length, 1);
    if (layer.kind === "convolution") return uniform(size, 2 / (layer.kernel * layer.kernel * from));
    if (layer.kind === "depthwise") return uniform(size, 2 / (layer.kernel * layer.kernel));
    if (layer.kind === "linear" && k === 0) return uniform(size, 1 / from);
    return layer.kind === "batchNorm" ? new Float32Array(size).fill(1, 0, from) : new Float32Array(size);
  };
  return parameterShapes(layer, from).map(values);
}

/** Running moments before any image was seen: mean 0, variance 1. */
export function firstMoments(channels: number): RunningMoments {
  return { value: tf.keep(tf.tensor2d(momentsOfNothing(channels), [2, channels])) };
}

function momentsOfNothing(channels: number): Float32Array {
  return new Float32Array(2 * channels).fill(1, channels);
}

/** What `TrainableNetwork.save` gives before anything is learnt. @param network  without dead parts */
export function firstWeights(network: Network, rng: Rng): Float32Array[] {
  const shapes = shapesOf(network);
  return network.layers.flatMap((layer) => {
    const from = shapes[layer.inputs[0] ?? 0]![2];
    return [...firstValues(layer, from, rng), ...(layer.kind === "batchNorm" ? [momentsOfNothing(from)] : [])];
  });
}
