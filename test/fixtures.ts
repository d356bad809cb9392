/**
 * An artificial search space and a landscape over it whose optimum is known.
 *
 * @module
 */
import { architectureInvalid } from "../core/errors/index.ts";
import type { Space } from "../core/plugin/space.ts";
import type { Architecture } from "../core/space/architecture.ts";
import { alike, firstChoice, isPresent } from "../core/space/choices.ts";

/** Every string of `length` numbers below `operations`, written like "0-2-1". */
export function tinySpace(length: number, operations: number): Space {
  const contains = (architecture: Architecture) =>
    architecture.length === length &&
    architecture.every((operation) => Number.isInteger(operation) && operation >= 0 && operation < operations);
  const encode = (architecture: Architecture) => architecture.join("-");
  return {
    length,
    ...alike(
      length,
      Array.from({ length: operations }, (_, operation) => `operation ${operation}`),
    ),
    size: BigInt(operations) ** BigInt(length),
    sample: (rng) => Array.from({ length }, () => rng.below(operations)),
    contains,
    modify(architecture, modifications) {
      const modified = [...architecture];
      for (const { component, operation } of modifications) modified[component] = operation;
      return modified;
    },
    neighbours: (architecture) =>
      architecture.flatMap((present, component) =>
        Array.from({ length: operations }, (_, operation) => operation)
          .filter((operation) => operation !== present)
          .map((operation) => architecture.with(component, operation)),
      ),
    encode,
    decode(text) {
      const architecture = text.split("-").map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
      if (!contains(architecture) || encode(architecture) !== text) {
        throw architectureInvalid("the tiny space", text, `${length} numbers below ${operations}, joined by "-"`);
      }
      return architecture;
    },
    functionKey: encode,
  };
}

/**
 * A landscape of independent components, from 50 to 90: component l likes choice l mod C_l best, and another the less, the
 * farther it is, around the circle of its choices. One that is absent has no part in it.
 */
export function separableValidation(space: Space): (architecture: Architecture) => number {
  return (architecture) => {
    const losses = architecture.map((choice, l) => {
      if (!isPresent(space, architecture, l)) return 0;
      const first = firstChoice(space, l);
      const count = space.choices[l]!.length - first;
      const apart = Math.abs(choice - first - (l % count));
      return Math.min(apart, count - apart) / Math.max(1, Math.floor(count / 2));
    });
    return 90 - (40 * losses.reduce((sum, loss) => sum + loss, 0)) / space.length;
  };
}

export const distanceBetween = (a: Architecture, b: Architecture): number => a.filter((operation, l) => operation !== b[l]).length;

/** D(α, β) where some components may be absent: those are not counted that are there in one of the two only. */
export function distanceIn(space: Space): (a: Architecture, b: Architecture) => number {
  return (a, b) => a.filter((choice, l) => choice !== b[l] && isPresent(space, a, l) && isPresent(space, b, l)).length;
}
