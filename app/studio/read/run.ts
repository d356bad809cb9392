/** One run with all that is known of it, finished or not. @module */
import { isBetter } from "../../../core/plugin/metric.ts";
import { joinedFailures } from "../../../core/record/failures.ts";
import type { Incumbent, Trajectory } from "../../../core/record/trajectory.ts";
import { type EvaluationFailures, withLogs } from "../../host/store/failed-evaluations.ts";
import { courseOf } from "../../host/store/look/trials.ts";
import { evaluationsUnderWay, trainingsUnderWay } from "../../host/store/look/under-way.ts";
import type { MatrixCell } from "../../host/store/matrix-document.ts";
import type { StoredRun } from "../../host/store/stored-run.ts";
import { checkedRun } from "../../report/stored-run.ts";
import type { BestArchitecture, EntropyCourse, RunView, Subspaces, UnderWay } from "../api.ts";
import type { OpenStore } from "../live/live-store.ts";
import { type KnownMatrix, progressOf } from "./matrix.ts";
import type { RunRecord } from "./record.ts";
import { runLine } from "./runs.ts";
import { choicesOf, isDrawn } from "./spaces.ts";
import { trialSource } from "./trials.ts";

/** Queries that the entropy of choices is over. */
const WINDOW = 20;

/** Gives the path of the drawing of an architecture of a cell. */
export type DrawingPath = (cell: MatrixCell, architecture: string) => string;

/** @throws EvokeError STORE_DAMAGED */
export async function runView(
  matrix: KnownMatrix,
  cell: MatrixCell,
  seed: number,
  store: OpenStore,
  drawingPath: DrawingPath,
): Promise<RunView> {
  const stored = storedRun(cell, seed, store);
  const { record, ...trials } = await trialSource({ cell, seed, folder: folderOf(matrix) }, store);
  const course = stored?.trajectory ?? (record && record.trials.length > 0 ? record.trajectory : undefined);
  const run = runLine(matrix.document, cell, store, progressOf(matrix, cell.name).state === "running", seed);
  const incumbent = course?.incumbent ?? incumbentOf(cell, seed, store);
  const best = stored ? await bestOf(cell, stored.result.best, drawingPath) : await bestSoFar(cell, seed, store, drawingPath);
  const subspaces = course && subspacesOf(course, record);
  const entropy = course && entropyOf(course, record, subspaces?.count ?? 0);
  const failures = course?.failures && failuresOf(cell, seed, course.failures, store);
  return {
    matrix: matrix.store.overviewOf(matrix),
    cell: cell.name,
    metric: cell.metric,
    ...(stored?.trajectory.testMetric && { testMetric: stored.trajectory.testMetric }),
    budget: cell.budget,
    run,
    incumbent,
    ...(subspaces && { subspaces }),
    ...(entropy && { entropy }),
    ...(course?.sharedWeights && { weights: course.sharedWeights.epochs }),
    ...(course?.fronts && { fronts: course.fronts }),
    ...(failures && { failures }),
    underWay: underWayOf(cell, store, seed),
    ...(best && { best }),
    trials,
  };
}

/** The folder with the document of a matrix. */
export function folderOf({ store, found }: KnownMatrix): string {
  return `${store.place.folder}/${found.name}`;
}

/** A finished run, looked at; undefined of another. @throws EvokeError STORE_DAMAGED */
export function storedRun(cell: MatrixCell, seed: number, store: OpenStore): StoredRun | undefined {
  const [run] = store.runs.runs(cell.digest, { first: seed, count: 1 });
  return run && checkedRun(run, cell, store.look.file);
}

/** What is under way of a cell, or of one of its runs. */
export function underWayOf(cell: MatrixCell, store: OpenStore, seed?: number): UnderWay[] {
  const { file } = store.look;
  const told = evaluationsUnderWay(file, cell.digest)
    .filter((one) => seed === undefined || one.seed === seed)
    .map(({ digest: _, ...one }): UnderWay => ({ ...one, stopped: false }));
  const seeds = seed === undefined ? store.begun.of(cell.digest).map((run) => run.seed) : [seed];
  const asked = seeds.flatMap((seed) =>
    store.fold.of(cell.digest).has(seed)
      ? []
      : store.runs.asked
          .of(cell.digest, seed)
          .filter((one) => !one.told)
          .map(({ query, asked }): UnderWay => ({ seed, query, began: asked, changed: asked, stopped: false, curve: [] })),
  );
  // Who lives says what it does itself; what is left of the others is kept for the next call.
  const trainings = told.length > 0 ? [] : trainingsUnderWay(file, cell.digest);
  const living = store.begun.of(cell.digest).some((run) => run.living);
  return [
    ...told,
    ...asked,
    ...trainings.map(({ changed, epochs }): UnderWay => {
      const curve = epochs.flatMap(({ epoch, validation }) => (validation === undefined ? [] : [{ epoch, value: validation }]));
      const last = epochs.at(-1);
      return { changed, stopped: !living, curve, epochs: epochs.length, ...(last && { loss: last.loss }) };
    }),
  ];
}

export async function bestOf(
  cell: MatrixCell,
  { architecture, score, test }: { readonly architecture: string; readonly score: number; readonly test?: number },
  drawingPath: DrawingPath,
): Promise<BestArchitecture> {
  const choices = await choicesOf(cell, architecture);
  return {
    ...{ architecture, score },
    ...(test !== undefined && { test }),
    ...(choices && { choices }),
    ...((await isDrawn(cell, architecture)) && { drawing: drawingPath(cell, architecture) }),
  };
}

async function bestSoFar(
  cell: MatrixCell,
  seed: number,
  store: OpenStore,
  drawingPath: DrawingPath,
): Promise<BestArchitecture | undefined> {
  let best: { readonly architecture: string; readonly score: number } | undefined;
  for (const { architecture, score, fidelity } of courseOf(store.look.database, cell.digest, seed))
    if (score !== null && fidelity === null && (!best || isBetter(score, best.score, cell.metric))) best = { architecture, score };
  return best && bestOf(cell, best, drawingPath);
}

/** The improvements that a journal shows, in the order in which they were finished. */
function incumbentOf(cell: MatrixCell, seed: number, store: OpenStore): Incumbent[] {
  const improvements: Incumbent[] = [];
  let [queries, seconds] = [0, 0];
  for (const { query, score, fidelity, charged } of courseOf(store.look.database, cell.digest, seed)) {
    if (query >= 0) queries += fidelity === null ? 1 : fidelity / cell.metric.epochs;
    seconds += charged ?? 0;
    const best = improvements.at(-1);
    if (score !== null && fidelity === null && (!best || isBetter(score, best.score, cell.metric)))
      improvements.push({ queries, seconds, score });
  }
  return improvements;
}

function subspacesOf({ centres }: Trajectory, record: RunRecord | undefined): Subspaces | undefined {
  if (centres.length === 0) return undefined;
  const count = 1 + Math.max(...centres.map(({ subspace }) => subspace));
  return { count, steps: centres, ...(record && record.chosen.length > 0 && { chosen: record.chosen }) };
}

function entropyOf({ sharedWeights }: Trajectory, record: RunRecord | undefined, count: number): EntropyCourse | undefined {
  if (sharedWeights)
    return { of: "edges", unit: "nats", points: sharedWeights.epochs.map(({ entropy }, i) => ({ at: i + 1, value: entropy })) };
  if (!record || record.chosen.length < WINDOW || count < 2) return undefined;
  const counts = new Map<number, number>();
  const change = (subspace: number, by: number) => counts.set(subspace, (counts.get(subspace) ?? 0) + by);
  const points: { readonly at: number; readonly value: number }[] = [];
  for (const [i, { query, subspace }] of record.chosen.entries()) {
    change(subspace, 1);
    if (i >= WINDOW) change(record.chosen[i - WINDOW]!.subspace, -1);
    if (i >= WINDOW - 1) points.push({ at: query, value: entropyOfCounts([...counts.values()], WINDOW) });
  }
  return { of: "chosen-subspaces", unit: "nats", window: WINDOW, most: Math.log(Math.min(count, WINDOW)), points };
}

function entropyOfCounts(counts: readonly number[], all: number): number {
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / all) * Math.log(count / all)), 0);
}

function failuresOf(
  { digest }: MatrixCell,
  seed: number,
  failures: Trajectory["failures"] & object,
  store: OpenStore,
): EvaluationFailures | undefined {
  const found = joinedFailures([{ seed, failures }]);
  return found && { ...found, reasons: withLogs(store.runs, digest, found.reasons) };
}
