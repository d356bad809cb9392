/**
 * What a tensor of the engine is, and a parameter.
 *
 * @module
 */

/** A matrix in the engine's memory. A tensor that is not a parameter is valid until the next `begin()`. */
export interface Tensor {
  readonly rows: number;
  readonly cols: number;
  /** The slot of its first number. */
  readonly at: number;
  /** The parameter that it is, or is a part of. */
  readonly parameter: Parameter | undefined;
}

/** Where a parameter lives: [values | gradient | first moment | second moment], each in a block of slots. */
export interface Parameter {
  readonly at: number;
  readonly size: number;
  readonly cols: number;
  /** Its size, rounded up to a multiple of four. */
  readonly block: number;
  /** β₁ᵗ and β₂ᵗ after its t steps of Adam. */
  power1: number;
  power2: number;
  /** True if `backward()` has put a gradient there since the last step. */
  used: boolean;
  /** Slots of x, dy and dx, in turn, of the single-row products with it whose gradients are still to be taken. */
  readonly listed: number[];
}

/** The four parameters of an LSTM cell of H units on I inputs, gates in the order i, f, g, o. */
export interface LstmCell {
  /** [I, 4H] */
  readonly input: Tensor;
  /** [H, 4H] */
  readonly recurrent: Tensor;
  /** [1, 4H] */
  readonly inputBias: Tensor;
  /** [1, 4H] */
  readonly recurrentBias: Tensor;
}

/** What an LSTM carries from step to step. */
export interface LstmState {
  /** [1, H] */
  readonly hidden: Tensor;
  /** [1, H] */
  readonly cell: Tensor;
}

/** Blocks begin at multiples of four slots, 16 bytes. */
export function padded(size: number): number {
  return (size + 3) & ~3;
}

/** True for a parameter itself in its declared shape, which `Parameter.listed` is about. */
export function isDeclared(x: Tensor): boolean {
  return isWhole(x) && x.cols === x.parameter!.cols;
}

/** True for a parameter itself, in any shape; false for its rows, and for what is none. */
export function isWhole({ rows, cols, parameter }: Tensor): boolean {
  return parameter !== undefined && rows * cols === parameter.size;
}

export const shape = ({ rows, cols }: Tensor): string => `[${rows}, ${cols}]`;

/** Shapes that do not fit are a defect of the controller that built the network. */
export const misfit = (problem: string): Error => new Error(`Shapes do not fit in ${problem}.`);
