/** How far the runs of a call are, on stderr: `evoke run` and `evoke matrix`. @module */
import type { Terminal } from "../../core/plugin/dependencies.ts";
import { isBetter } from "../../core/plugin/metric.ts";
import { countsAsAnswer, type EventType, type SearchEvent } from "../../core/record/events.ts";
import type { ProgressLine } from "../../core/record/progress-line.ts";
import type { EvaluationListener } from "../host/evaluations/journal.ts";
import type { PlannedCell } from "../host/run/plan.ts";
import type { Begun, RunListener } from "../host/run/run-plan.ts";
import type { FailedRun } from "../host/run/run-seed.ts";
import type { FinishedRun } from "../host/store/stored-run.ts";
import { EvaluationProgress, NOTHING_BEGUN } from "./evaluation-progress.ts";
import { duration, measured, progressLine, say, stderrTerminal, whole } from "./terminal.ts";

const plural = (count: number, what: string) => `${whole(count)} ${what}${count === 1 ? "" : "s"}`;

/** Where fewer runs than this are to be done, each is long enough, or all of them short enough, to count their queries too. */
const FEW_RUNS = 20;

export class Progress implements RunListener {
  readonly #name: string;
  readonly terminal: Terminal;
  readonly #line: ProgressLine;
  readonly #quiet: boolean;
  #began = performance.now();
  #work: Begun = NOTHING_BEGUN;
  #done = 0;
  #failed = 0;
  #secondsLeft: number | undefined;
  /** Queries of the runs under way and of those that are done. */
  #queries = 0;
  #best: number | undefined;
  readonly #evaluations: EvaluationProgress;

  constructor(name: string, quiet: boolean) {
    this.#name = name;
    this.#quiet = quiet;
    this.terminal = stderrTerminal(quiet);
    this.#line = progressLine(this.terminal);
    this.#evaluations = new EvaluationProgress(this.terminal, () => this.#show(false));
  }

  /** The evaluations of runs that are done side by side are told one by one. */
  get evaluations(): EvaluationListener {
    return this.#evaluations;
  }

  get types(): readonly EventType[] {
    if (this.#work.evaluations !== undefined) return this.#quiet ? [] : ["weights.trained"];
    return !this.#quiet && this.#work.runs - this.#work.known < FEW_RUNS ? ["architecture.evaluated"] : [];
  }

  say(line: string): void {
    say(this.terminal, line);
  }

  began(work: Begun): void {
    const { cells, runs, known, atOnce } = work;
    [this.#work, this.#done, this.#began] = [work, known, performance.now()];
    this.#evaluations.work = work;
    const ofCells = cells === 1 ? "" : `${cells} cells, `;
    const there = known > 0 ? `, ${whole(known)} of them there already` : "";
    const many = atOnce === undefined ? "" : `, ${atOnce === 1 ? "one evaluation" : `${whole(atOnce)} evaluations`} at a time`;
    this.terminal.write(`${this.#name}: ${ofCells}${whole(runs)} ${runs === 1 ? "run" : "runs"}${there}${many}\n`);
  }

  event(event: SearchEvent, { metric, digest }: PlannedCell): void {
    if (event.type === "weights.trained") this.#evaluations.trained(event, digest);
    if (event.type !== "architecture.evaluated") return;
    this.#queries += event.charged.queries;
    if (this.#work.cells === 1 && countsAsAnswer(event) && (this.#best === undefined || isBetter(event.score, this.#best, metric)))
      this.#best = event.score;
    this.#show(false);
  }

  ended(outcome?: FinishedRun | FailedRun, digest?: string): void {
    this.#done++;
    if (outcome && digest !== undefined) this.#evaluations.runEnded(digest, "message" in outcome ? outcome.seed : outcome.result.seed);
    if (outcome && "message" in outcome) this.#failed++;
    this.#show(false);
  }

  estimated(seconds: number): void {
    this.#secondsLeft = seconds;
  }

  /** What an interruption leaves, in a sentence or two. */
  interrupted(file: string): string {
    const runs = this.#done - this.#failed;
    const { kept, runs: partly, lost } = this.#evaluations.underWay;
    const evaluations = kept > 0 ? `, and ${plural(kept, "evaluation")} of ${plural(partly, "run")} not yet finished` : "";
    const again =
      lost > 0
        ? ` ${plural(lost, "evaluation")} under way ${lost === 1 ? "goes" : "go"} on after the last checkpoint, or ${lost === 1 ? "begins" : "begin"} again.`
        : "";
    return `Interrupted. ${plural(runs, "finished run")}${evaluations} ${runs + kept === 1 ? "is" : "are"} kept in ${file}.${again} The same command goes on from there.`;
  }

  /** The last line, after which other things are printed. */
  finish(): void {
    if (this.#done > this.#work.known) this.#show(true);
  }

  #show(final: boolean): void {
    this.#line.show(() => {
      const { runs, queries } = this.#work;
      const passed = (performance.now() - this.#began) / 1000;
      const left = final ? undefined : this.#left(passed);
      return [
        `${this.#name}: ${whole(this.#done)} of ${whole(runs)} runs (${((100 * this.#done) / runs).toFixed(0)} %)`,
        ...(this.#failed > 0 ? [`${whole(this.#failed)} failed`] : []),
        ...(final ? [] : this.#evaluations.parts),
        ...(this.#queries > 0 && queries !== undefined && !final
          ? [`${whole(Math.floor(this.#queries))} of ${whole(queries)} queries`]
          : []),
        ...(this.#best === undefined ? [] : [`best ${measured(this.#best)}`]),
        duration(passed),
        ...(left === undefined ? [] : [`${duration(left)} left`]),
      ].join(", ");
    }, final);
  }

  /** Seconds, by the share of the queries where they are counted, else by how long runs take. */
  #left(passed: number): number | undefined {
    const left = this.#evaluations.secondsLeft;
    if (left !== undefined) return left;
    const share = this.#queries / (this.#work.queries ?? Number.NaN);
    if (share > 0) return (passed / share) * Math.max(0, 1 - share);
    return this.#secondsLeft;
  }
}
