/**
 * The members of a described space: how many there are, which they are, and how they are drawn.
 *
 * Axes: L components, C_l choices of component l, absence included.
 *
 * @module
 */
import type { Space } from "../../plugin/space.ts";
import type { Rng } from "../../random/rng.ts";
import type { Architecture, Modification } from "../architecture.ts";
import { firstChoice, isPresent, openChoices } from "../choices.ts";
import type { Component } from "./components.ts";

type Members = Pick<Space, "length" | "choices" | "components" | "conditions" | "size" | "sample" | "contains" | "modify" | "neighbours">;

export function membersOf(components: readonly Component[]): Members {
  const length = components.length;
  const choices = components.map((component) => component.choices.map(String));
  const conditions = components.map(({ condition }) => condition);
  const shape = { choices, conditions };
  const { weights, totals, size } = counts(components);

  const modify = (architecture: Architecture, modifications: readonly Modification[]): Architecture => {
    const wanted = [...architecture];
    for (const { component, operation } of modifications) if (operation >= firstChoice(shape, component)) wanted[component] = operation;
    return normalised(wanted);
  };
  /** What was chosen, in its normal form: what comes to be there has its first choice, what is not there its absence. */
  const normalised = (chosen: readonly number[]): Architecture => {
    const architecture: number[] = [];
    for (const [component, choice] of chosen.entries())
      architecture.push(isPresent(shape, architecture, component) ? Math.max(choice, firstChoice(shape, component)) : 0);
    return architecture;
  };

  return {
    length,
    choices,
    components: components.map(({ name }) => name),
    ...(conditions.some((condition) => condition !== undefined) && { conditions }),
    size,
    sample(rng) {
      const architecture: number[] = [];
      for (let component = 0; component < length; component++)
        architecture.push(isPresent(shape, architecture, component) ? drawn(weights[component]!, totals[component]!, rng) : 0);
      return architecture;
    },
    contains: (architecture) =>
      architecture.length === length &&
      architecture.every((choice, component) =>
        isPresent(shape, architecture, component)
          ? Number.isInteger(choice) && choice >= firstChoice(shape, component) && choice < choices[component]!.length
          : choice === 0,
      ),
    modify,
    neighbours: (architecture) =>
      architecture.flatMap((present, component) =>
        openChoices(shape, architecture, component)
          .filter((operation) => operation !== present)
          .map((operation) => modify(architecture, [{ component, operation }])),
      ),
  };
}

/**
 * How many members there are. Conditions make trees of the components: a choice stands for as many parts of members as
 * those that follow from it have between them,
 *
 *   w_lc = Π over the components k that are there for choice c of l, of Σ_c' w_kc'
 *
 * and |Ω| is the product over those that are always there.
 *
 * @returns weights  w, 0 for absence  [L][C_l]; totals  Σ_c w_lc  [L]
 */
function counts(components: readonly Component[]) {
  const weights = components.map(({ choices, condition }) => choices.map((_, choice) => BigInt(condition && choice === 0 ? 0 : 1)));
  const totals: bigint[] = [];
  let size = 1n;
  for (let l = components.length - 1; l >= 0; l--) {
    const total = weights[l]!.reduce((sum, weight) => sum + weight, 0n);
    totals[l] = total;
    const { condition } = components[l]!;
    if (condition) for (const choice of condition.choices) weights[condition.component]![choice]! *= total;
    else size *= total;
  }
  return { weights, totals, size };
}

/** Draws an index with probability in proportion to its weight, exact but for the 32 bits beyond the total that are drawn. */
function drawn(weights: readonly bigint[], total: bigint, rng: Rng): number {
  let [random, bits] = [0n, 0n];
  for (let rest = total << 32n; rest > 0n; rest >>= 32n) {
    random = (random << 32n) | BigInt(rng.below(2 ** 32));
    bits += 32n;
  }
  let left = (random * total) >> bits;
  return weights.findIndex((weight) => {
    left -= weight;
    return left < 0n;
  });
}
