/** Distances between architectures. @module */
import type { Architecture } from "../space/architecture.ts";

/** D(α, β), a metric on architectures; Eq. 4 is "hamming". */
export interface Distance {
  /**
   * How far two architectures are apart, in a unit of the distance's own: a finite number from 0, which is 0 for an
   * architecture and itself, the same in both directions, and at most the sum of the ways over a third one.
   * @example (a, b) => a.filter((choice, component) => choice !== b[component]).length
   */
  between(a: Architecture, b: Architecture): number;
}
