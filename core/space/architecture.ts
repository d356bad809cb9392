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
