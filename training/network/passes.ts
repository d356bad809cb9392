/**
 * The forward pass of a described network, and the backward pass that gives each parameter its gradient,
 * by weights that it is handed. Dead parts of the network are left out.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Layer, live, type Network, type Shape, shapesOf } from "../../core/space/network.ts";
import type { Targets } from "./loss.ts";
import type { Operations, RunningMoments, Tensor1D, Tensor2D, Tensor4D } from "./operations.ts";

/** The parameters of a layer, as `parameterShapes` has them; a normalisation has its running moments beside them. */
export interface LayerWeights {
  readonly parameters: readonly tf.Tensor[];
  readonly running?: RunningMoments;
  /** Of a mixture, what each of its inputs is multiplied by. */
  readonly mixed?: readonly number[];
}
/** What a layer's backward pass gives: a gradient for each input that wants one, and for each parameter. */
interface Gradients {
  readonly inputs: readonly (Tensor4D | undefined)[];
  readonly parameters?: readonly tf.Tensor[];
}

/** The shapes of a layer's parameters. @param from  the channels of what feeds it */
export function parameterShapes(layer: Layer, from: number): readonly (readonly number[])[] {
  switch (layer.kind) {
    case "convolution":
      return [[layer.kernel, layer.kernel, from, layer.channels]];
    case "depthwise":
      return [[layer.kernel, layer.kernel, from, 1]];
    case "batchNorm":
      return [[2, from]];
    case "linear":
      return [[from, layer.outputs], [layer.outputs]];
    default:
      return [];
  }
}

/** Whether a step tells something of the layer. */
function hasGradient(layer: Layer): boolean {
  return layer.kind === "mixture" || parameterShapes(layer, 1).length > 0;
}

export class Passes {
  /** Those that are not dead. */
  readonly layers: readonly Layer[];
  readonly #operations: Operations;
  readonly #shapes: readonly Shape[];
  /** True of layers that a parameter feeds, or a mixture, so that a gradient has to reach them. */
  readonly #learns: readonly boolean[];
  /** The last layer that each feeds. */
  readonly #lastUses: number[] = [];

  constructor(operations: Operations, network: Network) {
    this.#operations = operations;
    this.layers = live(network).layers;
    this.#shapes = shapesOf({ layers: this.layers });
    const learns: boolean[] = [];
    for (const layer of this.layers) learns.push(hasGradient(layer) || layer.inputs.some((input) => learns[input]));
    this.#learns = learns;
    for (const [i, { inputs }] of this.layers.entries()) for (const input of inputs) this.#lastUses[input] = i;
  }

  /** The channels of what feeds a layer. */
  channelsInto(layer: Layer): number {
    return this.#shapes[layer.inputs[0] ?? 0]![2];
  }

  /** The scores of each class, by the running moments, or by those of the images. @returns [N, 1, 1, classes] */
  predict(images: Tensor4D, weights: readonly LayerWeights[], moments: "running" | "batch" = "running"): Tensor4D {
    return tf.tidy(() => {
      const scores = this.#through(images, (layer, i, outputs) =>
        moments === "running"
          ? this.#forward(layer, weights[i]!, outputs, images)
          : this.#forwardToLearn(layer, weights[i]!, outputs, images, 0).output,
      );
      return scores === images ? tf.clone(images) : scores; // what is handed out is disposed of
    });
  }

  /** Moves the running moments by the momentum towards those of the images, as a step of training does, and changes nothing else. */
  calibrate(images: Tensor4D, weights: readonly LayerWeights[], momentum: number): void {
    tf.tidy(() => {
      this.#through(images, (layer, i, outputs) => this.#forwardToLearn(layer, weights[i]!, outputs, images, momentum).output);
    });
  }

  /**
   * One pass forward and backward.
   *
   * @param momentum  by how much the running moments move
   * @param learn  told the gradients of each layer that has parameters, from the last to the first; of a mixture, in one
   * tensor, ⟨∂loss/∂output, x⟩ of each input x, and behind them the sum of all elements of ∂loss/∂output
   * @returns the loss, of a device a tensor to be disposed of; if it is known not to be finite, nothing is learnt
   */
  step(
    images: Tensor4D,
    weights: readonly LayerWeights[],
    targets: Targets,
    momentum: number,
    learn: (layer: number, gradients: readonly tf.Tensor[]) => void,
  ): number | tf.Tensor {
    let loss: number | tf.Tensor = Number.NaN;
    tf.tidy(() => {
      const outputs: Tensor4D[] = [];
      const backward: ((dy: Tensor4D) => Gradients)[] = [];
      for (const [i, layer] of this.layers.entries()) {
        const { output, gradients } = this.#forwardToLearn(layer, weights[i]!, outputs, images, momentum);
        outputs.push(output);
        backward.push(gradients);
      }
      const last = outputs.length - 1;
      const { value, gradient } = this.#operations.crossEntropy(outputs[last]!, targets);
      loss = typeof value === "number" ? value : tf.keep(value);
      if (typeof loss === "number" && !Number.isFinite(loss)) return;
      const reaching: (Tensor4D | undefined)[] = [];
      /** Gradients that sums hand on to several layers. */
      const handedOn = new Set<Tensor4D>();
      reaching[last] = gradient;
      for (let i = last; i > 0; i--) {
        const dy = reaching[i];
        if (!dy || !this.#learns[i]) continue;
        const { inputs, parameters = [] } = backward[i]!(dy);
        for (const [k, input] of this.layers[i]!.inputs.entries()) {
          const gradient = inputs[k];
          if (gradient) reaching[input] = reaching[input] ? this.#operations.sum(reaching[input], gradient) : gradient;
        }
        if (parameters.length > 0) learn(i, parameters);
        this.#operations.done(outputs[i]!);
        outputs[i]!.dispose(); // all layers that it feeds are done
        if (inputs.includes(dy)) handedOn.add(dy);
        if (!handedOn.has(dy)) dy.dispose();
        reaching[i] = undefined;
      }
    });
    return loss;
  }

  /** The last output, forward alone: what no later layer needs is freed on the way. To be called in a tidy. */
  #through(images: Tensor4D, outputOf: (layer: Layer, i: number, outputs: readonly Tensor4D[]) => Tensor4D): Tensor4D {
    const outputs: Tensor4D[] = [];
    for (const [i, layer] of this.layers.entries()) {
      outputs.push(tf.tidy(() => outputOf(layer, i, outputs)));
      for (const input of layer.inputs) if (this.#lastUses[input] === i && outputs[input] !== images) outputs[input]!.dispose();
    }
    return outputs.at(-1)!;
  }

  #forward(layer: Layer, { parameters, running, mixed }: LayerWeights, outputs: readonly Tensor4D[], images: Tensor4D): Tensor4D {
    const operations = this.#operations;
    const [x, second] = layer.inputs.map((input) => outputs[input]!) as [Tensor4D, Tensor4D];
    switch (layer.kind) {
      case "image":
        return images;
      case "zero":
        return tf.zeros([images.shape[0], ...layer.shape]);
      case "convolution":
        return operations.convolution(x, parameters[0]! as Tensor4D, layer.stride, layer.dilation ?? 1);
      case "depthwise":
        return operations.depthwise(x, parameters[0]! as Tensor4D, layer.stride, layer.dilation ?? 1);
      case "batchNorm":
        return operations.normaliseFixed(x, parameters[0]! as Tensor2D, running!);
      case "activation":
        return operations.activation(x, layer.activation);
      case "average-pool":
        return operations.averagePool(x, layer.kernel, layer.stride);
      case "max-pool":
        return operations.maxPool(x, layer.kernel, layer.stride);
      case "shift":
        return operations.shift(x);
      case "sum":
        return layer.inputs.slice(1).reduce((sum, input) => operations.sum(sum, outputs[input]!), x);
      case "concatenation":
        return operations.concatenation(layer.inputs.map((input) => outputs[input]!));
      case "truncation":
        return operations.part(x, layer.from ?? 0, layer.channels);
      case "shuffle":
        return operations.shuffle(x, layer.groups);
      case "mixture":
        return operations.mixture(
          layer.inputs.map((input) => outputs[input]!),
          mixed!,
        );
      case "scale":
        return operations.scale(x, second);
      case "global-average-pool":
        return operations.globalAveragePool(x);
      case "linear":
        return operations.linear(x, parameters[0]! as Tensor2D, parameters[1]! as Tensor1D);
    }
  }

  #forwardToLearn(
    layer: Layer,
    weights: LayerWeights,
    outputs: readonly Tensor4D[],
    images: Tensor4D,
    momentum: number,
  ): { output: Tensor4D; gradients: (dy: Tensor4D) => Gradients } {
    const operations = this.#operations;
    const [x, second] = layer.inputs.map((input) => outputs[input]!) as [Tensor4D, Tensor4D];
    const wanted = layer.inputs.map((input) => this.#learns[input]!);
    if (layer.kind === "batchNorm") {
      const affine = weights.parameters[0]! as Tensor2D;
      const { y, saved } = operations.batchNorm(x, affine, weights.running!, momentum);
      const gradients = (dy: Tensor4D) => {
        const { dx, dAffine } = operations.normaliseGradient(x, affine, saved, dy);
        return { inputs: [dx], parameters: [dAffine] };
      };
      return { output: y, gradients };
    }
    const output = this.#forward(layer, weights, outputs, images);
    const gradients = (dy: Tensor4D): Gradients => {
      switch (layer.kind) {
        case "convolution": {
          const filter = weights.parameters[0]! as Tensor4D;
          const { stride, dilation = 1 } = layer;
          return {
            inputs: [wanted[0] ? operations.convolutionInputGradient(x.shape, filter, dy, stride, dilation) : undefined],
            parameters: [operations.convolutionFilterGradient(x, filter.shape, dy, stride, dilation)],
          };
        }
        case "depthwise": {
          const filter = weights.parameters[0]! as Tensor4D;
          const { stride, dilation = 1 } = layer;
          return {
            inputs: [wanted[0] ? operations.depthwiseInputGradient(x.shape, filter, dy, stride, dilation) : undefined],
            parameters: [operations.depthwiseFilterGradient(x, filter.shape, dy, stride, dilation)],
          };
        }
        case "activation":
          return { inputs: [operations.activationGradient(x, dy, layer.activation)] };
        case "average-pool":
          return { inputs: [operations.averagePoolGradient(x.shape, dy, layer.kernel, layer.stride)] };
        case "max-pool":
          return { inputs: [operations.maxPoolGradient(x, output, dy, layer.kernel, layer.stride)] };
        case "shift":
          return { inputs: [operations.shiftGradient(dy)] };
        case "sum":
          return { inputs: wanted.map((wants) => (wants ? dy : undefined)) };
        case "concatenation": {
          const channels = layer.inputs.map((input) => outputs[input]!.shape[3]);
          const first = channels.map((_, k) => channels.slice(0, k).reduce((sum, count) => sum + count, 0));
          return { inputs: wanted.map((wants, k) => (wants ? operations.part(dy, first[k]!, channels[k]!) : undefined)) };
        }
        case "truncation":
          return { inputs: [operations.truncationGradient(x.shape, layer.from ?? 0, dy)] };
        case "shuffle":
          return { inputs: [operations.shuffle(dy, x.shape[3] / layer.groups)] };
        case "mixture": {
          const inputs = layer.inputs.map((input) => outputs[input]!);
          const { dx, products } = operations.mixtureGradient(inputs, weights.mixed!, wanted, dy);
          return { inputs: dx, parameters: [products] };
        }
        case "scale": {
          const { dx, dFactors } = operations.scaleGradient(x, second, dy);
          return { inputs: [wanted[0] ? dx : undefined, wanted[1] ? dFactors : undefined] };
        }
        case "global-average-pool":
          return { inputs: [operations.globalAveragePoolGradient(x.shape, dy)] };
        case "linear": {
          const { dx, dWeights, dBias } = operations.linearGradient(x, weights.parameters[0]! as Tensor2D, dy);
          return { inputs: [wanted[0] ? dx : undefined], parameters: [dWeights, dBias] };
        }
        default:
          return { inputs: [] };
      }
    };
    return { output, gradients };
  }
}
