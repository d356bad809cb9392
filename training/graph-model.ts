/**
 * A trained network as a graph model of TensorFlow.js, which `tf.loadGraphModel` reads in a browser or in Node:
 * model.json and weights.bin.
 *
 * Its input is "images" [N, height, width, channels], normalised as in training; its output "scores" [N, classes],
 * before a softmax. Normalisations are folded: y = slope x + offset.
 *
 * @module
 */
import { extent, type Layer, type Shape, shapesOf } from "../core/space/network.ts";
import type { TrainedNetwork } from "../core/training/trained-network.ts";
import { VERSION } from "../core/version.ts";
import { EPSILON } from "./network/operations.ts";

/** Texts of attributes, in base64 as the format has them. */
const [SAME, NHWC] = [{ s: "U0FNRQ==" }, { s: "TkhXQw==" }];

interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: object;
}

/** The files of the model. @param about  what readers may want to know of it */
export function graphModel(
  { network, weights }: TrainedNetwork,
  about: object,
): { readonly "model.json": string; readonly "weights.bin": Uint8Array } {
  const graph = new GraphWriter();
  const shapes = shapesOf(network);
  const [image, scores] = [shapes[0]!, shapes.at(-1)!];
  const values = weights.values();
  const next = () => values.next().value!;
  const outputs: string[] = [];
  for (const [i, layer] of network.layers.entries())
    outputs.push(writeLayer(graph, `layer_${i}`, layer, shapes[layer.inputs[0] ?? 0]!, outputs, next));
  graph.add("scores", "Reshape", [outputs.at(-1)!, graph.integers("scores_shape", [-1, scores[2]])], TYPE);
  const tensor = (name: string, sizes: readonly number[]) => ({ name: `${name}:0`, dtype: "DT_FLOAT", tensorShape: shapeOf(sizes) });
  return {
    "model.json": JSON.stringify({
      format: "graph-model",
      generatedBy: `Evoke ${VERSION}`,
      convertedBy: null,
      signature: { inputs: { images: tensor("images", [-1, ...image]) }, outputs: { scores: tensor("scores", [-1, scores[2]]) } },
      userDefinedMetadata: about,
      modelTopology: { node: graph.nodes, library: {}, versions: { producer: 1 } },
      weightsManifest: [{ paths: ["weights.bin"], weights: graph.constants }],
    }),
    "weights.bin": graph.bytes(),
  };
}

const TYPE = { T: { type: "DT_FLOAT" } };

function shapeOf(sizes: readonly number[]): object {
  return { dim: sizes.map((size) => ({ size: String(size) })) };
}

class GraphWriter {
  readonly nodes: GraphNode[] = [];
  readonly constants: { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[] = [];
  readonly #values: (Float32Array | Int32Array)[] = [];

  /** @returns the name */
  add(name: string, op: string, input: readonly string[], attr: object): string {
    this.nodes.push({ name, op, ...(input.length > 0 && { input }), attr });
    return name;
  }

  floats(name: string, shape: readonly number[], values: Float32Array): string {
    return this.#constant(name, shape, values, "float32", "DT_FLOAT");
  }

  integers(name: string, values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#constant(name, shape, Int32Array.from(values), "int32", "DT_INT32");
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#values.reduce((sum, { byteLength }) => sum + byteLength, 0));
    let at = 0;
    for (const { buffer, byteOffset, byteLength } of this.#values) {
      all.set(new Uint8Array(buffer, byteOffset, byteLength), at);
      at += byteLength;
    }
    return all;
  }

  #constant(name: string, shape: readonly number[], values: Float32Array | Int32Array, dtype: string, type: string): string {
    this.constants.push({ name, shape, dtype });
    this.#values.push(values);
    return this.add(name, "Const", [], { dtype: { type }, value: { tensor: { dtype: type, tensorShape: shapeOf(shape) } } });
  }
}

/** @param next  gives the values of the layer's parameters and moments in order @returns the node that is the layer's output */
function writeLayer(
  graph: GraphWriter,
  name: string,
  layer: Layer,
  [height, width, from]: Shape,
  outputs: readonly string[],
  next: () => Float32Array,
): string {
  const inputs = layer.inputs.map((input) => outputs[input]!);
  const x = inputs[0]!;
  const eachWay = (value: number) => ({ list: { i: ["1", String(value), String(value), "1"] } });
  const window = (stride: number) => ({ ...TYPE, strides: eachWay(stride), padding: SAME, data_format: NHWC });
  const pool = (op: string, kernel: number, stride: number) => graph.add(name, op, [x], { ...window(stride), ksize: eachWay(kernel) });
  const combined = (suffix: string, op: string, a: string, b: string) => graph.add(name + suffix, op, [a, b], TYPE);
  const number = (suffix: string, value: number) => graph.floats(name + suffix, [], Float32Array.of(value));
  switch (layer.kind) {
    case "image":
      return graph.add("images", "Placeholder", [], { dtype: { type: "DT_FLOAT" }, shape: { shape: shapeOf([-1, ...layer.shape]) } });
    case "zero": {
      // Of as many images as there are: their mean, times zeros.
      const mean = graph.add(`${name}_mean`, "Mean", ["images", graph.integers(`${name}_axes`, [1, 2, 3])], {
        ...TYPE,
        keep_dims: { b: true },
      });
      const size = layer.shape.reduce((product, length) => product * length);
      return combined("", "Mul", mean, graph.floats(`${name}_zeros`, [1, ...layer.shape], new Float32Array(size)));
    }
    case "convolution":
    case "depthwise": {
      const { kernel, stride, dilation = 1 } = layer;
      const channels = layer.kind === "convolution" ? layer.channels : 1;
      // TensorFlow.js refuses a dilation together with a stride: the filter has zeros between its places then.
      const apart = stride > 1 ? dilation : 1;
      const size = extent(kernel, apart);
      const filter = graph.floats(`${name}_filter`, [size, size, from, channels], spread(next(), kernel, apart));
      const op = layer.kind === "convolution" ? "Conv2D" : "DepthwiseConv2dNative";
      return graph.add(name, op, [x, filter], { ...window(stride), dilations: eachWay(dilation / apart) });
    }
    case "batchNorm": {
      const [affine, moments] = [next(), next()];
      const slope = Float32Array.from({ length: from }, (_, c) => affine[c]! / Math.sqrt(moments[from + c]! + EPSILON));
      const offset = Float32Array.from({ length: from }, (_, c) => affine[from + c]! - moments[c]! * slope[c]!);
      const scaled = combined("_scaled", "Mul", x, graph.floats(`${name}_slope`, [from], slope));
      return combined("", "AddV2", scaled, graph.floats(`${name}_offset`, [from], offset));
    }
    case "activation": {
      if (layer.activation === "relu") return graph.add(name, "Relu", [x], TYPE);
      const raised = graph.add(`${name}_clipped`, "Relu6", [combined("_raised", "AddV2", x, number("_three", 3))], TYPE);
      const hard = layer.activation === "hard-sigmoid";
      const gate = combined(hard ? "" : "_gate", "Mul", raised, number("_sixth", 1 / 6));
      return hard ? gate : combined("", "Mul", x, gate);
    }
    case "average-pool":
      return pool("AvgPool", layer.kernel, layer.stride);
    case "max-pool":
      return pool("MaxPool", layer.kernel, layer.stride);
    case "shift": {
      const larger = graph.add(`${name}_padded`, "Pad", [x, graph.integers(`${name}_margins`, [0, 0, 0, 1, 0, 1, 0, 0], [4, 2])], TYPE);
      const begin = graph.integers(`${name}_begin`, [0, 1, 1, 0]);
      return graph.add(name, "Slice", [larger, begin, graph.integers(`${name}_size`, [-1, height, width, from])], TYPE);
    }
    case "sum":
      return inputs.slice(1).reduce((sum, input, i) => combined(`_sum${i}`, "AddV2", sum, input), x);
    case "concatenation": {
      const axis = graph.integers(`${name}_axis`, [3], []);
      return graph.add(name, "ConcatV2", [...inputs, axis], { ...TYPE, N: { i: String(inputs.length) } });
    }
    case "truncation": {
      const begin = graph.integers(`${name}_begin`, [0, 0, 0, layer.from ?? 0]);
      return graph.add(name, "Slice", [x, begin, graph.integers(`${name}_size`, [-1, height, width, layer.channels])], TYPE);
    }
    case "shuffle": {
      const parts = graph.integers(`${name}_parts`, [-1, height, width, layer.groups, from / layer.groups]);
      const split = graph.add(`${name}_split`, "Reshape", [x, parts], TYPE);
      const order = graph.integers(`${name}_order`, [0, 1, 2, 4, 3]);
      const turned = graph.add(`${name}_turned`, "Transpose", [split, order], TYPE);
      return graph.add(name, "Reshape", [turned, graph.integers(`${name}_shape`, [-1, height, width, from])], TYPE);
    }
    case "mixture":
      throw new Error("a mixture is never exported: an architecture has one operation on an edge");
    case "scale":
      return combined("", "Mul", x, inputs[1]!);
    case "global-average-pool":
      return graph.add(name, "Mean", [x, graph.integers(`${name}_axes`, [1, 2])], { ...TYPE, keep_dims: { b: true } });
    case "linear": {
      const [weights, bias] = [next(), next()];
      const rows = graph.add(`${name}_rows`, "Reshape", [x, graph.integers(`${name}_rows_shape`, [-1, from])], TYPE);
      const no = { transpose_a: { b: false }, transpose_b: { b: false } };
      const matrix = graph.floats(`${name}_weights`, [from, layer.outputs], weights);
      const product = graph.add(`${name}_product`, "MatMul", [rows, matrix], { ...TYPE, ...no });
      const sum = combined("_sum", "AddV2", product, graph.floats(`${name}_bias`, [layer.outputs], bias));
      return graph.add(name, "Reshape", [sum, graph.integers(`${name}_shape`, [-1, 1, 1, layer.outputs])], TYPE);
    }
  }
}

/** A filter [kernel, kernel, …] with zeros between its places, so that each is so far apart from the next. */
function spread(filter: Float32Array, kernel: number, apart: number): Float32Array {
  const size = extent(kernel, apart);
  const channels = filter.length / kernel ** 2;
  const spread = new Float32Array(size ** 2 * channels);
  for (let place = 0; place < kernel ** 2; place++) {
    const [row, column] = [Math.floor(place / kernel), place % kernel];
    spread.set(filter.subarray(place * channels, (place + 1) * channels), (row * size + column) * apart * channels);
  }
  return spread;
}
