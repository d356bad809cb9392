/**
 * Does the runs of a plan that are not in the store, and keeps each the moment it is finished.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { storeGone } from "../../../core/errors/index.ts";
import type { Terminal } from "../../../core/plugin/dependencies.ts";
import type { EventType, SearchEvent } from "../../../core/record/events.ts";
import { boundsOf } from "../evaluations/bounds.ts";
import { evaluationFolders, removeTrainings, trainingsFolder } from "../evaluations/evaluation-folders.ts";
import type { EvaluationListener, Journal, JournalParts } from "../evaluations/journal.ts";
import { SharedEvaluations } from "../evaluations/shared-evaluations.ts";
import { clearUnderWay, UnderWayFile } from "../evaluations/under-way-file.ts";
import { openExperiment } from "../experiment.ts";
import { seedsOf } from "../shards/shard.ts";
import { Commits } from "../store/commits.ts";
import { RunStore } from "../store/run-store.ts";
import type { FinishedRun } from "../store/stored-run.ts";
import { execute } from "./execute.ts";
import type { Kept } from "./kept-runs.ts";
import { ObserverGroup } from "./observers.ts";
import type { PlannedCell, RunPlan } from "./plan.ts";
import { RunClaims } from "./run-claims.ts";
import type { Ended, FailedRun } from "./run-seed.ts";
import type { Resources, Work, WorkListener } from "./work.ts";

/** What became of the runs of a cell. */
export interface CellRuns {
  readonly cell: PlannedCell;
  /** Runs that were done in this call. */
  computed: number;
  readonly failed: FailedRun[];
}

/** Told how it goes. */
export interface RunListener {
  readonly terminal: Terminal;
  /** The event types that it wants to be told of; asked for after `began`. */
  readonly types: readonly EventType[];
  /** Something that people should know, in a line. */
  say(line: string): void;
  began(work: Begun): void;
  event(event: SearchEvent, cell: PlannedCell): void;
  /** A run is finished and safe, or failed, or was done elsewhere. @param digest  of its cell */
  ended(outcome?: FinishedRun | FailedRun, digest?: string): void;
  /** How long the runs will take that have not begun, in seconds. */
  estimated(seconds: number): void;
  /** Told of the evaluations of runs that are done side by side in this thread, as they begin and end. */
  readonly evaluations?: EvaluationListener;
}

/** How much there is to be done. */
export interface Begun {
  readonly cells: number;
  readonly runs: number;
  /** Runs that are in the store already. */
  readonly known: number;
  /** Of the runs to be done, where every budget says it. */
  readonly queries?: number;
  /** The same with their first centres, of runs that are done side by side; left out where there are none of these. */
  readonly evaluations?: number;
  /** Evaluations of these runs at a time, at most; left out where nothing bounds them. */
  readonly atOnce?: number;
  /** The names of the cells, by digest. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Runs what is not in the store.
 * @param interruption  handed what must be done before an interruption ends the process
 * @returns each cell with what became of its runs
 */
export async function runPlan(
  plan: RunPlan,
  store: RunStore,
  resources: Resources,
  listener: RunListener,
  interruption: (save: () => void) => void = () => {},
): Promise<CellRuns[]> {
  const { queue } = resources;
  const cells = queue ? plan.cells.map(onQueue) : plan.cells;
  const runs: CellRuns[] = cells.map((cell) => ({ cell, computed: 0, failed: [] }));
  const wanted = cells.map((_, cell) => seedsOf(plan, cell));
  const todo = wanted.map((seeds, cell) => seedsToDo(seeds, cells[cell]!, store));
  const runsInAll = wanted.reduce((sum, { length }) => sum + length, 0);
  const work = begun(cells, runsInAll, todo, resources);
  listener.began(work);
  if (queue) queue.outcomes = outcomesOf(cells, todo, work);
  if (todo.every((seeds) => seeds.length === 0)) return removeFinished();

  for (const [i, { prepares, source, opened }] of cells.entries()) {
    if (queue || !prepares || todo[i]!.length === 0) continue;
    const { composition } = opened ?? (await openExperiment(source, { terminal: listener.terminal }));
    await composition.prepare!();
  }
  const observed = await Promise.all(
    cells.map(async ({ opened }) => opened && new ObserverGroup(await opened.composition.observers(), (line) => listener.say(line))),
  );
  const commits = new Commits(store, (run, digest) => {
    queue?.runEnded(digest, run.result.seed);
    listener.ended(run, digest);
  });
  const claims = new RunClaims(store, plan.cells);
  const open = new Set<Journal>();
  interruption(() => {
    commits.commit();
    for (const journal of open) journal.save();
  });
  // What workers send is what observers need: progress goes by whole runs there.
  const types = [...new Set([...(queue ? [] : listener.types), ...observed.flatMap((group) => group?.types ?? [])])];
  const listening: WorkListener = {
    types,
    events(events, cell) {
      for (const event of events) {
        observed[cell]?.next(event);
        if (listener.types.includes(event.type)) listener.event(event, cells[cell]!);
      }
    },
    async ended(run: Ended, cell) {
      await observed[cell]?.settled("result" in run ? run.result.seed : run.seed);
      if ("result" in run) {
        commits.add(cells[cell]!.digest, run);
        claims.ended(run.result.seed, cell, run.wallSeconds, () => commits.commit());
        runs[cell]!.computed++;
      } else {
        claims.ended(run.seed, cell, 0);
        runs[cell]!.failed.push(run);
        listener.ended(run, cells[cell]!.digest);
      }
    },
    // Another process on this store may have done it, or a run that began with it; or it is at it.
    wants(seed, cell) {
      const wanted = claims.take(seed, cell);
      if (wanted === "done") listener.ended();
      return wanted === "ours";
    },
    estimated: (seconds) => listener.estimated(seconds),
  };
  const underWay = store.isFile ? new UnderWayFile(store.file, listener.evaluations) : undefined;
  const told = underWay ?? listener.evaluations;
  const journals: JournalParts = {
    keeper: store.evaluations,
    together: (add) => store.evaluations.together(add),
    open,
    ...(told && { listener: told }),
    note: (line) => listener.say(line),
    shared: new SharedEvaluations(store.evaluations, store.claims),
    ...(store.isFile && { folders: evaluationFolders(store.file) }),
  };
  const kept: Kept = {
    find: (digest, seed) => store.trajectory(digest, seed),
    keep: (digest, run) => store.add(digest, [run]),
    journals,
    bounds: boundsOf(resources.parallel),
    ...(queue && { elsewhere: (await import("../queue/call/execute.ts")).elsewhereOn(queue) }),
    ...(store.isFile && { claims: store.claims, trainings: (digest: string) => trainingsFolder(dirname(store.file), digest) }),
    underWay: new Map(),
  };
  const workOf = (todo: readonly (readonly number[])[]): Work => ({
    experiments: cells.map(({ source, digest, places, opened, ...cell }, i) => ({
      ...{ source, digest, seeds: todo[i]! },
      ...(queue && { composed: { ...cell, digest } }),
      ...(places !== undefined && { places }),
      // What begins with runs of another experiment is composed anew, with the place where these are kept.
      ...(opened && !opened.beginsWithRuns && { opened }),
    })),
    sharedTables: () => plan.tables.share(),
    kept,
  });
  try {
    await execute(workOf(todo), resources, listening);
    for (let others = await claims.freed(listener); others; others = await claims.freed(listener))
      await execute(workOf(others), resources, listening);
    for (const group of observed) await group?.finish();
  } catch (error) {
    await Promise.allSettled(observed.map((group) => group?.finish())); // what has failed already is told
    throw error;
  } finally {
    underWay?.end();
    commits.commit();
  }
  return removeFinished();

  /** What was kept of trainings has served its purpose; calls that were killed left what they had under way. */
  async function removeFinished(): Promise<CellRuns[]> {
    if (store.isFile) clearUnderWay(store.file);
    for (const { cell, failed } of runs)
      if (store.isFile && cell.places !== undefined && failed.length === 0)
        for (const digest of experimentsOf(cell)) await removeTrainings(dirname(store.file), digest);
    return runs;
  }
}

/**
 * Forgets the runs of a plan, and those that they begin with, that are not as they were written.
 * @param told  of those of each experiment, by their seeds
 */
export function discardDamaged(
  { cells }: RunPlan,
  store: RunStore,
  told: (name: string, seeds: readonly number[]) => void = () => {},
): void {
  for (const cell of cells)
    for (const digest of experimentsOf(cell)) {
      const damaged = store.discardDamaged(digest);
      if (damaged.length > 0) told(digest === cell.digest ? `"${cell.name}"` : `what "${cell.name}" begins with`, damaged);
    }
}

/**
 * Opens the store again at the end, by its path, as whoever looks for the results will.
 * @param runs  what became of them: those that have not failed must be there
 * @throws EvokeError STORE_GONE, and what opening a store throws
 */
export async function openAgain(plan: RunPlan, runs: readonly CellRuns[], file: string): Promise<RunStore> {
  if (!existsSync(file)) throw storeGone(file, "there is no such file any more");
  const store = await RunStore.open(file, "read");
  for (const [i, { cell, failed }] of runs.entries()) {
    const there = store.seeds(cell.digest);
    const missing = seedsOf(plan, i).filter((seed) => !there.has(seed) && !failed.some((run) => run.seed === seed));
    if (missing.length === 0) continue;
    store.close();
    throw storeGone(file, `${missing.length} runs of "${cell.name}" that were kept there are not in it`);
  }
  return store;
}

/** The digests of a cell's experiment and of those that its runs begin with. */
function experimentsOf({ digest, inputs }: PlannedCell): string[] {
  return [digest, ...[...inputs].flatMap(([name, value]) => (name.startsWith("experiment ") ? value : []))];
}

function seedsToDo(seeds: readonly number[], { digest }: PlannedCell, store: RunStore): number[] {
  const known = store.seeds(digest);
  return seeds.filter((seed) => !known.has(seed));
}

/** A cell where its work is handed out: whoever does its runs trains the weights that they share. */
function onQueue({ places, ...cell }: PlannedCell): PlannedCell {
  return { ...cell, ...(places !== undefined && !cell.experiment.sharedWeights && { places }) };
}

/** How many outcomes are needed from elsewhere, as far as that is known: of runs, and of evaluations. */
function outcomesOf(cells: readonly PlannedCell[], todo: readonly (readonly number[])[], { evaluations = 0 }: Begun): number | undefined {
  const runs = cells.reduce((sum, { places }, i) => sum + (places === undefined ? todo[i]!.length : 0), 0);
  return Number.isNaN(evaluations) ? undefined : runs + evaluations;
}

function begun(cells: readonly PlannedCell[], runs: number, todo: readonly (readonly number[])[], { parallel, queue }: Resources): Begun {
  const waiting = todo.reduce((sum, { length }) => sum + length, 0);
  const queries = cells.reduce((sum, { experiment }, i) => sum + (experiment.budget.queries ?? Number.NaN) * todo[i]!.length, 0);
  const evaluations = cells.reduce((sum, { places, experiment: { budget, subspaces } }, i) => {
    if (places === undefined) return sum;
    return sum + ((budget.queries ?? Number.NaN) + (subspaces?.count ?? 0)) * todo[i]!.length;
  }, 0);
  const sideBySide = cells.flatMap(({ places, proposals }, i) =>
    places === undefined ? [] : { places, proposals: proposals * todo[i]!.length },
  );
  const room = parallel ?? (queue ? Number.POSITIVE_INFINITY : Math.max(...sideBySide.map(({ places }) => places)));
  const atOnce = Math.min(
    room,
    sideBySide.reduce((sum, { proposals }) => sum + proposals, 0),
  );
  return {
    ...{ cells: cells.length, runs, known: runs - waiting },
    names: new Map(cells.map(({ digest, name }) => [digest, name])),
    ...(queries > 0 && { queries }),
    ...(evaluations !== 0 && { evaluations }),
    ...(atOnce > 0 && room < Number.POSITIVE_INFINITY && { atOnce }),
  };
}
