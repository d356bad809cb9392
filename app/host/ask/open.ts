/** Opening a search whose outcomes are told: its plan, its store, and nobody else at it meanwhile. @module */
import { optionInvalid, searchBusy } from "../../../core/errors/index.ts";
import type { Terminal } from "../../../core/plugin/dependencies.ts";
import { boundsOf } from "../evaluations/bounds.ts";
import { evaluationFolders } from "../evaluations/evaluation-folders.ts";
import { SharedEvaluations } from "../evaluations/shared-evaluations.ts";
import type { ExperimentFile } from "../experiment.ts";
import { type Kept, keptRuns } from "../run/kept-runs.ts";
import { planExperiment, type RunPlan } from "../run/plan.ts";
import { runClaim } from "../run/run-claims.ts";
import { discardDamaged } from "../run/run-plan.ts";
import { storeFile } from "../store/matrix-document.ts";
import { RunStore } from "../store/run-store.ts";

/** Who has a run claimed for milliseconds is waited for, and one of another machine that is gone: see Claims. */
const PATIENCE_MILLISECONDS = 90_000;
const POLL_MILLISECONDS = 50;
/** A call that waits for longer says so. */
const SOON_MILLISECONDS = 2_000;

export interface OpenOptions {
  readonly out?: string | undefined;
  /** One of the manifest's; the first of them if left out. */
  readonly seed?: number | undefined;
  readonly terminal?: Terminal;
}

/** A run that can be asked and told. Close the store when it is not needed any more. */
export interface OpenedRun {
  readonly plan: RunPlan;
  readonly store: RunStore;
  readonly seed: number;
  readonly digest: string;
}

/** Plans the run, and opens its store. @throws EvokeError of what is wrong before anything is asked for */
export async function openRun(source: ExperimentFile, { out, seed: wanted, terminal }: OpenOptions): Promise<OpenedRun> {
  let store: RunStore | undefined;
  const plan = await planExperiment(source, {
    ...(out !== undefined && { out }),
    ...(terminal && { terminal }),
    keptRuns: { trajectory: (...run) => keptRuns(keptIn(store!)).trajectory(...run) },
  });
  const { first, count } = plan.seeds;
  const seed = wanted ?? first;
  if (!Number.isSafeInteger(seed) || seed < first || seed >= first + count) {
    const seeds = count === 1 ? `${first}, the manifest's only seed` : `one of the manifest's seeds, ${first} to ${first + count - 1}`;
    throw optionInvalid("seed", String(seed), `${seeds}; /seeds can be changed with set`);
  }
  store = out === undefined ? await RunStore.inMemory() : await RunStore.open(storeFile(out), "write");
  const { digest } = plan.cells[0]!;
  discardDamaged(plan, store);
  return { plan, store, seed, digest };
}

/**
 * Waits until nobody else is at the run.
 * @param waits  told once, where that takes longer than one that asks or tells has it
 * @returns lets go
 * @throws EvokeError SEARCH_BUSY
 */
export async function claimRun(
  { store, digest, seed }: OpenedRun,
  patience = PATIENCE_MILLISECONDS,
  waits: () => void = () => {},
): Promise<() => void> {
  if (!store.isFile) return () => {};
  const claim = runClaim(digest, seed);
  let told = false;
  for (const began = performance.now(); !store.claims.take(claim); ) {
    if (!told && performance.now() - began >= SOON_MILLISECONDS) {
      told = true;
      waits();
    }
    if (performance.now() - began >= patience) throw searchBusy(store.file, seed);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
  return () => store.claims.drop(claim);
}

/** Runs of other experiments, which a search begins with: their evaluations are done, not told. */
function keptIn(store: RunStore): Kept {
  return {
    find: (digest, seed) => store.trajectory(digest, seed),
    keep: (digest, run) => store.add(digest, [run]),
    journals: {
      keeper: store.evaluations,
      shared: new SharedEvaluations(store.evaluations, store.claims),
      ...(store.isFile && { folders: evaluationFolders(store.file) }),
    },
    bounds: boundsOf(undefined),
    ...(store.isFile && { claims: store.claims }),
    underWay: new Map(),
  };
}
