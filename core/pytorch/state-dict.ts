/** Weights as PyTorch's state dicts have them. @module */
import type { NumericArray } from "../formats/npz.ts";
import { type Layer, type Network, shapesOf } from "../space/network.ts";
import type { LearntWeights } from "../training/trained-network.ts";
import type { TorchModule } from "./torch-module.ts";

/**
 * The tensors of a module, by name: filters are [outputs, inputs, height, width].
 * @param weights  of the layers of `network`, in order
 */
export function stateDict({ network, paths }: TorchModule, weights: LearntWeights): Map<string, NumericArray> {
  const shapes = shapesOf(network);
  const values = weights.values();
  const next = () => values.next().value!;
  const tensors = new Map<string, NumericArray>();
  for (const [i, layer] of network.layers.entries()) {
    const [inputs, outputs] = [shapes[layer.inputs[0] ?? 0]![2], shapes[i]![2]];
    for (const [name, tensor] of tensorsOf(layer, inputs, outputs, i === network.layers.length - 1, next))
      tensors.set(`${paths.get(i)}.${name}`, tensor);
  }
  return tensors;
}

function tensorsOf(layer: Layer, inputs: number, outputs: number, last: boolean, next: () => Float32Array): [string, NumericArray][] {
  switch (layer.kind) {
    case "convolution":
      return [["weight", filter(next(), layer.kernel, inputs, outputs)]];
    case "depthwise":
      return [["weight", filter(next(), layer.kernel, 1, outputs)]];
    case "linear": {
      const weight = filter(next(), 1, inputs, outputs);
      return [
        ["weight", last ? { ...weight, shape: [outputs, inputs] } : weight],
        ["bias", vector(next())],
      ];
    }
    case "batchNorm": {
      const [affine, moments] = [next(), next()];
      return [
        ["weight", vector(affine.slice(0, outputs))],
        ["bias", vector(affine.slice(outputs))],
        ["running_mean", vector(moments.slice(0, outputs))],
        ["running_var", vector(moments.slice(outputs))],
        ["num_batches_tracked", { shape: [], values: BigInt64Array.of(0n) }],
      ];
    }
    default:
      return [];
  }
}

function vector(values: Float32Array): NumericArray {
  return { shape: [values.length], values };
}

/** From [kernel, kernel, inputs, outputs] to [outputs, inputs, kernel, kernel]. */
function filter(values: Float32Array, kernel: number, inputs: number, outputs: number): NumericArray {
  return { shape: [outputs, inputs, kernel, kernel], values: turned(values, [kernel ** 2, inputs, outputs]) };
}

/** From [a, b, c] to [c, b, a]. */
function turned(values: Float32Array, [a, b, c]: readonly [number, number, number]): Float32Array {
  const turned = new Float32Array(values.length);
  for (let at = 0, i = 0; i < a; i++) for (let j = 0; j < b; j++) for (let k = 0; k < c; k++) turned[(k * b + j) * a + i] = values[at++]!;
  return turned;
}

/** Weights as `stateDict` has them, without names, in the order of the layers. @param weights  of the layers of `network`, in order */
export function torchValues(network: Network, weights: LearntWeights): Float32Array[] {
  return axesOf(network).map((axes, i) => (axes ? turned(weights[i]!, axes) : weights[i]!));
}

/** The weights that `torchValues` makes these of. */
export function learntWeights(network: Network, values: readonly Float32Array[]): Float32Array[] {
  return axesOf(network).map((axes, i) => {
    const [places, inputs, outputs] = axes ?? [];
    return axes ? turned(values[i]!, [outputs!, inputs!, places!]) : values[i]!;
  });
}

type Axes = readonly [places: number, inputs: number, outputs: number];

/** Of each of the weights what its axes are, if it is a filter. */
function axesOf(network: Network): (Axes | undefined)[] {
  const shapes = shapesOf(network);
  return network.layers.flatMap((layer, i): (Axes | undefined)[] => {
    const [inputs, outputs] = [shapes[layer.inputs[0] ?? 0]![2], shapes[i]![2]];
    switch (layer.kind) {
      case "convolution":
        return [[layer.kernel ** 2, inputs, outputs]];
      case "depthwise":
        return [[layer.kernel ** 2, 1, outputs]];
      case "linear":
        return [[1, inputs, outputs], undefined];
      case "batchNorm":
        return [undefined, undefined];
      default:
        return [];
    }
  });
}
