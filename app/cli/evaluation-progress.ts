/**
 * How far the evaluations of runs are that are done side by side, by programs or trainings: in the line of progress on a
 * terminal, and a line for each of them where lines stay.
 *
 * @module
 */

import type { Terminal } from "../../core/plugin/dependencies.ts";
import type { CurvePoint } from "../../core/plugin/evaluator.ts";
import { isBetter } from "../../core/plugin/metric.ts";
import type { SearchEvent } from "../../core/record/events.ts";
import { epochInWords, stayingLine } from "../../core/record/progress-line.ts";
import type { Evaluated } from "../../core/search/evaluations.ts";
import type { EvaluationListener, EvaluationOf } from "../host/evaluations/journal.ts";
import type { Begun } from "../host/run/run-plan.ts";
import { duration, measured, whole } from "./terminal.ts";

/** Reasons are cut here; the report has them whole. */
const REASON_LENGTH = 200;

export const NOTHING_BEGUN: Begun = { cells: 0, runs: 0, known: 0, names: new Map() };

interface RunUnderWay {
  kept: number;
  /** Of these, from an earlier call; 0 again when that was told. */
  replayed: number;
  underWay: number;
}

export class EvaluationProgress implements EvaluationListener {
  work: Begun = NOTHING_BEGUN;
  readonly #terminal: Terminal;
  readonly #changed: () => void;
  readonly #runs = new Map<string, RunUnderWay>();
  #found = 0;
  #done = 0;
  #rejected = 0;
  /** What they are in full ones, found and done: one after fewer epochs is its share. */
  #foundShare = 0;
  #doneShare = 0;
  #best: number | undefined;
  /** When the first of them did, or the training of shared weights before it. */
  #firstBegan = Number.NaN;
  /** What a training under way has told last: of an evaluation, or of shared weights. */
  #last = "";

  /** @param changed  told when the line of progress is another */
  constructor(terminal: Terminal, changed: () => void) {
    this.#terminal = terminal;
    this.#changed = changed;
  }

  began(evaluation: EvaluationOf): void {
    if (Number.isNaN(this.#firstBegan)) this.#firstBegan = performance.now();
    const run = this.#run(evaluation);
    run.underWay++;
    if (run.replayed > 0 && !this.#terminal.interactive)
      this.#terminal.write(
        `${this.#runOf(evaluation)} goes on after ${whole(run.replayed)} ${run.replayed === 1 ? "evaluation" : "evaluations"}\n`,
      );
    run.replayed = 0;
    this.#changed();
  }

  progressed(evaluation: EvaluationOf, { epoch, value }: CurvePoint): void {
    this.#last = `${nameOf(evaluation)}: epoch ${epoch}, ${measured(value)}`;
    this.#changed();
  }

  /** Shared weights have been trained for an epoch. @param digest  of the cell whose run it is */
  trained(event: SearchEvent<"weights.trained">, digest: string): void {
    if (Number.isNaN(this.#firstBegan)) this.#firstBegan = performance.now();
    this.#last = `${this.#runOf({ digest, seed: event.seed })}: ${epochInWords(event, event.epochs)}`;
    this.#changed();
  }

  finished(evaluation: EvaluationOf, evaluated: Evaluated, how: "done" | "replayed" | "shared", seconds: number): void {
    const run = this.#run(evaluation);
    run.kept++;
    const { measurement } = evaluated;
    const reached = measurement?.stoppedAfter ?? evaluation.fidelity;
    const share = reached === undefined ? 1 : reached / evaluation.metric.epochs;
    if (measurement && reached === undefined && (this.#best === undefined || isBetter(measurement.score, this.#best, evaluation.metric)))
      this.#best = measurement.score;
    if (!measurement) this.#rejected++;
    if (how === "done") {
      run.underWay--;
      this.#done++;
      this.#doneShare += share;
    } else {
      if (how === "replayed") run.replayed++;
      this.#found++;
      this.#foundShare += share;
    }
    if (how !== "replayed" && !this.#terminal.interactive)
      this.#terminal.write(stayingLine(this.#terminal, this.#lineOf(evaluation, evaluated, how, seconds)));
    this.#changed();
  }

  stopped(evaluation: EvaluationOf): void {
    this.#run(evaluation).underWay--;
  }

  /** A run is over, and kept as a whole. */
  runEnded(digest: string, seed: number): void {
    this.#runs.delete(`${digest} ${seed}`);
  }

  /** Of the runs that are not over: what is kept of them, and what an interruption would lose. */
  get underWay(): { readonly runs: number; readonly kept: number; readonly lost: number } {
    const runs = [...this.#runs.values()];
    const sum = (of: (run: RunUnderWay) => number) => runs.reduce((sum, run) => sum + of(run), 0);
    return { runs: runs.filter(({ kept }) => kept > 0).length, kept: sum(({ kept }) => kept), lost: sum(({ underWay }) => underWay) };
  }

  /** The parts of the line of progress. */
  get parts(): string[] {
    const finished = this.#found + this.#done;
    const last = this.#last === "" ? [] : [this.#last];
    if (finished + this.underWay.lost === 0) return last;
    const { evaluations = Number.NaN } = this.work;
    const share = this.#foundShare + this.#doneShare;
    const of = Number.isNaN(evaluations) || share < finished ? "" : ` of ${whole(evaluations)}`;
    const shares = Number.isNaN(evaluations) || share === finished ? "" : ` (as ${share.toFixed(1)} of ${whole(evaluations)} full ones)`;
    return [
      `${whole(finished)}${of} evaluations${shares}, ${whole(this.underWay.lost)} under way`,
      ...(this.#rejected > 0 ? [`${whole(this.#rejected)} failed`] : []),
      ...(this.work.cells === 1 && this.#best !== undefined ? [`best ${measured(this.#best)}`] : []),
      ...last,
    ];
  }

  /** By how long evaluations took so far; undefined before the first is done, and where the budget does not say how many there are. */
  get secondsLeft(): number | undefined {
    const { evaluations = Number.NaN } = this.work;
    if (this.#done === 0 || Number.isNaN(evaluations)) return undefined;
    const passed = (performance.now() - this.#firstBegan) / 1000;
    return (passed / this.#doneShare) * Math.max(0, evaluations - this.#foundShare - this.#doneShare);
  }

  #run({ digest, seed }: EvaluationOf): RunUnderWay {
    const key = `${digest} ${seed}`;
    const run = this.#runs.get(key) ?? { kept: 0, replayed: 0, underWay: 0 };
    this.#runs.set(key, run);
    return run;
  }

  #runOf({ digest, seed }: Pick<EvaluationOf, "digest" | "seed">): string {
    const name = this.work.names.get(digest);
    if (name === undefined) return `a run to begin with, seed ${seed}`;
    return this.work.cells > 1 ? `${name}, seed ${seed}` : `seed ${seed}`;
  }

  #lineOf(evaluation: EvaluationOf, { measurement, failures }: Evaluated, how: "done" | "shared", seconds: number): string {
    const name = `${this.#runOf(evaluation)}, ${nameOf(evaluation)}`;
    const time = how === "shared" ? "" : ` in ${duration(seconds)}`;
    const shared = how === "shared" ? " (shared)" : "";
    if (!measurement) {
      const tries = failures.length === 1 ? "" : ` (${failures.length} tries)`;
      return `${name}: failed${time}${tries}${shared}: ${failures.at(-1)!.reason.slice(0, REASON_LENGTH)}`;
    }
    const { score, stoppedAfter } = measurement;
    const early = stoppedAfter === undefined ? "" : `, stopped after ${stoppedAfter} epochs`;
    const isBest = evaluation.fidelity === undefined && stoppedAfter === undefined && score === this.#best;
    const best = isBest ? ", the best so far" : "";
    return `${name}: ${measured(score)}${time}${shared}${early}${this.work.cells === 1 ? best : ""}, ${evaluation.text()}`;
  }
}

function nameOf({ query, fidelity }: EvaluationOf): string {
  const epochs = fidelity === undefined ? "" : ` (${fidelity} ${fidelity === 1 ? "epoch" : "epochs"})`;
  return `${query < 0 ? `first centre ${-query}` : `query ${query + 1}`}${epochs}`;
}
