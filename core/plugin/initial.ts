/** The first centres. @module */
import type { Architecture } from "../space/architecture.ts";

/** Gives the K first centres. */
export interface Initial {
  /**
   * The centres that the subspaces begin with, each a member of the space; two may be the same.  [K]
   * @param count  K
   * @example (count) => Array.from({ length: count }, () => space.sample(rng))
   */
  centres(count: number): readonly Architecture[] | Promise<readonly Architecture[]>;
  /**
   * One more, in place of a centre whose evaluation failed; left out where only certain ones will do.
   * @example () => space.sample(rng)
   */
  another?(): Architecture;
}
