/**
 * The operations of a network on native TensorFlow: its fused kernels, called without what TensorFlow.js does around
 * each kernel, which takes longer than small ones do.
 *
 * Axes as in operations.ts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Activation } from "../../core/space/network.ts";
import {
  EPSILON,
  type Normalised,
  type NormalisedGradient,
  Operations,
  type Parameter,
  type Rule,
  type RunningMoments,
  type Shape4D,
  type Tensor2D,
  type Tensor4D,
} from "./operations.ts";
import { takeStep } from "./step-loops.ts";

/** An attribute of a kernel; its type is a number of the binding's. */
interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What the backend of tfjs-node has beside the interface of all backends. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: Readonly<
    Record<"TF_FLOAT" | "TF_ATTR_TYPE" | "TF_ATTR_FLOAT" | "TF_ATTR_STRING" | "TF_ATTR_BOOL" | "TF_ATTR_INT", number>
  >;
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(name: string, attributes: readonly Attribute[], inputs: readonly tf.Tensor[], outputs: number): tf.Tensor[];
}

export class NativeOperations extends Operations {
  readonly #backend = tf.backend() as unknown as NativeBackend;
  readonly #type = this.#attribute("T", "TYPE", this.#backend.binding.TF_FLOAT);

  /** The kernel moves the running moments itself. */
  override batchNorm(x: Tensor4D, affine: Tensor2D, running: RunningMoments, momentum: number): Normalised {
    const attributes = [...this.#normalisation(true), this.#attribute("exponential_avg_factor", "FLOAT", momentum)];
    const inputs = [x, ...this.#rows(affine), ...this.#rows(running.value)];
    const [y, mean, variance, ...saved] = this.#backend.executeMultipleOutputs("FusedBatchNormV3", attributes, inputs, 6);
    running.value.dispose();
    running.value = tf.keep(tf.stack([mean!, variance!]) as Tensor2D);
    return { y: y as Tensor4D, saved };
  }

  override normaliseGradient(x: Tensor4D, affine: Tensor2D, saved: readonly tf.Tensor[], dy: Tensor4D): NormalisedGradient {
    const inputs = [dy, x, this.#rows(affine)[0]!, ...saved];
    const attributes = this.#normalisation(true);
    const [dx, dFactor, dOffset] = this.#backend.executeMultipleOutputs("FusedBatchNormGradV3", attributes, inputs, 5);
    return { dx: dx as Tensor4D, dAffine: tf.stack([dFactor!, dOffset!]) as Tensor2D };
  }

  override normaliseFixed(x: Tensor4D, affine: Tensor2D, running: RunningMoments): Tensor4D {
    const inputs = [x, ...this.#rows(affine), ...this.#rows(running.value)];
    return this.#backend.executeMultipleOutputs("FusedBatchNormV3", this.#normalisation(false), inputs, 6)[0] as Tensor4D;
  }

  override activationGradient(x: Tensor4D, dy: Tensor4D, name: Activation): Tensor4D {
    return name === "relu" ? this.#kernel("ReluGrad", [], dy, x) : super.activationGradient(x, dy, name);
  }

  override averagePoolGradient(shape: Shape4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
    return this.#kernel("AvgPoolGrad", this.#window(size, stride), tf.tensor1d(shape, "int32"), dy);
  }

  override maxPoolGradient(x: Tensor4D, y: Tensor4D, dy: Tensor4D, size: number, stride: number): Tensor4D {
    return this.#kernel("MaxPoolGrad", this.#window(size, stride), x, y, dy);
  }

  /**
   * On a processor in a loop, where every kernel of the composed step would take longer than the numbers of most
   * parameters; on a GPU composed, since there a loop would have to wait for each gradient.
   */
  override step(parameter: Parameter, gradient: tf.Tensor, rule: Rule): void {
    if (this.#backend.isUsingGpuDevice) {
      super.step(parameter, gradient, rule);
      return;
    }
    const before = parameter.value;
    const stepped = new Float32Array(before.size);
    // What no kernel has been given yet is not copied: the memory after the first step.
    const memory = parameter.memory.map((tensor) => tensor.dataSync<"float32">());
    takeStep(rule, parameter.decays, before.dataSync<"float32">(), gradient.dataSync<"float32">(), memory, stepped);
    for (const old of [before, ...parameter.memory]) old.dispose();
    const kept = (values: Float32Array) => tf.keep(tf.tensor(values, before.shape));
    parameter.value = kept(stepped);
    parameter.memory = memory.map(kept);
  }

  /** γ and β, or mean and variance. @param pair  [2, C] */
  #rows(pair: Tensor2D): tf.Tensor[] {
    const attributes = [this.#attribute("num", "INT", 2), this.#attribute("axis", "INT", 0), this.#type];
    return this.#backend.executeMultipleOutputs("Unpack", attributes, [pair], 2);
  }

  #kernel(name: string, attributes: readonly Attribute[], ...inputs: tf.Tensor[]): Tensor4D {
    return this.#backend.executeSingleOutput(name, [this.#type, ...attributes], inputs) as Tensor4D;
  }

  #normalisation(training: boolean): Attribute[] {
    return [
      this.#type,
      { ...this.#type, name: "U" },
      this.#attribute("epsilon", "FLOAT", EPSILON),
      this.#attribute("data_format", "STRING", "NHWC"),
      this.#attribute("is_training", "BOOL", training),
    ];
  }

  #window(size: number, stride: number): Attribute[] {
    return [
      this.#attribute("ksize", "INT", [1, size, size, 1]),
      this.#attribute("strides", "INT", [1, stride, stride, 1]),
      this.#attribute("padding", "STRING", "SAME"),
      this.#attribute("data_format", "STRING", "NHWC"),
    ];
  }

  #attribute(name: string, type: "TYPE" | "FLOAT" | "STRING" | "BOOL" | "INT", value: unknown): Attribute {
    return { name, type: this.#backend.binding[`TF_ATTR_${type}`], value };
  }
}
