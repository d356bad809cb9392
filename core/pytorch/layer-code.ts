/**
 * The code of layers, once for all blocks that are alike: where they differ, the code has an argument of the
 * constructor.
 *
 * @module
 */
import { type Activation, extent, type Layer, type Network, padding, type Shape, shapesOf } from "../space/network.ts";
import { Names } from "./python.ts";
import type { Block } from "./structure.ts";

const FUNCTIONS: Readonly<Record<Activation, string>> = { relu: "F.relu", "hard-swish": "F.hardswish", "hard-sigmoid": "F.hardsigmoid" };
const MODULES: Readonly<Record<Activation, string>> = { relu: "nn.ReLU", "hard-swish": "nn.Hardswish", "hard-sigmoid": "nn.Hardsigmoid" };

/** A network with the shapes of its layers. */
export interface ShapedNetwork extends Network {
  readonly shapes: readonly Shape[];
}

export function shaped(network: Network): ShapedNetwork {
  return { ...network, shapes: shapesOf(network) };
}

/** Where code stands for layers. */
export type Extent = Pick<Block, "layers" | "inputs" | "output">;

/** An argument of a constructor. */
export interface Parameter {
  readonly name: string;
  readonly type: "int" | "type[nn.Module]";
  /** Arguments of one role and the same values are one. */
  readonly role: "channels" | "kernel_size" | "stride" | "dilation" | "activation";
  /** Its value in each block. */
  readonly values: readonly (number | string)[];
  readonly positional: boolean;
}

/** Classes that the code needs beside PyTorch's. */
export const SAME_PADDED = {
  convolution: "SamePaddedConv2d",
  averagePool: "SamePaddedAvgPool2d",
  maxPool: "SamePaddedMaxPool2d",
} as const;

/** Padding that drops the first row and column, and adds a row and a column of zeros at the end. */
const SHIFT = "(-1, 1, -1, 1)";

/** Layers that stand at the same places of blocks that are alike; each is named by its index in the first block. */
export class LayerCode {
  readonly #parameters: Parameter[] = [];
  readonly #helpers: Set<string>;
  readonly #network: ShapedNetwork;
  readonly #blocks: readonly Extent[];
  readonly #names = new Names();

  /**
   * @param blocks  one, for code that has no arguments
   * @param helpers  gets those of SAME_PADDED that are used
   */
  constructor(network: ShapedNetwork, blocks: readonly Extent[], helpers: Set<string>) {
    this.#network = network;
    this.#blocks = blocks;
    this.#helpers = helpers;
  }

  /** The expressions of the modules that a layer needs, and the place among them of the one with its parameters. */
  modules(layer: number, name: string): { readonly code: readonly string[]; readonly learns?: number } {
    const { layers } = this.#network;
    const of = layers[layer]!;
    const channels = () => [this.#channels(of.inputs[0]!, name), this.#channels(layer, name)] as const;
    switch (of.kind) {
      case "convolution":
        return { code: [this.#convolution(layer, ...channels(), "")], learns: 0 };
      case "depthwise":
        return { code: [this.#convolution(layer, ...channels(), `, groups=${channels()[1]}`)], learns: 0 };
      case "batchNorm":
        return { code: [`nn.BatchNorm2d(${channels()[1]})`], learns: 0 };
      case "linear":
        return layer === layers.length - 1
          ? { code: ["nn.Flatten()", `nn.Linear(${channels().join(", ")})`], learns: 1 }
          : { code: [`nn.Conv2d(${channels().join(", ")}, 1)`], learns: 0 };
      case "activation": {
        const activations = this.#each(layer, ({ activation }) => MODULES[activation]);
        const literal = activations.every((activation) => activation === activations[0]);
        return { code: [`${literal ? activations[0] : this.#parameter("activation", "activation", activations)}()`] };
      }
      case "average-pool":
      case "max-pool": {
        const { same, code } = this.#pool(layer);
        const [helper, module] =
          of.kind === "max-pool" ? (["maxPool", "nn.MaxPool2d"] as const) : (["averagePool", "nn.AvgPool2d"] as const);
        return { code: [`${same ? this.#helper(helper) : module}(${code})`] };
      }
      case "shift":
        return { code: [`nn.ZeroPad2d(${SHIFT})`] };
      case "global-average-pool":
        return { code: ["nn.AdaptiveAvgPool2d(1)"] };
      default:
        throw new Error(`a ${of.kind} layer is no module`);
    }
  }

  /** The expression of a layer without parameters, of what its inputs are called. */
  functional(layer: number, inputs: readonly string[]): string {
    const of = this.#network.layers[layer]!;
    const [x] = inputs;
    switch (of.kind) {
      case "activation":
        return `${FUNCTIONS[of.activation]}(${x})`;
      case "average-pool":
      case "max-pool": {
        const { same, code } = this.#pool(layer);
        if (same) return `${this.modules(layer, "").code[0]}(${x})`;
        return `${of.kind === "max-pool" ? "F.max_pool2d" : "F.avg_pool2d"}(${x}, ${code})`;
      }
      case "shift":
        return `F.pad(${x}, ${SHIFT})`;
      case "truncation":
        return of.from ? `${x}[:, ${of.from}:${of.from + of.channels}]` : `${x}[:, :${of.channels}]`;
      case "shuffle":
        return `F.channel_shuffle(${x}, ${of.groups})`;
      case "concatenation":
        return `torch.cat((${inputs.join(", ")}), dim=1)`;
      case "global-average-pool":
        return `F.adaptive_avg_pool2d(${x}, 1)`;
      case "zero": {
        const [height, width, channels] = of.shape;
        return `${x}.new_zeros(len(${x}), ${channels}, ${height}, ${width})`;
      }
      case "mixture":
        throw new Error("a mixture is no module: an architecture has one operation on an edge");
      default:
        return inputs.join(of.kind === "scale" ? " * " : " + ");
    }
  }

  /** What tells layers apart that cannot have the same code, whatever the arguments. */
  fixed(layer: number): unknown {
    const of = this.#network.layers[layer]!;
    if (of.kind === "average-pool" || of.kind === "max-pool") return this.#pool(layer);
    if (of.kind === "zero") return of.shape;
    if (of.kind === "truncation") return [of.channels, of.from ?? 0];
    return of.kind === "activation" ? of.activation : of.kind === "shuffle" ? of.groups : undefined;
  }

  /** What a pool is called with; `same` where PyTorch's own cannot pad as it must. */
  #pool(layer: number): { readonly same: boolean; readonly code: string } {
    const { kind, kernel, stride, inputs } = this.#network.layers[layer]! as Extract<Layer, { kind: "average-pool" | "max-pool" }>;
    const [height, width] = this.#network.shapes[inputs[0]!]!.map((size) => padding(size, kernel, stride)) as [Pad, Pad];
    const uneven = [height, width].some(({ before, after }) => before !== after);
    const same = height.before !== width.before || (uneven && stride === 1);
    const strided = stride === kernel && !same ? `${kernel}` : same ? `${kernel}, ${stride}` : `${kernel}, stride=${stride}`;
    const padded = [...(height.before > 0 ? [`padding=${height.before}`] : []), ...(uneven ? ["ceil_mode=True"] : [])];
    if (kind === "average-pool" && padded.length > 0) padded.push("count_include_pad=False");
    return { same, code: [strided, ...(same ? [] : padded)].join(", ") };
  }

  /** The shape of a layer's output, as a comment; empty where it cannot be said for all blocks. */
  shape(layer: number): string {
    const shapes = this.#shapesOf(layer);
    const [height, width, channels] = shapes[0]!;
    const alike = shapes.every((shape) => shape.join() === shapes[0]!.join());
    if (alike && this.#blocks.length === 1) {
      const classified = layer === this.#network.layers.length - 1 && this.#network.layers[layer]!.kind === "linear";
      return classified ? `[N, ${channels}]` : `[N, ${channels}, ${height}, ${width}]`;
    }
    const channelsOf = shapes.map(([, , channels]) => channels);
    const symbol = this.#parameters.find(({ role, values }) => role === "channels" && values.join() === channelsOf.join())?.name;
    const sizes = this.#sizes(shapes);
    return symbol === undefined || sizes === undefined ? "" : `[N, ${symbol}, ${sizes}]`;
  }

  /** The call of the constructor for a block. */
  construct(name: string, block: number): string {
    const args = this.arguments().map(({ name, values, positional }) => `${positional ? "" : `${name}=`}${values[block]}`);
    return `${name}(${args.join(", ")})`;
  }

  /** Those of the constructor, in order. */
  arguments(): Parameter[] {
    const order = ["channels", "in_channels", "out_channels"];
    const place = ({ name }: Parameter) => (order.indexOf(name) + order.length + 1) % (order.length + 1);
    const first = this.#parameters.filter(({ positional }) => positional).sort((a, b) => place(a) - place(b));
    return [...first, ...this.#parameters.filter(({ positional }) => !positional)];
  }

  #convolution(layer: number, inputs: string, outputs: string, groups: string): string {
    const kernels = this.#each(layer, ({ kernel }) => kernel);
    const strides = this.#each(layer, ({ stride }) => stride);
    const dilations = this.#each(layer, ({ dilation = 1 }) => dilation);
    const kernel = this.#number("kernel_size", kernels);
    const stride = strides.every((stride) => stride === 1) ? "" : `, stride=${this.#number("stride", strides)}`;
    const dilation = this.#number("dilation", dilations);
    const dilated = dilation === "1" ? "" : `, dilation=${dilation}`;
    const plain = this.#shapesOf(this.#network.layers[layer]!.inputs[0]!).every((shape, b) =>
      shape.slice(0, 2).every((size) => {
        const reach = extent(kernels[b]!, dilations[b]!);
        const { before, after } = padding(size, reach, strides[b]!);
        return before === after && before === reach >> 1;
      }),
    );
    const padded = !plain || kernels.every((kernel) => kernel === 1) ? "" : `, padding=${marginOf(kernel, dilation)}`;
    const module = plain ? "nn.Conv2d" : this.#helper("convolution");
    return `${module}(${inputs}, ${outputs}, ${kernel}${stride}${padded}${dilated}${groups}, bias=False)`;
  }

  #helper(kind: keyof typeof SAME_PADDED): string {
    this.#helpers.add(SAME_PADDED[kind]);
    return SAME_PADDED[kind];
  }

  /** What stands for the channels of a layer's output. */
  #channels(layer: number, name: string): string {
    const of = (places: readonly number[]) => places.map((place) => this.#network.shapes[place]![2]);
    const values = this.#shapesOf(layer).map(([, , channels]) => channels);
    if (this.#blocks.length === 1) return `${values[0]}`;
    const inputs = of(this.#blocks.map(({ inputs }) => inputs[0]!)).join();
    const outputs = of(this.#blocks.map(({ output }) => output)).join();
    const place = values.join() === inputs ? (inputs === outputs ? "" : "in_") : values.join() === outputs ? "out_" : undefined;
    return this.#parameter("channels", place === undefined ? `${name}_channels` : `${place}channels`, values, place !== undefined);
  }

  #number(role: "kernel_size" | "stride" | "dilation", values: readonly number[]): string {
    return values.every((value) => value === values[0]) ? `${values[0]}` : this.#parameter(role, role, values);
  }

  #parameter(role: Parameter["role"], wanted: string, values: Parameter["values"], positional = false): string {
    const known = this.#parameters.find((parameter) => parameter.role === role && parameter.values.join() === values.join());
    if (known) return known.name;
    const type = role === "activation" ? "type[nn.Module]" : "int";
    const added: Parameter = { name: this.#names.attribute(wanted), type, role, values, positional };
    this.#parameters.push(added);
    return added.name;
  }

  /** Of the layer and those at its place in the other blocks. */
  #each<T>(layer: number, value: (of: Attributes) => T): T[] {
    return this.#alike(layer).map((place) => value(this.#network.layers[place]! as never));
  }

  #shapesOf(layer: number): Shape[] {
    return this.#alike(layer).map((place) => this.#network.shapes[place]!);
  }

  #alike(layer: number): number[] {
    const { layers, inputs } = this.#blocks[0]!;
    const [at, from] = [layers.indexOf(layer), inputs.indexOf(layer)];
    return this.#blocks.map((block) => (at >= 0 ? block.layers[at]! : from >= 0 ? block.inputs[from]! : layer));
  }

  /** Height and width by those of the input. */
  #sizes(shapes: readonly Shape[]): string | undefined {
    const inputs = this.#blocks.map(({ inputs }) => this.#network.shapes[inputs[0]!]!);
    const divided = (by: number) => shapes.every((shape, b) => [0, 1].every((axis) => shape[axis] === Math.ceil(inputs[b]![axis]! / by)));
    if (divided(1)) return "H, W";
    if (shapes.every(([height, width]) => height * width === 1)) return "1, 1";
    const by = [2, 3, 4].find(divided);
    return by === undefined ? undefined : `H/${by}, W/${by}`;
  }
}

type Pad = ReturnType<typeof padding>;
/** Of layers of a known kind. */
type Attributes = Pick<Layer, "inputs"> & {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation?: number;
  readonly activation: Activation;
};

/** What a window that is in the middle of its pixel has before it and after: half of what its kernel extends over. */
function marginOf(kernel: string, dilation: string): string {
  const [size, apart] = [Number(kernel), Number(dilation)];
  if (size > 0 && apart > 0) return `${extent(size, apart) >> 1}`;
  return apart === 1 ? `${kernel} // 2` : `${dilation} * (${kernel} - 1) // 2`;
}
