/**
 * Members of a space made by modifications: a uniform one of a subspace Ω_α, by M single-component
 * modifications of its centre; and the one that choosing every component comes to.
 *
 * @module
 */
import type { Space } from "../plugin/space.ts";
import { type Rng, randomStream } from "../random/rng.ts";
import type { Architecture, Modification } from "./architecture.ts";

/** Draws so many modifications; one that chooses the present operation changes nothing. */
export function uniformModifications({ length, operations }: Space, count: number, rng: Rng): Modification[] {
  return Array.from({ length: count }, () => ({ component: rng.below(length), operation: rng.below(operations.length) }));
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
