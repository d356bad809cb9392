/**
 * One step of an optimizer as a loop over its numbers, where these are in memory that JavaScript reads.
 *
 * @module
 */
import type { Rule } from "./operations.ts";

/**
 * @param decays  whether weight decay applies
 * @param values  of the parameter, before the step
 * @param memory  what the optimizer remembers, changed in place: the velocity, or both of Adam's moments
 * @param stepped  is given the values after the step
 */
export function takeStep(
  rule: Rule,
  decays: boolean,
  values: Float32Array,
  gradient: Float32Array,
  memory: readonly Float32Array[],
  stepped: Float32Array,
): void {
  const decay = decays ? rule.decay : 0;
  if (rule.optimizer === "sgd") {
    const { rate, momentum, nesterov = true } = rule;
    const velocities = memory[0]!;
    for (let i = 0; i < values.length; i++) {
      const slope = gradient[i]! + decay * values[i]!;
      const velocity = momentum * velocities[i]! + slope;
      velocities[i] = velocity;
      stepped[i] = values[i]! - rate * (nesterov ? slope + momentum * velocity : velocity);
    }
  } else {
    const { rate, beta1, beta2, correction1, correction2 } = rule;
    const [means, squares] = memory as [Float32Array, Float32Array];
    for (let i = 0; i < values.length; i++) {
      const slope = gradient[i]! + decay * values[i]!;
      const mean = beta1 * means[i]! + (1 - beta1) * slope;
      const square = beta2 * squares[i]! + (1 - beta2) * slope * slope;
      means[i] = mean;
      squares[i] = square;
      stepped[i] = values[i]! - (rate * (mean / correction1)) / (Math.sqrt(square / correction2) + 1e-8);
    }
  }
}
