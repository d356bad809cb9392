/**
 * An architecture as a value: L components, each the index of the operation chosen there.
 *
 * What a component means (an edge of a cell, a layer of a network) only its space knows.
 * Architectures are immutable: a modification makes a new one. The authors' own code changes the
 * list of the old centre in place, which costs it accuracy (see docs/decisions.md).
 *
 * @module
 */

/** α or β: L operation indices, one per component. */
export type Architecture = readonly number[];

/** One single-component modification, a part of Δα (Eq. 1): component `component` becomes `operation`. */
export interface Modification {
  readonly component: number;
  readonly operation: number;
}

/** True if both have the same operation at every component. */
export function sameArchitecture(a: Architecture, b: Architecture): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
