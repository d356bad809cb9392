/**
 * Spaces in which every combination of choices is a member, and each is a different one.
 *
 * @module
 */
import type { Space } from "../plugin/space.ts";

/** What follows from the choices alone. @param choices  of each component, by name  [L][C_l] */
export function freeChoices(
  choices: Space["choices"],
): Pick<Space, "length" | "choices" | "size" | "sample" | "contains" | "modify" | "neighbours"> {
  return {
    length: choices.length,
    choices,
    size: choices.reduce((product, { length }) => product * BigInt(length), 1n),
    sample: (rng) => choices.map(({ length }) => rng.below(length)),
    contains: (architecture) =>
      architecture.length === choices.length &&
      architecture.every((choice, component) => Number.isInteger(choice) && choice >= 0 && choice < choices[component]!.length),
    modify(architecture, modifications) {
      const modified = [...architecture];
      for (const { component, operation } of modifications) modified[component] = operation;
      return modified;
    },
    neighbours: (architecture) =>
      architecture.flatMap((present, component) =>
        choices[component]!.flatMap((_, choice) => (choice === present ? [] : [architecture.with(component, choice)])),
      ),
  };
}
