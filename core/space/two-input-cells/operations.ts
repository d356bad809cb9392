/**
 * The operations of cells with two inputs, named as in DARTS, and the layers that they are.
 *
 * Liu et al. 2019, arXiv:1806.09055, Section 3.1.1, and their networks for CIFAR-10: a convolution is ReLU, convolution,
 * normalisation; a separable one is that twice, a dilated one once, with a distance of 2 between what the kernel takes;
 * a pool has no normalisation. Where the image is halved, a skip is a factorised reduction: half of its channels see the
 * pixels of even rows and columns, the other half those of odd ones.
 *
 * @module
 */
import type { NetworkWriter } from "../network.ts";

export const CELL_OPERATIONS = [
  "max_pool_3x3",
  "max_pool_5x5",
  "max_pool_7x7",
  "avg_pool_3x3",
  "skip_connect",
  "conv_1x1",
  "conv_3x3",
  "sep_conv_3x3",
  "sep_conv_5x5",
  "sep_conv_7x7",
  "dil_conv_3x3",
  "dil_conv_5x5",
] as const;
export type CellOperation = (typeof CELL_OPERATIONS)[number];

/** What an operation is a kind of, and how large its kernel is: 1 for a skip. */
export function kindOf(operation: CellOperation): { readonly kind: OperationKind; readonly kernel: number } {
  const [kind] = operation.split("_");
  return { kind: kind as OperationKind, kernel: Number(/(\d)x\d$/.exec(operation)?.[1] ?? 1) };
}
type OperationKind = "max" | "avg" | "skip" | "conv" | "sep" | "dil";

/** How it is written where room is short: `sep3` for `sep_conv_3x3`, `skip` for `skip_connect`. */
export function shortName(operation: CellOperation): string {
  const { kind, kernel } = kindOf(operation);
  return kind === "skip" ? kind : `${kind}${kernel}`;
}

/** Writes a cell: within it one activation of a layer serves all that read it. */
export class CellWriter {
  readonly net: NetworkWriter;
  /** True if weights get names, so that networks can share them. */
  readonly #named: boolean;
  /** The activation of each layer that has one. */
  readonly #active = new Map<number, number>();
  /** Some channels of layers, by the layer and which they are. */
  readonly #parts = new Map<string, number>();

  constructor(net: NetworkWriter, named: boolean) {
    this.net = net;
    this.#named = named;
  }

  /** An operation on a layer that has so many channels. @param name  what its weights are called */
  operation(operation: CellOperation, from: number, channels: number, stride: number, name: string): number {
    const { kind, kernel } = kindOf(operation);
    switch (kind) {
      case "max":
        return this.net.maxPool(from, kernel, stride);
      case "avg":
        return this.net.averagePool(from, kernel, stride);
      case "skip":
        return stride === 1 ? from : this.reduced(from, channels, name);
      case "conv":
        return this.convolved(from, kernel, channels, stride, name);
      case "sep":
        return this.#separable(
          this.#separable(from, kernel, channels, stride, 1, `${name}/first`),
          kernel,
          channels,
          1,
          1,
          `${name}/second`,
        );
      case "dil":
        return this.#separable(from, kernel, channels, stride, 2, name);
    }
  }

  /** ReLU, convolution, normalisation. */
  convolved(from: number, kernel: number, channels: number, stride: number, name: string): number {
    return this.#normalised(this.net.convolution(this.#relu(from), kernel, channels, stride, this.#name(name)), name);
  }

  /** Factorised reduction: half the size. */
  reduced(from: number, channels: number, name: string): number {
    const active = this.#relu(from);
    const half = Math.floor(channels / 2);
    const halves = [
      this.net.convolution(active, 1, half, 2, this.#name(`${name}/even`)),
      this.net.convolution(this.net.shift(active), 1, channels - half, 2, this.#name(`${name}/odd`)),
    ];
    return this.#normalised(this.net.concatenate(halves), name);
  }

  /** Some channels of a layer, from the first of them on. */
  part(of: number, first: number, channels: number): number {
    const key = [of, first, channels].join();
    const known = this.#parts.get(key) ?? this.net.truncate(of, channels, first);
    this.#parts.set(key, known);
    return known;
  }

  #normalised(from: number, name: string): number {
    return this.net.batchNorm(from, this.#name(name));
  }

  #name(name: string): string | undefined {
    return this.#named ? name : undefined;
  }

  #separable(from: number, kernel: number, channels: number, stride: number, dilation: number, name: string): number {
    const deep = this.net.depthwise(this.#relu(from), kernel, stride, this.#name(name), dilation);
    return this.#normalised(this.net.convolution(deep, 1, channels, 1, this.#name(name)), name);
  }

  #relu(from: number): number {
    const known = this.#active.get(from);
    if (known !== undefined) return known;
    const active = this.net.activation(from, "relu");
    this.#active.set(from, active);
    return active;
  }
}
