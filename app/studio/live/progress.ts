/**
 * How far cells and matrices are, whether somebody is at them, and when they will be done.
 *
 * @module
 */
import { isBetter } from "../../../core/plugin/metric.ts";
import type { MatrixCell, MatrixDocument } from "../../host/store/matrix-document.ts";
import type { SeedRange } from "../../host/store/run-store.ts";
import type { Progress, State } from "../api.ts";
import type { Begun, BegunRun } from "./begun.ts";
import type { RunColumns, StoreFold } from "./fold.ts";
import { Pace } from "./pace.ts";

/** What of a store progress is made of. */
export interface Standing {
  readonly fold: StoreFold;
  readonly begun: Begun;
  /** Whether something of an experiment was kept in the last seconds. */
  recent(digest: string): boolean;
}

/** Sums over the finished runs of a cell among its seeds. */
interface Sums {
  readonly length: number;
  readonly done: number;
  readonly rejected: number;
  readonly retried: number;
  readonly wall: number;
  /** The seed of the best; undefined where there is none. */
  readonly best: number | undefined;
}

/** The progress of one matrix, kept from look to look. */
export class MatrixProgress {
  readonly #document: MatrixDocument;
  readonly #sums = new Map<MatrixCell, { readonly columns: RunColumns; readonly sums: Sums }>();
  readonly #paces = new Map<MatrixCell | undefined, Pace>();

  constructor(document: MatrixDocument) {
    this.#document = document;
  }

  /** @param now  in milliseconds */
  look(standing: Standing, now: number): { readonly matrix: Progress; readonly cells: ReadonlyMap<string, Progress> } {
    const parts = this.#document.cells.map((cell) => this.#part(cell, standing));
    // Between the last run of one cell and the first of the next, the call is at the next one.
    const open = parts.some(({ state }) => state !== "finished");
    const running = open && parts.some(({ cell, state }) => state === "running" || standing.recent(cell.digest));
    const cells = parts.map((part) => {
      if (part.state !== "waiting" && part.state !== "stopped") return part;
      // Of a cell that is to go on when others are done, no run has been broken off.
      const state: State = running && part.begun === 0 ? "waiting" : "stopped";
      return { ...part, state };
    });
    const whole = joined(cells, running);
    return {
      matrix: this.#finished(undefined, whole, now),
      cells: new Map(cells.map((part) => [part.cell.name, this.#finished(part.cell, part, now)])),
    };
  }

  /** The seed of a cell's best answer by score. */
  best(cell: MatrixCell, { fold }: Pick<Standing, "fold">): number | undefined {
    return this.#sumsOf(cell, fold).best;
  }

  #part(cell: MatrixCell, { fold, begun, recent }: Standing): Part {
    const { seeds } = this.#document;
    const { done, rejected, retried, wall } = this.#sumsOf(cell, fold);
    const runs = begun.of(cell.digest).filter(({ seed }) => within(seeds, seed));
    const living = runs.filter((run) => run.living).length;
    const { queries } = cell.budget;
    const shares = runs.map(({ proposals }) => (queries === undefined ? 0 : Math.min(1, proposals / queries)));
    return {
      cell,
      state: stateOf(seeds.count, done, runs, living > 0 || (done < seeds.count && recent(cell.digest))),
      ...{ wanted: seeds.count, done, begun: runs.length, living },
      units: done + sum(shares),
      rejected: rejected + sum(runs.map((run) => run.rejected)),
      retried: retried + sum(runs.map((run) => run.retried)),
      wall: wall + sum(runs.map((run) => run.wall)),
    };
  }

  #finished(cell: MatrixCell | undefined, part: Omit<Part, "cell">, now: number): Progress {
    const { state, wanted, done, begun, units, rejected, retried, wall, living } = part;
    const pace = this.#paces.get(cell) ?? new Pace();
    this.#paces.set(cell, pace);
    pace.look(now, units);
    const left = wanted - units;
    const eta =
      state !== "running" ? undefined : pace.rate !== undefined ? left / pace.rate : units > 0 && wall > 0 ? guessed() : undefined;
    return { state, wanted, done, begun, share: wanted === 0 ? 1 : units / wanted, ...(eta !== undefined && { eta }), rejected, retried };

    /** By what was done so far, whoever did it. */
    function guessed(): number {
      return (left * (wall / units)) / Math.max(1, living);
    }
  }

  #sumsOf(cell: MatrixCell, fold: StoreFold): Sums {
    const columns = fold.of(cell.digest);
    const known = this.#sums.get(cell);
    if (known?.columns === columns && known.sums.length === columns.length) return known.sums;
    const sums = sumsOf(columns, this.#document.seeds, cell);
    this.#sums.set(cell, { columns, sums });
    return sums;
  }
}

interface Part {
  readonly cell: MatrixCell;
  readonly state: State;
  readonly wanted: number;
  readonly done: number;
  readonly begun: number;
  readonly living: number;
  /** Runs, those that are under way by their shares. */
  readonly units: number;
  readonly rejected: number;
  readonly retried: number;
  readonly wall: number;
}

function stateOf(wanted: number, done: number, runs: readonly BegunRun[], busy: boolean): State {
  if (done >= wanted) return "finished";
  if (busy) return "running";
  return done > 0 || runs.length > 0 ? "stopped" : "waiting";
}

function joined(parts: readonly Part[], running: boolean): Omit<Part, "cell"> {
  const all = (key: "wanted" | "done" | "begun" | "living" | "units" | "rejected" | "retried" | "wall") =>
    sum(parts.map((part) => part[key]));
  const state: State = parts.every(({ state }) => state === "finished") ? "finished" : running ? "running" : "stopped";
  return {
    state,
    ...{ wanted: all("wanted"), done: all("done"), begun: all("begun"), living: all("living"), units: all("units") },
    ...{ rejected: all("rejected"), retried: all("retried"), wall: all("wall") },
  };
}

function sumsOf(columns: RunColumns, seeds: SeedRange, { metric }: MatrixCell): Sums {
  let [done, rejected, retried, wall] = [0, 0, 0, 0];
  let best: number | undefined;
  for (const seed of columns.seeds(seeds)) {
    done++;
    rejected += columns.of(seed, "rejected");
    retried += columns.of(seed, "retried");
    wall += columns.of(seed, "wall") || 0;
    const score = columns.of(seed, "score");
    if (!Number.isNaN(score) && (best === undefined || isBetter(score, columns.of(best, "score"), metric))) best = seed;
  }
  return { length: columns.length, done, rejected, retried, wall, best };
}

export function within({ first, count }: SeedRange, seed: number): boolean {
  return seed >= first && seed < first + count;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
