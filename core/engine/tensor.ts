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
  /** Whether it comes from a ReLU, so that no gradient passes where it is 0. */
  readonly rectified: boolean;
}

/** Where a parameter lives: [values | gradient | first moment | second moment], each at the beginning of a block of slots. */
export interface Parameter {
  /** Where the kernels find this, and keep what is to be added to its gradient; see commands.ts. */
  readonly record: number;
  readonly at: number;
  readonly size: number;
  readonly cols: number;
  /** At least its size; see `blockOf`. */
  readonly block: number;
  /** β₁ᵗ and β₂ᵗ after its t steps of Adam. */
  power1: number;
  power2: number;
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

/**
 * How many slots lie from a parameter's values to its gradient, and so on. Of large ones they lie such that an optimizer that
 * walks through all four reads and writes at different places of a page of 4,096 bytes: processors take those at the same
 * place for one another, which takes half as long again.
 */
export function blockOf(size: number): number {
  const least = padded(size);
  return size < PAGE ? least : least + ((272 - least) & (PAGE - 1));
}
/** Slots. */
const PAGE = 1024;

/** True for a parameter itself in its declared shape; false for its rows, and for what is none. */
export function isDeclared({ rows, cols, parameter }: Tensor): boolean {
  return parameter !== undefined && cols === parameter.cols && rows * cols === parameter.size;
}

export const shape = ({ rows, cols }: Pick<Tensor, "rows" | "cols">): string => `[${rows}, ${cols}]`;

/** Shapes that do not fit are a defect of the controller that built the network. */
export const misfit = (problem: string): Error => new Error(`Shapes do not fit in ${problem}.`);
