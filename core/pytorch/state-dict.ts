/** Weights as PyTorch's state dicts have them. @module */
import type { NumericArray } from "../formats/npz.ts";
import { type Layer, shapesOf } from "../space/network.ts";
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
  const turned = new Float32Array(values.length);
  for (let at = 0, place = 0; place < kernel ** 2; place++)
    for (let input = 0; input < inputs; input++)
      for (let output = 0; output < outputs; output++) turned[(output * inputs + input) * kernel ** 2 + place] = values[at++]!;
  return { shape: [outputs, inputs, kernel, kernel], values: turned };
}
