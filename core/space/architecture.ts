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

/** Of some architectures, by index, those nearest to one of the centres, the nearest first; of equals the first. */
export function nearestTo(centres: readonly Architecture[], some: readonly Architecture[], count: number): number[] {
  const distances = some.map((one) => Math.min(...centres.map((centre) => differing(centre, one))));
  return [...some.keys()].sort((a, b) => distances[a]! - distances[b]! || a - b).slice(0, count);
}

/** The number of components that differ. */
export function differing(a: Architecture, b: Architecture): number {
  let different = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) different++;
  return different;
}

/** One single-component modification, a part of Δα (Eq. 1): component `component` becomes `operation`. */
export interface Modification {
  readonly component: number;
  readonly operation: number;
}
