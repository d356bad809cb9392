/** Distances between architectures. @module */
import type { Architecture } from "../space/architecture.ts";

/** D(α, β), a metric on architectures; Eq. 4 is "hamming". */
export interface Distance {
  between(a: Architecture, b: Architecture): number;
}
