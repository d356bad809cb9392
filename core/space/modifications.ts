/**
 * Members of a space made by modifications: a uniform one of a subspace Ω_α, by M single-component
 * modifications of its centre; and the one that choosing every component comes to.
 *
 * @module
 */
import type { Space } from "../plugin/space.ts";
import { type Rng, randomStream } from "../random/rng.ts";
import type { Architecture, Modification } from "./architecture.ts";
import { firstChoice, presentComponents } from "./choices.ts";

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
 * Gives the member that a choice for each component comes to, after any normalisation that the space does:
 * all of them are made of one fixed architecture, so a choice that cannot be leaves what stands there.
 */
export function chosenMembers(space: Space): (operations: readonly number[]) => Architecture {
  const base = space.sample(randomStream(0, "/chosen-members"));
  return (operations) =>
    space.modify(
      base,
      operations.map((operation, component) => ({ component, operation })),
    );
}
