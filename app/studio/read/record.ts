/**
 * What the record of a run tells beside its journal, where the observer `recorder` keeps one: inside which subspace each
 * proposal was made, and every evaluation, however quick. One that is still written is read as far as it goes.
 *
 * @module
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { EvokeError } from "../../../core/errors/index.ts";
import { isBetter, type Metric } from "../../../core/plugin/metric.ts";
import { countsAsAnswer, type SearchEvent } from "../../../core/record/events.ts";
import { type Trajectory, TrajectoryFold } from "../../../core/record/trajectory.ts";
import { QueryCount } from "../../../core/search/query-count.ts";
import { readRecord } from "../../host/store/record.ts";
import type { Chosen, Trial } from "../api.ts";
import { Recent } from "./recent.ts";

/** Trials that are kept of a record, and records. */
const [MOST_TRIALS, KEPT] = [100_000, 4];
/** Characters of a reason. */
const LONGEST_REASON = 500;

export interface RunRecord {
  readonly trials: readonly Trial[];
  readonly chosen: readonly Chosen[];
  readonly trajectory: Trajectory;
  /** True of one that is whole. */
  readonly finished: boolean;
}

const known = new Recent<string, { readonly stamp: string; readonly record: Promise<RunRecord | undefined> }>(KEPT);

/**
 * @param folder  the one with `matrix.json`
 * @returns nothing where there is no record, or it is none
 */
export function recordOf(folder: string, digest: string, seed: number): Promise<RunRecord | undefined> {
  const events = join(folder, digest.slice(0, 12), "events");
  const file = `${seed}.jsonl.gz`;
  const found = newestOf(events, file);
  if (!found) return Promise.resolve(undefined);
  const path = join(events, found.name);
  const before = known.get(path);
  if (before?.stamp === found.stamp) return before.record;
  const record = read(path, found.name === file).catch((error: unknown) => {
    if (error instanceof EvokeError) return undefined; // damaged: its run is shown without it
    throw error;
  });
  known.set(path, { stamp: found.stamp, record });
  return record;
}

/** The record, or what is written of it. */
function newestOf(folder: string, file: string): { readonly name: string; readonly stamp: string } | undefined {
  const stampOf = (name: string) => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    return found?.isFile() ? { name, stamp: `${found.mtimeMs} ${found.size}`, time: found.mtimeMs } : undefined;
  };
  try {
    const whole = stampOf(file);
    if (whole) return whole;
    const parts = readdirSync(folder).filter((name) => name.startsWith(`${file}.`) && name.endsWith(".new"));
    return parts.flatMap((name) => stampOf(name) ?? []).sort((a, b) => b.time - a.time)[0];
  } catch {
    return undefined;
  }
}

async function read(path: string, finished: boolean): Promise<RunRecord> {
  const fold = new TrajectoryFold();
  const trials = new Trials();
  try {
    for await (const event of readRecord(path)) {
      fold.next(event);
      trials.next(event);
    }
  } catch (error) {
    if (finished) throw error; // else its last piece is not there yet
  }
  return { trials: trials.all, chosen: trials.chosen, trajectory: fold.trajectory(), finished };
}

type Proposed = Pick<SearchEvent<"architecture.proposed">, "subspace" | "distance">;

/** Folds the events of a run into its evaluations. */
class Trials {
  readonly all: Trial[] = [];
  readonly chosen: Chosen[] = [];
  readonly #queries = new QueryCount();
  readonly #proposed = new Map<number, Proposed>();
  readonly #failed = new Map<number, Trial["tries"][number][]>();
  #metric: Metric | undefined;
  #best: number | undefined;

  next(event: SearchEvent): void {
    switch (event.type) {
      case "run.started":
        this.#metric = event.metric;
        break;
      case "architecture.proposed": {
        const { query, subspace, distance } = event;
        this.#proposed.set(query, { ...(subspace !== undefined && { subspace }), ...(distance !== undefined && { distance }) });
        break;
      }
      case "evaluation.failed": {
        const { query, attempt, remedy, architecture, fidelity } = event;
        const tries = this.#failed.get(query) ?? [];
        tries.push({ attempt, remedy, reason: event.reason.slice(0, LONGEST_REASON) });
        this.#failed.set(query, tries);
        if (event.charged.queries > 0) this.#queries.add(fidelity);
        if (remedy !== "retry")
          this.#add({ query, architecture, ...(fidelity !== undefined && { fidelity }), state: "rejected", improved: false });
        break;
      }
      case "architecture.evaluated": {
        const { query, architecture, score, charged, fidelity, stopped, metrics, curve } = event;
        if (charged.queries > 0) this.#queries.add(fidelity);
        const improved = countsAsAnswer(event) && (this.#best === undefined || isBetter(score, this.#best, this.#metric ?? {}));
        if (improved) this.#best = score;
        this.#add({
          ...{
            query,
            architecture,
            score,
            improved,
            seconds: charged.seconds,
            state: stopped === undefined ? "measured" : "stopped-early",
          },
          ...(fidelity !== undefined && { fidelity }),
          ...(metrics && { metrics }),
          ...(curve && { curve }),
        });
        break;
      }
    }
  }

  #add(trial: Omit<Trial, "place" | "failures" | "tries" | "subspace" | "distance">): void {
    const { query } = trial;
    const tries = this.#failed.get(query) ?? [];
    const reason = tries.at(-1)?.reason;
    const proposed = this.#proposed.get(query);
    if (proposed?.subspace !== undefined && this.chosen.length < MOST_TRIALS)
      this.chosen.push({ query, queries: this.#queries.in(this.#metric?.epochs || 1), ...proposed, subspace: proposed.subspace });
    if (this.all.length < MOST_TRIALS)
      this.all.push({
        ...{ ...trial, ...proposed, place: this.all.length, failures: tries.length, tries },
        ...(reason !== undefined && { reason }),
      });
    this.#proposed.delete(query);
    this.#failed.delete(query);
  }
}
