/**
 * Steps of the parameters along their gradients, named and preset as in PyTorch.
 *
 * Each moves the parameters that got a gradient since the last step. The others stay as they are, as in PyTorch: weight
 * decay does not move them, and their step count does not advance.
 *
 * @module
 */
import { takeDue } from "./due-products.ts";
import type { Kernels } from "./kernels.ts";
import { type Parameter, padded, type Tensor } from "./tensor.ts";

export interface AdamOptions {
  readonly learningRate: number;
  /** L2: added to the gradient, times the parameter. */
  readonly weightDecay?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

export interface SgdOptions {
  readonly learningRate: number;
  /** Nesterov's. */
  readonly momentum?: number;
  /** L2: added to the gradient, times the parameter. */
  readonly weightDecay?: number;
}

export function adam(
  kernels: Kernels,
  parameters: readonly Tensor[],
  { learningRate, weightDecay = 0, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
): void {
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i]!.parameter!;
    if (!isMoved(parameter)) continue;
    const { at, block, size, cols, due } = parameter;
    // Running products instead of powers: Math.pow is not the same on every runtime.
    parameter.power1 *= beta1;
    parameter.power2 *= beta2;
    const correction = Math.sqrt(1 - parameter.power2);
    const rate = (learningRate * correction) / (1 - parameter.power1);
    takeDue(kernels, parameter, 1);
    const last = due[0];
    const rows = size / cols;
    if (last && cols % 8 === 0 && (rows % 2 === 0 || last.n % 4 !== 0)) {
      const { n, x, dy } = last;
      due.length = 0;
      kernels.adamOfProduct(at, block, x, dy, n, rows, cols, parameter.used, rate, weightDecay, beta1, beta2, epsilon * correction);
    } else {
      takeDue(kernels, parameter);
      kernels.adam(at, block, padded(size), rate, weightDecay, beta1, beta2, epsilon * correction);
    }
    parameter.used = false;
  }
}

/**
 * SGD with Nesterov's momentum:
 *   g ← gradient + weightDecay w,  m ← momentum m + g,  w ← w − rate (g + momentum m)
 */
export function sgd(kernels: Kernels, parameters: readonly Tensor[], { learningRate, momentum = 0, weightDecay = 0 }: SgdOptions): void {
  const { floats } = kernels;
  for (let p = 0; p < parameters.length; p++) {
    const parameter = parameters[p]!.parameter!;
    if (!isMoved(parameter)) continue;
    takeDue(kernels, parameter);
    parameter.used = false;
    const { at, size, block } = parameter;
    for (let i = at; i < at + size; i++) {
      const g = floats[i + block]! + weightDecay * floats[i]!;
      const m = momentum * floats[i + 2 * block]! + g;
      floats[i + 2 * block] = m;
      floats[i] = floats[i]! - learningRate * (g + momentum * m);
    }
  }
}

/** Whether it got a gradient. */
function isMoved({ used, due }: Parameter): boolean {
  return used || due.length > 0;
}
