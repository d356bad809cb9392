/**
 * Gradients of parameters that are due: shares xᵀ dy of products whose operands are still where they were.
 *
 * @module
 */
import type { Kernels } from "./kernels.ts";
import type { Parameter } from "./tensor.ts";

/** Takes them, all but the last `left`, into the memory of the gradient. */
export function takeDue(kernels: Kernels, parameter: Parameter, left = 0): void {
  const { at, size, cols, block, due } = parameter;
  while (due.length > left) {
    const { n, x, dy } = due.shift()!;
    kernels.linearWeightGradient(at + block, x, dy, n, size / cols, cols, parameter.used); // the first spares the zeros
    parameter.used = true;
  }
}
