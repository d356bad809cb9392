/**
 * Steps of the parameters along their gradients, named and preset as in PyTorch.
 *
 * Each moves the parameters that got a gradient since the last step. The others stay as they are, as in PyTorch: weight
 * decay does not move them, and their step count does not advance.
 *
 * @module
 */
import { DUE_ROWS, EPSILON, RATE, USED } from "./commands.ts";
import type { Kernels } from "./kernels.ts";
import type { Parameter, Tensor } from "./tensor.ts";

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
  if (parameters.length === 0) return;
  const { floats } = kernels;
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i]!.parameter!;
    if (!isMoved(kernels, parameter)) continue;
    // Running products instead of powers: Math.pow is not the same on every runtime.
    parameter.power1 *= beta1;
    parameter.power2 *= beta2;
    const correction = Math.sqrt(1 - parameter.power2);
    floats[parameter.record + RATE] = (learningRate * correction) / (1 - parameter.power1);
    floats[parameter.record + EPSILON] = epsilon * correction;
  }
  kernels.adamOfAll(parameters[0]!.parameter!.record, weightDecay, beta1, beta2);
}

/**
 * SGD with Nesterov's momentum:
 *   g ← gradient + weightDecay w,  m ← momentum m + g,  w ← w − rate (g + momentum m)
 */
export function sgd(kernels: Kernels, parameters: readonly Tensor[], { learningRate, momentum = 0, weightDecay = 0 }: SgdOptions): void {
  const { floats, integers } = kernels;
  for (let p = 0; p < parameters.length; p++) {
    const parameter = parameters[p]!.parameter!;
    if (!isMoved(kernels, parameter)) continue;
    const { record, at, size, block } = parameter;
    kernels.takeDue(record);
    integers[record + USED] = 0;
    for (let i = at; i < at + size; i++) {
      const g = floats[i + block]! + weightDecay * floats[i]!;
      const m = momentum * floats[i + 2 * block]! + g;
      floats[i + 2 * block] = m;
      floats[i] = floats[i]! - learningRate * (g + momentum * m);
    }
  }
}

/** Whether it got a gradient. */
function isMoved({ integers }: Kernels, { record }: Parameter): boolean {
  return integers[record + USED] !== 0 || integers[record + DUE_ROWS] !== 0;
}
