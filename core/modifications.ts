/**
 * A uniform member of a subspace Ω_α: M single-component modifications of its centre, each of a uniform
 * component to a uniform operation.
 *
 * @module
 */
import type { Modification } from "./architecture.ts";
import type { Space } from "./plugin.ts";
import type { Rng } from "./rng.ts";

/** Draws so many modifications; one that chooses the present operation changes nothing. */
export function uniformModifications({ length, operations }: Space, count: number, rng: Rng): Modification[] {
  return Array.from({ length: count }, () => ({ component: rng.below(length), operation: rng.below(operations.length) }));
}
