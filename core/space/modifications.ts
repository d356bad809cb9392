/**
 * Members of a space made by modifications: a uniform one of a subspace Ω_α, by M single-component
 * modifications of its centre; and the one that choosing component after component comes to.
 *
 * @module
 */
import type { Space } from "../plugin/space.ts";
import { type Rng, randomStream } from "../random/rng.ts";
import type { Architecture, Modification } from "./architecture.ts";
import { firstChoice, isPresent, presentComponents } from "./choices.ts";

/**
 * Draws so many modifications of an architecture, each of a component that is there once those before are made, and to a
 * choice that it has; one that chooses what stands there changes nothing.
 */
export function uniformModifications(space: Space, architecture: Architecture, count: number, rng: Rng): Modification[] {
  const modifications: Modification[] = [];
  for (let m = 0; m < count; m++) {
    const present = presentComponents(
      space,
      modifications.length > 0 && space.conditions ? space.modify(architecture, modifications) : architecture,
    );
    const component = present ? present[rng.below(present.length)]! : rng.below(space.length);
    modifications.push({ component, operation: uniformChoice(space, component, rng) });
  }
  return modifications;
}

/** Draws a choice for a component that is there. */
export function uniformChoice(space: Space, component: number, rng: Rng): number {
  const first = firstChoice(space, component);
  return first + rng.below(space.choices[component]!.length - first);
}

/**
 * Makes a member of another one, component after component: each that is there, those before it being as they have become,
 * is given what `choose` says, or keeps what it has. What is absent is not asked for.
 *
 * @param choose  the choice of a component; undefined to keep the one that it has
 * @param choose.comes  true of a component that is absent in `architecture`, and has no choice to keep
 */
export function remade(
  space: Space,
  architecture: Architecture,
  choose: (component: number, comes: boolean) => number | undefined,
): Architecture {
  const modifications: Modification[] = [];
  const made = [...architecture];
  for (let component = 0; component < space.length; component++) {
    if (!isPresent(space, made, component)) {
      made[component] = 0;
      continue;
    }
    const operation = choose(component, !isPresent(space, architecture, component));
    if (operation === undefined) continue;
    made[component] = operation;
    modifications.push({ component, operation });
  }
  return space.modify(architecture, modifications);
}

/**
 * Gives the member that a choice for each component comes to, after any normalisation that the space does: all of them are
 * made of one fixed architecture, so a choice that cannot be leaves what stands there.
 *
 * @returns a function that asks for the choices in order, each once; it is not asked for those that are absent
 */
export function chosenMembers(space: Space): (choose: (component: number) => number) => Architecture {
  const base = space.sample(randomStream(0, "/chosen-members"));
  return (choose) => remade(space, base, choose);
}
