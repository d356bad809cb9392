/** What the stream tells. @module */
import type { MatrixOverview, Progress, RunState, StoreOverview } from "./overview.ts";

/**
 * What the stream tells, as `event: change` with one of these as data. The first is `all`; later ones have what is other
 * than before. A client that was cut off names the last `id` and is told what it has missed, or all.
 */
export interface StudioEvent {
  readonly all: boolean;
  /** Stores whose state is another one; of `all`, every one. */
  readonly stores: readonly Pick<StoreOverview, "id" | "file" | "problem" | "runs">[];
  readonly matrices: readonly Pick<MatrixOverview, "id" | "name" | "progress" | "best" | "changed">[];
  /** Ids of matrices that are not there any more. */
  readonly gone: readonly string[];
  /** Cells whose progress is another one; left out of `all`. */
  readonly cells: readonly { readonly matrix: string; readonly cell: string; readonly progress: Progress }[];
  /** Runs of which something more is kept, or that are finished, at most MOST_ROWS; left out of `all`. */
  readonly runs: readonly { readonly matrix: string; readonly cell: string; readonly seed: number; readonly state: RunState }[];
}
