/**
 * What network an architecture is, without saying how it is computed: layers in an order in which each
 * comes after those that feed it. What trains it is outside core, in training/.
 *
 * Images are [height, width, channels]. Windows are padded so that a stride of s makes ⌈size / s⌉ of a
 * size; a pool leaves the padding out of its mean or maximum. A convolution has no bias.
 *
 * @module
 */

export type Shape = readonly [height: number, width: number, channels: number];

/** Some functions of one number, by name. */
export type Activation = "relu" | "hard-swish" | "hard-sigmoid";

/** What a convolution sees of an image at a time. */
interface Window {
  readonly kernel: number;
  readonly stride: number;
  /** The distance between the rows, and between the columns, that the kernel takes: 1 if it is left out. */
  readonly dilation?: number;
}

/** What a layer does. */
export type LayerKind =
  | { readonly kind: "image"; readonly shape: Shape }
  | { readonly kind: "zero"; readonly shape: Shape }
  | (Window & { readonly kind: "convolution"; readonly channels: number })
  /** A convolution of each channel by itself. */
  | (Window & { readonly kind: "depthwise" })
  /** Batch normalisation, with a factor and an offset for each channel. */
  | { readonly kind: "batchNorm" }
  | { readonly kind: "activation"; readonly activation: Activation }
  | { readonly kind: "average-pool"; readonly kernel: number; readonly stride: number }
  | { readonly kind: "max-pool"; readonly kernel: number; readonly stride: number }
  /** Without the first row and the first column, and with a row and a column of zeros at the end. */
  | { readonly kind: "shift" }
  /** Of inputs of one shape. */
  | { readonly kind: "sum" }
  /** Of inputs of one height and width: the channels of the first, then those of the second, and so on. */
  | { readonly kind: "concatenation" }
  /** Some channels of its input that follow each other: the first, unless `from` says where they begin. */
  | { readonly kind: "truncation"; readonly channels: number; readonly from?: number }
  /** The channels in another order: output o is input (o mod g) · C/g + ⌊o/g⌋, for g groups of C/g channels. */
  | { readonly kind: "shuffle"; readonly groups: number }
  /**
   * The operations of an open edge, each times its weight, and their sum: see core/space/open-network.ts. In searches by
   * weight sharing only.
   */
  | {
      readonly kind: "mixture";
      readonly edge: number;
      /** Which operation of the edge each input is. */
      readonly operations: readonly number[];
    }
  /** The first input, each channel times its value in the second, of height and width 1: squeeze-and-excitation. */
  | { readonly kind: "scale" }
  | { readonly kind: "global-average-pool" }
  /** With a bias; of an input of height and width 1. */
  | { readonly kind: "linear"; readonly outputs: number };

/** A layer and the indices of the layers that feed it. */
export type Layer = LayerKind & {
  readonly inputs: readonly number[];
  /**
   * What its weights are called, of those layers that have some. Where networks share weights, layers of one
   * kind and name share theirs: the middle of the largest kernel, the first of the most channels, and of
   * what feeds them the first of each part of a concatenation. In one network a name stands once for each
   * kind.
   */
  readonly weights?: string;
  /** The part of the network that it stands in, for those who read it: "stage 0/cell 2" is a cell of stage 0. */
  readonly part?: string;
};

/** The first layer is the image; the last one is the output, a score for each class. */
export interface Network {
  readonly layers: readonly Layer[];
}

/** Writes a network layer by layer; each method gives the index of the new layer. `weights` names what networks may share. */
export class NetworkWriter {
  /** The layer that everything begins with. */
  readonly image = 0;
  readonly #layers: Layer[];
  readonly #shapes: Shape[];
  #part: string | undefined;

  constructor(image: Shape) {
    this.#layers = [{ kind: "image", shape: image, inputs: [] }];
    this.#shapes = [image];
  }

  convolution(from: number, kernel: number, channels: number, stride = 1, weights?: string, dilation = 1): number {
    const inputs = [from];
    if (dilation === 1) return this.#add({ kind: "convolution", kernel, stride, channels, inputs }, weights);
    return this.#add({ kind: "convolution", kernel, stride, channels, dilation, inputs }, weights);
  }

  depthwise(from: number, kernel: number, stride = 1, weights?: string, dilation = 1): number {
    const inputs = [from];
    if (dilation === 1) return this.#add({ kind: "depthwise", kernel, stride, inputs }, weights);
    return this.#add({ kind: "depthwise", kernel, stride, dilation, inputs }, weights);
  }

  batchNorm(from: number, weights?: string): number {
    return this.#add({ kind: "batchNorm", inputs: [from] }, weights);
  }

  activation(from: number, activation: Activation): number {
    return this.#add({ kind: "activation", activation, inputs: [from] });
  }

  averagePool(from: number, kernel: number, stride = 1): number {
    return this.#add({ kind: "average-pool", kernel, stride, inputs: [from] });
  }

  maxPool(from: number, kernel: number, stride = 1): number {
    return this.#add({ kind: "max-pool", kernel, stride, inputs: [from] });
  }

  /** Moves the image by one pixel: a 1×1 convolution of stride 2 then takes the pixels that it leaves out otherwise. */
  shift(from: number): number {
    return this.#add({ kind: "shift", inputs: [from] });
  }

  globalAveragePool(from: number): number {
    return this.#add({ kind: "global-average-pool", inputs: [from] });
  }

  linear(from: number, outputs: number, weights?: string): number {
    return this.#add({ kind: "linear", outputs, inputs: [from] }, weights);
  }

  /** @param summands  at least one */
  sum(summands: readonly number[]): number {
    return this.#add({ kind: "sum", inputs: summands });
  }

  /** @param parts  at least one */
  concatenate(parts: readonly number[]): number {
    return this.#add({ kind: "concatenation", inputs: parts });
  }

  /** @param channels  how many to keep, of those that there are @param first  where they begin */
  truncate(from: number, channels: number, first = 0): number {
    return this.#add({ kind: "truncation", channels, ...(first > 0 && { from: first }), inputs: [from] });
  }

  /** @param operations  the outputs of the operations of an open edge, in order */
  mixture(edge: number, operations: readonly number[]): number {
    return this.#add({ kind: "mixture", edge, operations: operations.map((_, operation) => operation), inputs: operations });
  }

  shuffle(from: number, groups: number): number {
    return this.#add({ kind: "shuffle", groups, inputs: [from] });
  }

  scale(from: number, factors: number): number {
    return this.#add({ kind: "scale", inputs: [from, factors] });
  }

  /** Zeros of the shape of a layer. */
  zero(like: number): number {
    return this.#add({ kind: "zero", shape: this.#shapes[like]!, inputs: [] });
  }

  /** The shape of a layer's output. */
  shape(of: number): Shape {
    return this.#shapes[of]!;
  }

  /** Writes the layers of a part of the network: those that `write` writes. @returns what `write` gives */
  within<T>(part: string, write: () => T): T {
    const around = this.#part;
    this.#part = part;
    const written = write();
    this.#part = around;
    return written;
  }

  /** The network whose output is the layer written last. */
  network(): Network {
    return { layers: [...this.#layers] };
  }

  #add(layer: Named<Layer>, weights?: string): number {
    this.#shapes.push(outputShape(layer, this.#shapes));
    if (weights !== undefined) layer.weights = weights;
    if (this.#part !== undefined) layer.part = this.#part;
    return this.#layers.push(layer) - 1;
  }
}

/** A layer whose names are still to be written. */
type Named<L extends Layer> = L & { weights?: string; part?: string };

/** How many pixels of an axis there are from the first to the last that a kernel takes. */
export function extent(kernel: number, dilation = 1): number {
  return (kernel - 1) * dilation + 1;
}

/** The padding of one axis that makes ⌈size / stride⌉ windows; as TensorFlow does, the larger half after. */
export function padding(size: number, kernel: number, stride: number): { before: number; after: number; output: number } {
  const output = Math.ceil(size / stride);
  const total = Math.max((output - 1) * stride + kernel - size, 0);
  return { before: total >> 1, after: total - (total >> 1), output };
}

/** The shape of each layer's output. */
export function shapesOf({ layers }: Network): readonly Shape[] {
  const shapes: Shape[] = [];
  for (const layer of layers) shapes.push(outputShape(layer, shapes));
  return shapes;
}

function outputShape(layer: Layer, shapes: readonly Shape[]): Shape {
  if (layer.kind === "image" || layer.kind === "zero") return layer.shape;
  const { inputs } = layer;
  const first = shapes[inputs[0]!];
  if (!first || inputs.some((input) => shapes[input] === undefined))
    throw new Error(`a ${layer.kind} layer is fed by ${inputs.join(", ") || "nothing"}, before layer ${shapes.length}`);
  const [height, width, channels] = first;
  switch (layer.kind) {
    case "convolution":
      return [Math.ceil(height / layer.stride), Math.ceil(width / layer.stride), layer.channels];
    case "depthwise":
    case "average-pool":
    case "max-pool":
      return [Math.ceil(height / layer.stride), Math.ceil(width / layer.stride), channels];
    case "truncation":
      if ((layer.from ?? 0) + layer.channels > channels)
        throw new Error(`${first.join(" × ")} cannot be truncated to ${layer.channels} channels`);
      return [height, width, layer.channels];
    case "global-average-pool":
      return [1, 1, channels];
    case "linear":
      if (height * width !== 1) throw new Error(`a linear layer is fed by ${first.join(" × ")}; pool it first`);
      return [1, 1, layer.outputs];
    case "scale":
      if (shapes[inputs[1]!]?.join() !== [1, 1, channels].join())
        throw new Error(`${first.join(" × ")} cannot be scaled by ${shapes[inputs[1]!]?.join(" × ")}`);
      return first;
    case "sum":
    case "mixture":
      for (const input of inputs) {
        const other = shapes[input]!;
        if (other[0] !== height || other[1] !== width || other[2] !== channels)
          throw new Error(`${first.join(" × ")} and ${other.join(" × ")} cannot be added`);
      }
      return first;
    case "concatenation": {
      let sum = 0;
      for (const input of inputs) {
        const other = shapes[input]!;
        if (other[0] !== height || other[1] !== width)
          throw new Error(`${first.join(" × ")} and ${other.join(" × ")} cannot be concatenated`);
        sum += other[2];
      }
      return [height, width, sum];
    }
    default:
      return first;
  }
}

/** Of a network, or of a part of one. */
export type NetworkCost = { readonly madds: number; readonly parameters: number };

/** Multiply-adds and parameters: the sum of those of the layers. */
export function costOf(network: Network): NetworkCost {
  let [madds, parameters] = [0, 0];
  for (const cost of layerCosts(network)) {
    madds += cost.madds;
    parameters += cost.parameters;
  }
  return { madds, parameters };
}

/**
 * Multiply-adds and parameters of each layer: those of convolutions and linear layers, without biases, for the
 * multiply-adds; two parameters a channel for a normalisation.
 */
export function layerCosts(network: Network): readonly NetworkCost[] {
  const shapes = shapesOf(network);
  return network.layers.map((layer, i) => {
    const [height, width, channels] = shapes[i]!;
    const from = layer.inputs.length > 0 ? shapes[layer.inputs[0]!]![2] : 0;
    switch (layer.kind) {
      case "convolution":
      case "depthwise": {
        const parameters = layer.kernel ** 2 * channels * (layer.kind === "depthwise" ? 1 : from);
        return { madds: parameters * height * width, parameters };
      }
      case "linear":
        return { madds: from * channels, parameters: (from + 1) * channels };
      default:
        return { madds: 0, parameters: layer.kind === "batchNorm" ? 2 * channels : 0 };
    }
  });
}

/**
 * The network without its dead parts: what is zero whatever the image, and what does not reach the
 * output. A sum of one summand is that summand, a concatenation of one part that part. What is zero stays a
 * part of a concatenation, since it has channels there. A mixture stays, whatever feeds it: it has weights.
 *
 * A convolution of zero, normalised, is the offset of the normalisation, which could be learnt; it is
 * taken for zero here, as NAS-Bench-201 does where it counts different functions.
 */
export function live(network: Network): Network {
  const { layers } = network;
  const { kept, inputs, isZero } = liveParts(network);
  const shapes = shapesOf(network);
  const place = new Map(kept.map((old, now) => [old, now]));
  return {
    layers: kept.map((i) =>
      isZero[i]
        ? { kind: "zero", shape: shapes[i]!, inputs: [], ...ofPart(layers[i]!) }
        : { ...layers[i]!, inputs: inputs[i]!.map((input) => place.get(input)!) },
    ),
  };
}

/** What `live` leaves of a network, by the indices of the whole. */
export interface LiveParts {
  /** Ascending. */
  readonly kept: readonly number[];
  /** What feeds each layer. */
  readonly inputs: readonly (readonly number[])[];
  /** Those that are zero whatever the image. */
  readonly isZero: readonly boolean[];
}

/** Which layers of a network its scores depend on. */
export function liveParts({ layers }: Network): LiveParts {
  const isZero: boolean[] = [];
  /** What stands for each layer: itself, or the one summand or part. */
  const standIn: number[] = [];
  const inputs: (readonly number[])[] = [];
  for (const [i, layer] of layers.entries()) {
    const own = layer.inputs.map((input) => standIn[input]!);
    const live = own.filter((input) => !isZero[input]);
    const fed = layer.kind === "sum" ? live : own;
    inputs.push(fed);
    const combines = layer.kind === "sum" || layer.kind === "concatenation";
    standIn.push(combines && fed.length === 1 ? fed[0]! : i);
    isZero.push(layer.kind === "zero" || (own.length > 0 && !keepsZeroAlive(layer) && live.length < (layer.kind === "scale" ? 2 : 1)));
  }

  const output = standIn[layers.length - 1]!;
  const isReached = Array<boolean>(layers.length).fill(false);
  isReached[0] = isReached[output] = true;
  for (let i = output; i > 0; i--) if (isReached[i] && !isZero[i]) for (const input of inputs[i]!) isReached[input] = true;
  const kept: number[] = [];
  for (let i = 0; i < layers.length; i++) if (isReached[i]) kept.push(i);
  return { kept, inputs, isZero };
}

function ofPart({ part }: Layer): { readonly part?: string } {
  return part === undefined ? {} : { part };
}

/** What is not zero of zero: a linear layer has a bias, and the hard sigmoid of 0 is ½. Of a mixture the gradient is wanted. */
function keepsZeroAlive(layer: Layer): boolean {
  return layer.kind === "linear" || layer.kind === "mixture" || (layer.kind === "activation" && layer.activation === "hard-sigmoid");
}
