/**
 * Says in a file beside the store what a call has under way, so that `evoke studio` can show it: one file a call, written
 * anew about once a second while something is other, and removed in the end. Nothing is read from it by runs, and what is
 * over within a second leaves no trace. That of a call that was killed is removed by the next one.
 *
 * @module
 */
import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import type { CurvePoint } from "../../../core/plugin/evaluator.ts";
import type { Evaluated } from "../../../core/search/evaluations.ts";
import { besides, clearUnfinished } from "../../../training/kept-file.ts";
import { type EvaluationUnderWay, UNDER_WAY, type UnderWayDocument } from "../store/look/under-way.ts";
import type { EvaluationListener, EvaluationOf } from "./journal.ts";

/** From a change to its being written, and from one sign of life to the next. */
const [SOON, ALIVE] = [1_000, 10_000];
/** Points of a learning curve that are told: of a longer one every other point, again and again. */
const MOST_POINTS = 1_000;

export class UnderWayFile implements EvaluationListener {
  readonly #folder: string;
  readonly #file: string;
  readonly #inner: EvaluationListener | undefined;
  readonly #evaluations = new Map<string, EvaluationUnderWay & { changed: number; curve: CurvePoint[] }>();
  #timer: NodeJS.Timeout | undefined;
  /** When it ends, in milliseconds of `performance.now()`. */
  #due = Number.POSITIVE_INFINITY;
  #there = false;
  readonly #remove = () => this.#removed();

  /**
   * @param store  the file of the store
   * @param inner  told of everything as well
   */
  constructor(store: string, inner: EvaluationListener | undefined) {
    this.#folder = folderOf(store);
    this.#file = besides(join(this.#folder, UNDER_WAY));
    this.#inner = inner;
  }

  began(evaluation: EvaluationOf): void {
    this.#inner?.began?.(evaluation);
    const { digest, seed, query, fidelity } = evaluation;
    const now = Date.now();
    const architecture = evaluation.text();
    const what = { digest, seed, query, architecture, ...(fidelity !== undefined && { fidelity }) };
    this.#evaluations.set(keyOf(evaluation), { ...what, began: now, changed: now, curve: [] });
    this.#writeSoon(SOON);
  }

  progressed(evaluation: EvaluationOf, point: CurvePoint): void {
    this.#inner?.progressed?.(evaluation, point);
    const known = this.#evaluations.get(keyOf(evaluation));
    if (!known) return;
    known.changed = Date.now();
    if (known.curve.length >= MOST_POINTS) known.curve = known.curve.filter((_, i) => i % 2 === 0);
    known.curve.push(point);
    this.#writeSoon(SOON);
  }

  finished(evaluation: EvaluationOf, evaluated: Evaluated, how: "done" | "replayed" | "shared", seconds: number): void {
    this.#inner?.finished?.(evaluation, evaluated, how, seconds);
    this.#over(evaluation);
  }

  stopped(evaluation: EvaluationOf): void {
    this.#inner?.stopped?.(evaluation);
    this.#over(evaluation);
  }

  /** The call has nothing under way any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
    this.#evaluations.clear();
    process.off("exit", this.#remove);
    this.#removed();
  }

  #over(evaluation: EvaluationOf): void {
    if (this.#evaluations.delete(keyOf(evaluation))) this.#writeSoon(SOON);
  }

  #writeSoon(milliseconds: number): void {
    const due = performance.now() + milliseconds;
    if (due >= this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      this.#write();
      if (this.#evaluations.size > 0) this.#writeSoon(ALIVE);
    }, milliseconds).unref();
  }

  #write(): void {
    if (this.#evaluations.size === 0) {
      this.#removed();
      return;
    }
    try {
      const document: UnderWayDocument = { host: hostname(), pid: process.pid, evaluations: [...this.#evaluations.values()] };
      if (!this.#there) {
        mkdirSync(this.#folder, { recursive: true });
        process.on("exit", this.#remove);
      }
      this.#there = true;
      const beside = besides(join(this.#folder, "unfinished"));
      writeFileSync(beside, JSON.stringify(document));
      renameSync(beside, this.#file);
    } catch {
      // Who looks on sees less; runs want nothing of it.
    }
  }

  #removed(): void {
    if (!this.#there) return;
    this.#there = false;
    try {
      rmSync(this.#file, { force: true });
    } catch {
      // The next call tries again.
    }
    removeEmpty(this.#folder);
  }
}

/** Removes the files of calls that were killed. @param store  the file of the store */
export function clearUnderWay(store: string): void {
  clearUnfinished(folderOf(store));
  removeEmpty(folderOf(store));
}

function folderOf(store: string): string {
  return join(dirname(store), "evaluations");
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // There is more in it, or it is not there.
  }
}

function keyOf({ digest, seed, query, fidelity }: EvaluationOf): string {
  return `${digest} ${seed} ${query} ${fidelity ?? ""}`;
}
