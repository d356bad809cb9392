/** The first centres. @module */
import type { Architecture } from "../space/architecture.ts";

/** Gives the K first centres. */
export interface Initial {
  centres(count: number): readonly Architecture[] | Promise<readonly Architecture[]>;
}
