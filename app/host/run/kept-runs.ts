/** Runs of other experiments, which a run begins with. @module */
import { errorOf } from "../../../core/errors/index.ts";
import type { Composition } from "../../../core/kernel.ts";
import type { Trajectory } from "../../../core/record/trajectory.ts";
import type { JournalParts } from "../evaluations/journal.ts";
import type { StoredRun } from "../store/stored-run.ts";
import { runSeed } from "./run-seed.ts";

/** Runs that are kept, or are done when they are asked for. */
export interface KeptRuns {
  trajectory(composition: Composition, seed: number): Promise<Trajectory>;
}

/** A place where runs are kept, by the digest of their experiment and their seed. */
export interface Kept {
  find(digest: string, seed: number): Trajectory | undefined;
  keep(digest: string, run: StoredRun): void;
  /** Where the evaluations of those are kept that are not finished. */
  readonly journals: JournalParts;
}

/** Runs that are looked up, and done where they are not there. */
export function keptRuns({ find, keep, journals }: Kept): KeptRuns {
  return {
    async trajectory(composition, seed) {
      const known = find(composition.digest, seed);
      if (known) return known;
      const ended = await runSeed(composition, seed, journals);
      if ("message" in ended) throw errorOf(ended);
      keep(composition.digest, ended);
      return ended.trajectory;
    },
  };
}

/** Nothing is kept: every run is done when it is asked for. */
export const NOTHING_KEPT: Kept = { find: () => undefined, keep: () => {}, journals: {} };
