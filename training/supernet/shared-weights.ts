/**
 * Weights that networks share by name. A network's part of them is a view: of a kernel the middle, of
 * channels the first (of each part, where they come from a concatenation); its gradients are collected
 * where the view is from.
 *
 * Elastic kernels of Cai et al. 2020, arXiv:1908.09791, Section 3.2: a smaller depthwise kernel is the
 * middle of the next larger one times a learnt matrix, the identity at first, one for each layer and size.
 *
 * Different from the paper: these matrices do not decay.
 *
 * Axes: K size of a kernel, C channels.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { supernetImpossible } from "../../core/errors/index.ts";
import type { Rng } from "../../core/random/rng.ts";
import type { Layer, Network } from "../../core/space/network.ts";
import { taken } from "../network/ahead.ts";
import { firstMoments, firstParameters } from "../network/network-builder.ts";
import type { Operations, Parameter, Rule, Tensor4D } from "../network/operations.ts";
import { type LayerWeights, Passes, parameterShapes } from "../network/passes.ts";
import { joined, replaced } from "../network/saved-tensors.ts";
import { beginnings, type ChannelParts, channelParts, total, widest } from "./channel-parts.ts";

/** A matrix that makes a kernel of the middle of a larger one. */
interface Transform {
  /** K of what it makes. */
  readonly size: number;
  /** [K², K²]. */
  readonly matrix: Parameter;
}
/** What the layers of one kind and name share. */
interface Shared {
  readonly parameters: readonly Parameter[];
  /** Of what feeds them, each as wide as it gets. */
  readonly from: ChannelParts;
  /** Of a depthwise layer with smaller kernels: the largest of these first. */
  readonly transforms: readonly Transform[];
}
/** A tensor made of shared ones, and what passes its gradient on to them. */
interface View {
  readonly value: tf.Tensor;
  collect(gradient: tf.Tensor): void;
}

/** A network by its part of the shared weights, with running moments of its own. Its tensors end with the tidy that it is made in. */
export interface Part {
  readonly passes: Passes;
  readonly weights: readonly LayerWeights[];
  collect(layer: number, gradients: readonly tf.Tensor[]): void;
  /** Frees the moments, which are kept beyond the tidy. */
  dispose(): void;
}

export class SharedWeights {
  readonly #operations: Operations;
  readonly #shared = new Map<string, Shared>();
  /** Gradients since the last update, each with the number of views that it is the sum of. */
  readonly #gradients = new Map<Parameter, { sum: tf.Tensor; count: number }>();

  /**
   * @param envelope  networks that have every weight between them, each as large as it gets
   * @param rng  draws the first weights (see firstParameters)
   * @param memories  how many tensors the optimizer remembers for each parameter
   */
  constructor(operations: Operations, envelope: readonly Network[], rng: Rng, memories: number) {
    this.#operations = operations;
    for (const [key, { layer, from, smallestKernel }] of largest(envelope)) {
      const parameters = firstParameters(layer, total(from), rng, memories);
      const transforms: Transform[] = [];
      if (layer.kind === "depthwise")
        for (let size = layer.kernel - 2; size >= smallestKernel; size -= 2)
          transforms.push({ size, matrix: identity(size ** 2, memories) });
      this.#shared.set(key, { parameters, from, transforms });
    }
  }

  /** To be called in a tidy. @throws EvokeError SUPERNET_IMPOSSIBLE if there is no such weight, or none as large */
  part(network: Network): Part {
    const passes = new Passes(this.#operations, network);
    const parts = channelParts(passes);
    const views = passes.layers.map((layer) => this.#viewsOf(layer, parts[layer.inputs[0] ?? 0]!));
    const weights = passes.layers.map((layer, i): LayerWeights => {
      const parameters = views[i]!.map(({ value }) => value);
      return layer.kind === "batchNorm" ? { parameters, running: firstMoments(passes.channelsInto(layer)) } : { parameters };
    });
    return {
      passes,
      weights,
      collect: (layer, gradients) => {
        for (const [k, view] of views[layer]!.entries()) view.collect(gradients[k]!);
      },
      dispose: () => {
        for (const { running } of weights) running?.value.dispose();
      },
    };
  }

  /** Takes a step with each weight that has gradients: their mean over the networks that used it. */
  update(rule: Rule): void {
    tf.tidy(() => {
      for (const [parameter, { sum, count }] of this.#gradients)
        this.#operations.step(parameter, count === 1 ? sum : tf.div(sum, count), rule);
    });
    for (const { sum } of this.#gradients.values()) sum.dispose();
    this.#gradients.clear();
  }

  /**
   * Takes the weights along an axis in another order, from `first` on. Networks that have all of the channels stay what
   * they are.
   */
  permute({ key, parameter, axis }: Axis, order: readonly number[], first: number): void {
    const permuted = this.#shared.get(key)!.parameters[parameter]!;
    const places = Int32Array.from({ length: permuted.value.shape[axis]! }, (_, i) => first + (order[i - first] ?? i - first));
    const inOrder = (tensor: tf.Tensor) => {
      const taken = tf.tidy(() => tf.keep(tf.gather(tensor, tf.tensor1d(places, "int32"), axis)));
      tensor.dispose();
      return taken;
    };
    permuted.value = inOrder(permuted.value);
    permuted.memory = permuted.memory.map(inOrder);
  }

  /** Σ |w| for each place along an axis. */
  absoluteSums({ key, parameter, axis }: Axis): Promise<Float32Array> {
    const { value } = this.#shared.get(key)!.parameters[parameter]!;
    const others = value.shape.map((_, i) => i).filter((i) => i !== axis);
    return taken(tf.tidy(() => tf.sum(tf.abs(value), others)));
  }

  /** All values, one after the other. @param memory  with what the optimizer remembers of them */
  save(memory: boolean): Promise<Float32Array> {
    return joined(this.#tensors(memory));
  }

  /** Continues from what was saved. @returns how many of the values it took */
  restore(saved: Float32Array, memory: boolean): number {
    let at = 0;
    const next = (tensor: tf.Tensor) => replaced(tensor, saved.subarray(at, (at += tensor.size)));
    for (const parameter of this.#parameters()) {
      parameter.value = next(parameter.value);
      if (memory) parameter.memory = parameter.memory.map(next);
    }
    return at;
  }

  dispose(): void {
    for (const tensor of this.#tensors(true)) tensor.dispose();
  }

  #parameters(): Parameter[] {
    return [...this.#shared.values()].flatMap(({ parameters, transforms }) => [...parameters, ...transforms.map(({ matrix }) => matrix)]);
  }

  #tensors(memory: boolean): tf.Tensor[] {
    return this.#parameters().flatMap((parameter) => [parameter.value, ...(memory ? parameter.memory : [])]);
  }

  #viewsOf(layer: Layer, from: ChannelParts): readonly View[] {
    const shapes = parameterShapes(layer, total(from));
    if (shapes.length === 0) return [];
    const shared = this.#shared.get(keyOf(layer));
    const inParts = shared?.from.length === from.length;
    const fits =
      shared?.parameters.every(({ value }, k) => value.shape.every((size, axis) => size >= shapes[k]![axis]!)) &&
      (!inParts || shared.from.every((channels, part) => channels >= from[part]!));
    if (!fits)
      throw supernetImpossible(
        `no architecture of its envelope has the weights ${JSON.stringify(layer.weights)} as large as another architecture has`,
        "The largest of each weight must be in one of the architectures of the space's envelope: if it gives none, in one with the same choice everywhere.",
      );
    const crop = (k: number, shape: readonly number[]): View => {
      const [parameter, axis] = [shared!.parameters[k]!, inputAxis(layer, k)];
      if (!inParts || axis === undefined || from.join() === shared!.from.join()) return this.#crop(parameter, shape);
      const allParts = shape.map((size, i) => (i === axis ? parameter.value.shape[i]! : size));
      return firstOfParts(this.#crop(parameter, allParts), axis, shared!.from, from);
    };
    if (layer.kind !== "depthwise" || shared!.transforms.length === 0) return shapes.map((shape, k) => crop(k, shape));
    const [largest] = shared!.parameters[0]!.value.shape as Tensor4D["shape"];
    const wanted = shared!.transforms.filter(({ size }) => size >= layer.kernel);
    const whole = crop(0, [largest, largest, total(from), 1]);
    return [wanted.reduce((view, transform) => this.#transformed(view, transform, total(from)), whole)];
  }

  #crop(parameter: Parameter, shape: readonly number[]): View {
    const full = parameter.value.shape;
    const left = full.map((size, axis) => size - shape[axis]!);
    if (left.every((size) => size === 0)) return { value: parameter.value, collect: (gradient) => this.#add(parameter, gradient) };
    const before = left.map((size, axis) => (shape.length === 4 && axis < 2 ? size / 2 : 0));
    const margins = left.map((size, axis): [number, number] => [before[axis]!, size - before[axis]!]);
    return {
      value: tf.slice(parameter.value, before, [...shape]),
      collect: (gradient) => this.#add(parameter, tf.pad(gradient, margins)),
    };
  }

  #transformed(larger: View, { size, matrix }: Transform, channels: number): View {
    const rows = (kernel: tf.Tensor) => tf.reshape(kernel, [size ** 2, channels]);
    const kernel = (rows: tf.Tensor) => tf.reshape(rows, [size, size, channels, 1]);
    const middle = rows(tf.slice(larger.value, [1, 1, 0, 0], [size, size, channels, 1])) as tf.Tensor2D;
    const transform = matrix.value as tf.Tensor2D;
    return {
      value: kernel(tf.matMul(transform, middle)),
      collect: (gradient) => {
        const slopes = rows(gradient) as tf.Tensor2D;
        this.#add(matrix, tf.matMul(slopes, middle, false, true));
        const inMiddle = kernel(tf.matMul(transform, slopes, true));
        larger.collect(
          tf.pad(inMiddle, [
            [1, 1],
            [1, 1],
            [0, 0],
            [0, 0],
          ]),
        );
      },
    };
  }

  #add(parameter: Parameter, gradient: tf.Tensor): void {
    const there = this.#gradients.get(parameter);
    this.#gradients.set(parameter, {
      sum: tf.keep(there ? tf.add(there.sum, gradient) : gradient),
      count: (there?.count ?? 0) + 1,
    });
    there?.sum.dispose();
  }
}

/** The first places of each part along an axis. */
function firstOfParts(all: View, axis: number, largest: ChannelParts, wanted: ChannelParts): View {
  const [from, to] = [beginnings(largest), beginnings(wanted)];
  const along = (tensor: tf.Tensor, begin: number, size: number) => {
    const at = (value: number, other: (i: number) => number) => tensor.shape.map((_, i) => (i === axis ? value : other(i)));
    return tf.slice(
      tensor,
      at(begin, () => 0),
      at(size, (i) => tensor.shape[i]!),
    );
  };
  return {
    value: tf.concat(
      wanted.map((channels, part) => along(all.value, from[part]!, channels)),
      axis,
    ),
    collect: (gradient) => {
      const spread = wanted.map((channels, part) => {
        const margins = gradient.shape.map((_, i): [number, number] => [0, i === axis ? largest[part]! - channels : 0]);
        return tf.pad(along(gradient, to[part]!, channels), margins);
      });
      all.collect(tf.concat(spread, axis));
    },
  };
}

/** The axis of a layer's parameter that has a place for each channel of what feeds it; the bias has none. */
function inputAxis({ kind }: Layer, parameter: number): number | undefined {
  if (kind === "linear") return parameter === 0 ? 0 : undefined;
  return kind === "batchNorm" ? 1 : 2;
}

/** The places along an axis of a shared weight. */
export interface Axis {
  readonly key: string;
  /** Which of the layer's parameters. */
  readonly parameter: number;
  readonly axis: number;
}

/** What layers that share their weights have in common. */
export function keyOf({ kind, weights }: Layer): string {
  return `${kind} ${weights}`;
}

/** A layer as large as it gets in some networks. */
interface Largest {
  readonly layer: Layer;
  /** The channels of what feeds it. */
  readonly from: ChannelParts;
  readonly smallestKernel: number;
  /** Whether its own channels are not always all there. */
  readonly elastic: boolean;
}

/** The layers with weights by what they share, in the order in which they first come. */
export function largest(networks: readonly Network[]): Map<string, Largest> {
  const found = new Map<string, Largest>();
  for (const { layers } of networks) {
    const parts = channelParts({ layers });
    for (const layer of layers) {
      const from = parts[layer.inputs[0] ?? 0]!;
      if (parameterShapes(layer, total(from)).length === 0) continue;
      const key = keyOf(layer);
      const known = found.get(key);
      const kernel = kernelOf(layer);
      found.set(key, {
        layer: known ? merged(known.layer, layer) : layer,
        from: known ? widest(known.from, from) : from,
        smallestKernel: Math.min(kernel, known?.smallestKernel ?? kernel),
        elastic: known !== undefined && (known.elastic || channelsOf(known.layer) !== channelsOf(layer)),
      });
    }
  }
  return found;
}

function kernelOf(layer: Layer): number {
  return layer.kind === "convolution" || layer.kind === "depthwise" ? layer.kernel : 1;
}

/** The channels that a layer makes; 0 if they are those of what feeds it. */
function channelsOf(layer: Layer): number {
  return layer.kind === "convolution" ? layer.channels : layer.kind === "linear" ? layer.outputs : 0;
}

function merged(a: Layer, b: Layer): Layer {
  const kernel = Math.max(kernelOf(a), kernelOf(b));
  const channels = Math.max(channelsOf(a), channelsOf(b));
  if (a.kind === "convolution") return { ...a, kernel, channels };
  if (a.kind === "depthwise") return { ...a, kernel };
  return a.kind === "linear" ? { ...a, outputs: channels } : a;
}

function identity(size: number, memories: number): Parameter {
  return {
    value: tf.tidy(() => tf.keep(tf.eye(size))),
    memory: Array.from({ length: memories }, () => tf.keep(tf.zeros([size, size]))),
    decays: false,
  };
}
