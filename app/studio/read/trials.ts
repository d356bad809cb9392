/** The evaluations of a run: from its journal, or from its record where it has none. @module */

import { evaluationOf, type JournalTrial, trialsOf } from "../../host/store/look/trials.ts";
import type { MatrixCell } from "../../host/store/matrix-document.ts";
import type { Page, Trial, TrialLine, TrialSort, TrialSource, TrialState } from "../api.ts";
import type { OpenStore } from "../live/live-store.ts";
import { type RunRecord, recordOf } from "./record.ts";
import { isDrawn } from "./spaces.ts";

/** What of the evaluations is asked for. */
export interface TrialsWanted {
  readonly sort: TrialSort;
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
  readonly state?: TrialState | undefined;
  readonly text?: string | undefined;
}

/** A run, and where its files are. */
export interface RunPlace {
  readonly cell: MatrixCell;
  readonly seed: number;
  /** With `matrix.json` in it. */
  readonly folder: string;
}

/** Characters of a log that are shown: its end says what went wrong. */
const LOG = 20_000;

export async function trialSource(
  { cell, seed, folder }: RunPlace,
  store: OpenStore,
): Promise<TrialSource & { readonly record?: RunRecord }> {
  const journal = store.look.journalSizes(cell.digest, [seed]).get(seed) ?? 0;
  const record = await recordOf(folder, cell.digest, seed);
  // A journal is there at once; a record, once it is written, has what was quick as well, and the subspaces.
  if (record && record.trials.length > 0 && record.trials.length >= journal) return { from: "record", count: record.trials.length, record };
  if (journal > 0) return { from: "journal", count: journal, ...(record && { record }) };
  return {
    from: "nowhere",
    count: 0,
    why: store.fold.of(cell.digest).has(seed)
      ? "Evaluations that take less than a millisecond, as look-ups do, are not kept. The observer recorder of an experiment keeps all of them."
      : "None of its evaluations is kept yet.",
  };
}

export async function trialsPage(place: RunPlace, store: OpenStore, wanted: TrialsWanted): Promise<Page<TrialLine>> {
  const { from, record } = await trialSource(place, store);
  const { cell, seed } = place;
  if (from === "record") return recordPage(record!.trials, wanted);
  if (from === "nowhere") return { rows: [], offset: wanted.offset, total: 0 };
  const { sort } = wanted;
  const journalSort = sort === "subspace" || sort === "distance" ? "place" : sort;
  const { rows, total } = trialsOf(
    store.look.database,
    { digest: cell.digest, seed },
    { ...wanted, sort: journalSort, goal: cell.metric.goal ?? "maximise" },
  );
  const byQuery = new Map(record?.trials.map((trial) => [trial.query, trial]));
  return { rows: rows.map((row) => lineOf(row, byQuery.get(row.query))), offset: wanted.offset, total };
}

/** One evaluation; undefined where there is none. */
export async function trialOf(
  place: RunPlace,
  store: OpenStore,
  at: number,
  drawingPath: (architecture: string) => string,
): Promise<Trial | undefined> {
  const { cell, seed } = place;
  const { from, record } = await trialSource(place, store);
  const { sort, descending, limit } = { sort: "place", descending: false, limit: 1 } as const;
  const base =
    from === "record"
      ? record!.trials[at]
      : trialsOf(
          store.look.database,
          { digest: cell.digest, seed },
          { sort, descending, offset: at, limit, goal: cell.metric.goal ?? "maximise" },
        )
          .rows.map((row) => ({ ...lineOf(row), tries: [] }))
          .find(({ place }) => place === at);
  if (!base) return undefined;
  const drawing = (await isDrawn(cell, base.architecture)) ? { drawing: drawingPath(base.architecture) } : {};
  // Logs are in journals alone.
  const evaluated = evaluationOf(store.look.database, cell.digest, seed, base.query);
  if (!evaluated) return { ...base, ...drawing };
  const { measurement, failures } = evaluated;
  return {
    ...{ ...base, ...drawing },
    ...(measurement?.metrics && { metrics: measurement.metrics }),
    ...(measurement?.curve && { curve: measurement.curve }),
    ...(measurement?.log && { log: measurement.log.slice(-LOG) }),
    tries: failures.map(({ log, ...one }) => ({ ...one, ...(log && { log: log.slice(-LOG) }) })),
  };
}

function lineOf(
  { place, query, architecture, fidelity, score, seconds, stopped, wall, tries, reason, improved }: JournalTrial,
  recorded?: TrialLine,
): TrialLine {
  return {
    ...{ place, query, architecture, improved: improved === 1, wallSeconds: wall, failures: tries },
    state: score === null ? "rejected" : stopped === null ? "measured" : "stopped-early",
    ...(score !== null && { score }),
    ...(fidelity !== null && { fidelity }),
    ...(seconds !== null && { seconds }),
    ...(reason !== null && { reason }),
    ...(recorded?.subspace !== undefined && { subspace: recorded.subspace }),
    ...(recorded?.distance !== undefined && { distance: recorded.distance }),
  };
}

function recordPage(trials: readonly Trial[], { sort, descending, offset, limit, state, text = "" }: TrialsWanted): Page<TrialLine> {
  const kept = trials.filter((trial) => (state === undefined || trial.state === state) && trial.architecture.includes(text));
  const sign = descending ? -1 : 1;
  const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
  kept.sort((a, b) => {
    const [x, y] = [a[sort], b[sort]];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined) || a.place - b.place;
    return sign * compare(x, y) || a.place - b.place;
  });
  const rows = kept.slice(offset, offset + limit).map(({ tries: _, curve: __, metrics: ___, ...line }) => line);
  return { rows, offset, total: kept.length };
}
