/**
 * A network whose edges are left open: on each there are all operations, mixed by weights (layers of the kind "mixture").
 *
 * @module
 */
import type { Architecture } from "./architecture.ts";
import type { Network } from "./network.ts";

/** An edge that is left open; cells of a kind share it. */
export interface OpenEdge {
  readonly name: string;
  readonly operations: readonly string[];
  /** Whether each operation is without weights, as a skip or a pool is. */
  readonly parameterFree: readonly boolean[];
  /** The index of the operation that is zero, if there is one. */
  readonly none?: number;
}

export interface OpenNetwork {
  readonly edges: readonly OpenEdge[];
  /**
   * With a mixture for each edge in each cell; what feeds it are its operations in order. Its weights are called as those
   * of the space's networks.
   */
  readonly network: Network;
  /**
   * The architecture that weights of operations come to: where components are edges, the heaviest operation of each, the
   * first of equals.
   * @param weights  not negative  [edges][operations]
   */
  derive(weights: readonly (readonly number[])[]): Architecture;
  /** Which operation an architecture has on each edge; undefined of edges that it does not have. */
  operationsOf(architecture: Architecture): readonly (number | undefined)[];
}
