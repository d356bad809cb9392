/**
 * A tiny space whose architectures cost something.
 *
 * @module
 */
import type { Space } from "../core/plugin/space.ts";
import { tinySpace } from "./fixtures.ts";

/** 2 components of 3 operations; operation n costs n million multiply-adds and n thousand parameters, all together at least one. */
export const costly: Space & Required<Pick<Space, "cost">> = {
  ...tinySpace(2, 3),
  cost(architecture) {
    const sum = architecture.reduce((a, b) => a + b, 0);
    return { madds: 1e6 * Math.max(sum, 1), parameters: 1e3 * Math.max(sum, 1) };
  },
};
