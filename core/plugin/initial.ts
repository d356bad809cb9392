/** The first centres. @module */
import type { Architecture } from "../space/architecture.ts";

/** Gives the K first centres. */
export interface Initial {
  centres(count: number): readonly Architecture[] | Promise<readonly Architecture[]>;
  /** One more, in place of a centre whose evaluation failed; left out where only certain ones will do. */
  another?(): Architecture;
}
