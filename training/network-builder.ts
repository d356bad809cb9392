/**
 * Makes a described network trainable: parameters, a forward pass, and the backward pass that gives
 * each parameter its gradient. Dead parts are left out.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Layer, live, type Network, type Shape, shapesOf } from "../core/network.ts";
import type { Rng } from "../core/rng.ts";
import type { Operations, Parameter, Rule, RunningMoments, Tensor1D, Tensor2D, Tensor4D } from "./operations.ts";

/** The parameters of a layer; a normalisation has its running moments beside them. */
interface Learnt {
  readonly parameters: readonly Parameter[];
  readonly running?: RunningMoments;
}
/** What a layer's backward pass gives: a gradient for each input that wants one, and for each parameter. */
interface Gradients {
  readonly inputs: readonly (Tensor4D | undefined)[];
  readonly parameters?: readonly tf.Tensor[];
}

export class TrainableNetwork {
  readonly #operations: Operations;
  readonly #layers: readonly Layer[];
  readonly #shapes: readonly Shape[];
  readonly #learnt: readonly Learnt[];
  /** True of layers that a parameter feeds, so that a gradient has to reach them. */
  readonly #learns: readonly boolean[];

  /**
   * @param rng  draws the first weights: uniform, of the variance 2 / inputs of He et al. 2015, and
   *   1 / inputs in a linear layer
   * @param memories  how many tensors the optimiser remembers for each parameter
   */
  constructor(operations: Operations, network: Network, rng: Rng, memories: number) {
    this.#operations = operations;
    this.#layers = live(network).layers;
    this.#shapes = shapesOf({ layers: this.#layers });
    this.#learnt = this.#layers.map((layer) => firstParameters(layer, this.#shapes[layer.inputs[0] ?? 0]!, rng, memories));
    const learns: boolean[] = [];
    for (const [i, { inputs }] of this.#layers.entries())
      learns.push(this.#learnt[i]!.parameters.length > 0 || inputs.some((input) => learns[input]));
    this.#learns = learns;
  }

  /** The scores of each class, by the running moments. @returns [N, classes],*/
  predict(images: Tensor4D): Float32Array {
    return tf.tidy(() => {
      const outputs: Tensor4D[] = [];
      for (const [i, layer] of this.#layers.entries()) outputs.push(this.#forward(layer, this.#learnt[i]!, outputs, images));
      return outputs.at(-1)!.dataSync() as Float32Array;
    });
  }

  /**
   * One step of training.
   *
   * @param loss  given the scores [N, classes], makes them the loss's gradient in place, and returns the loss
   * @param momentum  by how much the running moments move
   * @returns the loss; if that is not finite, nothing is learnt
   */
  step(images: Tensor4D, loss: (scores: Float32Array) => number, momentum: number, rule: Rule): number {
    return tf.tidy(() => {
      const outputs: Tensor4D[] = [];
      const backward: ((dy: Tensor4D) => Gradients)[] = [];
      for (const [i, layer] of this.#layers.entries()) {
        const { output, gradients } = this.#forwardToLearn(layer, this.#learnt[i]!, outputs, images, momentum);
        outputs.push(output);
        backward.push(gradients);
      }
      const last = outputs.length - 1;
      const scores = outputs[last]!.dataSync() as Float32Array;
      const value = loss(scores);
      if (!Number.isFinite(value)) return value;
      const reaching: (Tensor4D | undefined)[] = [];
      /** Gradients that sums hand on to several layers. */
      const handedOn = new Set<Tensor4D>();
      reaching[last] = tf.tensor4d(scores, outputs[last]!.shape);
      for (let i = last; i > 0; i--) {
        const dy = reaching[i];
        if (!dy || !this.#learns[i]) continue;
        const { inputs, parameters = [] } = backward[i]!(dy);
        for (const [k, input] of this.#layers[i]!.inputs.entries()) {
          const gradient = inputs[k];
          if (gradient) reaching[input] = reaching[input] ? tf.add(reaching[input], gradient) : gradient;
        }
        for (const [k, parameter] of this.#learnt[i]!.parameters.entries()) this.#operations.step(parameter, parameters[k]!, rule);
        outputs[i]!.dispose(); // all layers that it feeds are done
        if (inputs.includes(dy)) handedOn.add(dy);
        if (!handedOn.has(dy)) dy.dispose();
        reaching[i] = undefined;
      }
      return value;
    });
  }

  /** Every parameter and running moment, copied, in the order of the layers. */
  save(): Float32Array[] {
    return this.#tensors().map((tensor) => tensor.dataSync().slice() as Float32Array);
  }

  /** Which of the saved values are parameters, and not running moments. */
  parameterPlaces(): number[] {
    const kinds = this.#learnt.flatMap(({ parameters, running }) => [...parameters.map(() => true), ...(running ? [false] : [])]);
    return kinds.flatMap((learnt, place) => (learnt ? [place] : []));
  }

  dispose(): void {
    for (const tensor of this.#tensors()) tensor.dispose();
    for (const { parameters } of this.#learnt) for (const { memory } of parameters) for (const tensor of memory) tensor.dispose();
  }

  #tensors(): tf.Tensor[] {
    return this.#learnt.flatMap(({ parameters, running }) => [
      ...parameters.map(({ value }) => value),
      ...(running ? [running.value] : []),
    ]);
  }

  #forward(layer: Layer, { parameters, running }: Learnt, outputs: readonly Tensor4D[], images: Tensor4D): Tensor4D {
    const operations = this.#operations;
    const [x, second] = layer.inputs.map((input) => outputs[input]!) as [Tensor4D, Tensor4D];
    switch (layer.kind) {
      case "image":
        return images;
      case "zero":
        return tf.zeros([images.shape[0], ...layer.shape]);
      case "convolution":
        return operations.convolution(x, parameters[0]!.value as Tensor4D, layer.stride);
      case "depthwise":
        return operations.depthwise(x, parameters[0]!.value as Tensor4D, layer.stride);
      case "normalisation":
        return operations.normaliseFixed(x, parameters[0]!.value as Tensor2D, running!);
      case "activation":
        return operations.activation(x, layer.activation);
      case "average-pool":
        return operations.averagePool(x, layer.kernel, layer.stride);
      case "sum":
        return layer.inputs.slice(1).reduce((sum, input) => tf.add(sum, outputs[input]!), x);
      case "scale":
        return operations.scale(x, second);
      case "global-average-pool":
        return operations.globalAveragePool(x);
      case "linear":
        return operations.linear(x, parameters[0]!.value as Tensor2D, parameters[1]!.value as Tensor1D);
    }
  }

  #forwardToLearn(
    layer: Layer,
    learnt: Learnt,
    outputs: readonly Tensor4D[],
    images: Tensor4D,
    momentum: number,
  ): { output: Tensor4D; gradients: (dy: Tensor4D) => Gradients } {
    const operations = this.#operations;
    const [x, second] = layer.inputs.map((input) => outputs[input]!) as [Tensor4D, Tensor4D];
    const wanted = layer.inputs.map((input) => this.#learns[input]!);
    if (layer.kind === "normalisation") {
      const affine = learnt.parameters[0]!.value as Tensor2D;
      const { y, statistics } = operations.normalise(x, affine, learnt.running!, momentum);
      const gradients = (dy: Tensor4D) => {
        const { dx, dAffine } = operations.normaliseGradient(x, affine, statistics, dy);
        return { inputs: [dx], parameters: [dAffine] };
      };
      return { output: y, gradients };
    }
    const gradients = (dy: Tensor4D): Gradients => {
      switch (layer.kind) {
        case "convolution": {
          const filter = learnt.parameters[0]!.value as Tensor4D;
          return {
            inputs: [wanted[0] ? operations.convolutionInputGradient(x.shape, filter, dy, layer.stride) : undefined],
            parameters: [operations.convolutionFilterGradient(x, filter.shape, dy, layer.stride)],
          };
        }
        case "depthwise": {
          const filter = learnt.parameters[0]!.value as Tensor4D;
          return {
            inputs: [wanted[0] ? operations.depthwiseInputGradient(x.shape, filter, dy, layer.stride) : undefined],
            parameters: [operations.depthwiseFilterGradient(x, filter.shape, dy, layer.stride)],
          };
        }
        case "activation":
          return { inputs: [operations.activationGradient(x, dy, layer.activation)] };
        case "average-pool":
          return { inputs: [operations.averagePoolGradient(x.shape, dy, layer.kernel, layer.stride)] };
        case "sum":
          return { inputs: wanted.map((wants) => (wants ? dy : undefined)) };
        case "scale": {
          const { dx, dFactors } = operations.scaleGradient(x, second, dy);
          return { inputs: [wanted[0] ? dx : undefined, wanted[1] ? dFactors : undefined] };
        }
        case "global-average-pool":
          return { inputs: [operations.globalAveragePoolGradient(x.shape, dy)] };
        case "linear": {
          const { dx, dWeights, dBias } = operations.linearGradient(x, learnt.parameters[0]!.value as Tensor2D, dy);
          return { inputs: [wanted[0] ? dx : undefined], parameters: [dWeights, dBias] };
        }
        default:
          return { inputs: [] };
      }
    };
    return { output: this.#forward(layer, learnt, outputs, images), gradients };
  }
}

function firstParameters(layer: Layer, [, , from]: Shape, rng: Rng, memories: number): Learnt {
  const parameter = (shape: number[], bound: number, decays = true): Parameter => {
    const size = shape.reduce((product, length) => product * length, 1);
    const weights = Float32Array.from({ length: size }, () => (bound > 0 ? bound * (2 * rng.next() - 1) : 0));
    return {
      value: tf.keep(tf.tensor(weights, shape)),
      memory: Array.from({ length: memories }, () => tf.keep(tf.zeros(shape))),
      decays,
    };
  };
  /** Uniform in ±b has the variance b² / 3. */
  const bound = (variance: number) => Math.sqrt(3 * variance);
  switch (layer.kind) {
    case "convolution": {
      const { kernel, channels } = layer;
      return { parameters: [parameter([kernel, kernel, from, channels], bound(2 / (kernel * kernel * from)))] };
    }
    case "depthwise": {
      const { kernel } = layer;
      return { parameters: [parameter([kernel, kernel, from, 1], bound(2 / (kernel * kernel)))] };
    }
    case "normalisation": {
      const affine = parameter([2, from], 0, false);
      affine.value.dispose();
      affine.value = tf.keep(tf.tensor([...Array(from).fill(1), ...Array(from).fill(0)], [2, from], "float32"));
      const moments = [...Array(from).fill(0), ...Array(from).fill(1)];
      return { parameters: [affine], running: { value: tf.keep(tf.tensor2d(moments, [2, from], "float32")) } };
    }
    case "linear":
      return { parameters: [parameter([from, layer.outputs], bound(1 / from)), parameter([layer.outputs], 0)] };
    default:
      return { parameters: [] };
  }
}
