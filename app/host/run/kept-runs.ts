/** Runs of other experiments, which a run begins with. @module */
import { errorOf } from "../../../core/errors/index.ts";
import type { Composition } from "../../../core/kernel.ts";
import type { EventType, SearchEvent } from "../../../core/record/events.ts";
import type { Trajectory } from "../../../core/record/trajectory.ts";
import type { Bounds } from "../evaluations/bounds.ts";
import type { JournalParts } from "../evaluations/journal.ts";
import type { Opened } from "../opened.ts";
import type { Claims } from "../store/claims.ts";
import type { StoredRun } from "../store/stored-run.ts";
import { runClaim } from "./run-claims.ts";
import { type Ended, runSeed } from "./run-seed.ts";

/** Runs that are kept, or are done when they are asked for. */
export interface KeptRuns {
  trajectory(opened: Opened, seed: number): Promise<Trajectory>;
}

/** Does runs, or their evaluations, on other machines: see runSeed. */
export interface Elsewhere {
  run(opened: Opened, seed: number, kept: Kept, types?: readonly EventType[], hear?: (event: SearchEvent) => void): Promise<Ended>;
}

/** A place where runs are kept, by the digest of their experiment and their seed. */
export interface Kept {
  find(digest: string, seed: number): Trajectory | undefined | Promise<Trajectory | undefined>;
  keep(digest: string, run: StoredRun): void;
  /** Where the evaluations of those are kept that are not finished. */
  readonly journals: JournalParts;
  /** Bounds what is under way, where evaluations are done outside of the thread. */
  readonly bounds?: Bounds;
  /** Who is at which run, among the processes that use the store. */
  readonly claims?: Claims;
  /** The folder of an experiment's trainings, by its digest. */
  readonly trainings?: (digest: string) => string;
  /** Left out where runs are done here. */
  readonly elsewhere?: Elsewhere;
  /** Runs that are being done, by the names of their claims. */
  readonly underWay: Map<string, Promise<Trajectory>>;
}

/** Runs that are looked up, and done where they are not there: once, whoever asks, in this process or another. */
export function keptRuns(kept: Kept): KeptRuns {
  return {
    async trajectory(opened, seed) {
      const name = runClaim(opened.composition.digest, seed);
      const underWay = kept.underWay.get(name) ?? foundOrDone(kept, opened, seed).finally(() => kept.underWay.delete(name));
      kept.underWay.set(name, underWay);
      return underWay;
    },
  };
}

async function foundOrDone(kept: Kept, opened: Opened, seed: number): Promise<Trajectory> {
  const { composition } = opened;
  const { digest, places } = composition;
  const found = await kept.find(digest, seed);
  if (found) return found;
  const claims = places === undefined ? undefined : kept.claims;
  const claim = runClaim(digest, seed);
  await claims?.takeWhenFree(claim, async () => (await kept.find(digest, seed)) !== undefined);
  try {
    const known = claims && (await kept.find(digest, seed)); // by another process, meanwhile
    if (known) return known;
    const ended = await (kept.elsewhere?.run(opened, seed, kept) ?? runSeed(composition, seed, journalsOf(kept, composition)));
    if ("message" in ended) throw errorOf(ended);
    kept.keep(digest, ended);
    return ended.trajectory;
  } finally {
    claims?.drop(claim);
  }
}

function journalsOf({ journals, bounds }: Kept, { places, experiment }: Composition): JournalParts {
  const limit = places === undefined ? undefined : bounds?.(experiment.evaluator, places);
  return { ...journals, ...(limit && { limit }) };
}

/** Nothing is kept: every run is done when it is asked for. */
export const NOTHING_KEPT: Kept = { find: () => undefined, keep: () => {}, journals: {}, underWay: new Map() };
