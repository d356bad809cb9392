/** The runs of a cell as a list: finished ones, those that have begun, and those that wait. @module */
import { better } from "../../../core/plugin/metric.ts";
import type { MatrixCell, MatrixDocument } from "../../host/store/matrix-document.ts";
import type { Page, RunLine, RunSort, RunState } from "../api.ts";
import type { BegunRun } from "../live/begun.ts";
import type { Fact } from "../live/fold.ts";
import type { OpenStore } from "../live/live-store.ts";
import { within } from "../live/progress.ts";

/** What of the list is asked for. */
export interface RunsWanted {
  readonly sort: RunSort;
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
  readonly state?: RunState | undefined;
}

const FACT_OF: Readonly<Record<RunSort, Fact>> = {
  ...{ seed: "seed", score: "score", test: "test", queries: "queries", failed: "rejected", seconds: "seconds", wallSeconds: "wall" },
};

export function runsPage(
  { seeds }: MatrixDocument,
  cell: MatrixCell,
  store: OpenStore,
  running: boolean,
  { sort, descending, offset, limit, state }: RunsWanted,
): Page<RunLine> {
  const columns = store.fold.of(cell.digest);
  const begun = new Map(
    store.begun
      .of(cell.digest)
      .filter(({ seed }) => within(seeds, seed))
      .map((run) => [run.seed, run]),
  );
  const stateOf = (seed: number): RunState => {
    if (columns.has(seed)) return "finished";
    const run = begun.get(seed);
    if (run) return run.living || store.recent(cell.digest) ? "running" : "stopped";
    return running ? "waiting" : "stopped";
  };
  const all = Array.from({ length: seeds.count }, (_, i) => seeds.first + i).filter(
    (seed) => state === undefined || stateOf(seed) === state,
  );
  const fact = FACT_OF[sort];
  const value = (seed: number) => (columns.has(seed) ? columns.of(seed, fact) : begunFact(begun.get(seed), fact, cell, seed));
  const sign = descending ? -1 : 1;
  if (sort === "seed") {
    if (descending) all.reverse();
  } else {
    const values = new Map(all.map((seed) => [seed, value(seed)]));
    // What has no value comes last, whatever the order.
    all.sort((a, b) => {
      const [x, y] = [values.get(a)!, values.get(b)!];
      return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || sign * (x - y) || a - b;
    });
  }
  const shown = all.slice(offset, offset + limit);
  const finished = shown.filter((seed) => columns.has(seed));
  const answers = store.look.answers(cell.digest, finished);
  const sizes = store.look.journalSizes(cell.digest, shown);
  return {
    rows: shown.map((seed) => {
      const run = begun.get(seed);
      const of = (fact: Fact) => (columns.has(seed) ? columns.of(seed, fact) : begunFact(run, fact, cell, seed));
      const known = (name: keyof RunLine, number: number | undefined) =>
        number === undefined || Number.isNaN(number) ? {} : { [name]: number };
      const architecture = answers.get(seed);
      return {
        ...{ seed, state: stateOf(seed), rejected: of("rejected") || 0, retried: of("retried") || 0 },
        ...known("score", of("score")),
        ...known("test", of("test")),
        ...known("queries", of("queries")),
        ...known("distinct", of("different")),
        ...known("updates", of("updates")),
        ...known("seconds", of("seconds")),
        ...known("wallSeconds", of("wall")),
        ...known("evaluations", sizes.get(seed)),
        ...(architecture && { architecture }),
      };
    }),
    ...{ offset, total: all.length },
  };
}

/** A run of a cell as a line of the list. */
export function runLine(document: MatrixDocument, cell: MatrixCell, store: OpenStore, running: boolean, seed: number): RunLine {
  const alone = { ...document, seeds: { first: seed, count: 1 } };
  return runsPage(alone, cell, store, running, { sort: "seed", descending: false, offset: 0, limit: 1 }).rows[0]!;
}

/** What the journal of a run that is not finished says; NaN where it says nothing. */
function begunFact(run: BegunRun | undefined, fact: Fact, { metric }: MatrixCell, seed: number): number {
  if (fact === "seed") return seed;
  if (!run || run.evaluations === 0) return Number.NaN;
  switch (fact) {
    case "score":
      return (better(metric) > 0 ? run.highest : run.lowest) ?? Number.NaN;
    case "queries":
      return run.proposals;
    case "rejected":
    case "retried":
    case "seconds":
    case "wall":
      return run[fact];
    default:
      return Number.NaN;
  }
}
