/**
 * What failed in a run, and why: a fold over its events whose size is bounded, whatever evaluators say. What is the same
 * but for numbers and the architecture's own name counts as one reason.
 *
 * @module
 */
import type { SearchEvent } from "./events.ts";

/** Why evaluations failed. */
export interface FailureReason {
  /** As it was told first, cut where it is long. */
  readonly reason: string;
  /** Tries that failed for it. */
  readonly tries: number;
  /** Architectures that were rejected for it. */
  readonly rejected: number;
  /** Where it was first. */
  readonly architecture: string;
}

/** All that failed. */
export interface Failures<R extends FailureReason = FailureReason> {
  /** Architectures that were evaluated, those that were rejected among them. */
  readonly evaluations: number;
  readonly tries: number;
  readonly rejected: number;
  /** The most frequent first. */
  readonly reasons: readonly R[];
  /** How many reasons are not listed; left out if all are. */
  readonly further?: number;
}

/** A reason over several runs, with the first seed that met it. */
export interface ReasonOfRuns extends FailureReason {
  readonly seed: number;
}

/** What failed in several runs. */
export interface FailuresOfRuns<R extends ReasonOfRuns = ReasonOfRuns> extends Failures<R> {
  /** Runs in which anything failed; all other numbers are of these. */
  readonly runs: number;
}

/** Reasons that are listed, and characters of each. */
const [MOST_REASONS, LONGEST] = [20, 500];
/** Reasons that are told apart while a run goes on. */
const MOST_KNOWN = 200;

/** Folds the events of one run, given in their order. */
export class FailureFold {
  readonly #reasons = new Map<string, { reason: string; tries: number; rejected: number; architecture: string }>();
  #evaluations = 0;
  #tries = 0;
  #rejected = 0;
  /** Kinds of reasons that came when there were too many. */
  #unknown = 0;

  next(event: SearchEvent): void {
    if (event.type === "architecture.evaluated") this.#evaluations++;
    if (event.type !== "evaluation.failed") return;
    const rejected = event.remedy === "reject" ? 1 : 0;
    this.#evaluations += rejected;
    this.#tries++;
    this.#rejected += rejected;
    const { architecture } = event;
    const kind = kindOf(event.reason, architecture);
    const known = this.#reasons.get(kind);
    if (known) {
      known.tries++;
      known.rejected += rejected;
    } else if (this.#reasons.size < MOST_KNOWN) {
      this.#reasons.set(kind, { reason: shortened(event.reason), tries: 1, rejected, architecture });
    } else this.#unknown++;
  }

  /** Undefined if nothing failed. */
  failures(): Failures | undefined {
    if (this.#tries === 0) return undefined;
    return listed(
      { evaluations: this.#evaluations, tries: this.#tries, rejected: this.#rejected },
      [...this.#reasons.values()],
      this.#unknown,
    );
  }
}

/** What failed in several runs, given by seed; undefined if nothing did. */
export function joinedFailures(runs: Iterable<{ readonly seed: number; readonly failures: Failures }>): FailuresOfRuns | undefined {
  const reasons = new Map<string, ReasonOfRuns>();
  const all = { evaluations: 0, tries: 0, rejected: 0 };
  let [count, further] = [0, 0];
  for (const { seed, failures } of runs) {
    count++;
    all.evaluations += failures.evaluations;
    all.tries += failures.tries;
    all.rejected += failures.rejected;
    further += failures.further ?? 0;
    for (const one of failures.reasons) {
      const kind = kindOf(one.reason, one.architecture);
      const known = reasons.get(kind);
      reasons.set(kind, known ? { ...known, tries: known.tries + one.tries, rejected: known.rejected + one.rejected } : { ...one, seed });
    }
  }
  return count === 0 ? undefined : { runs: count, ...listed(all, [...reasons.values()], further) };
}

function listed<R extends FailureReason>(
  all: Pick<Failures, "evaluations" | "tries" | "rejected">,
  reasons: readonly R[],
  unknown: number,
): Failures<R> {
  const sorted = reasons.toSorted((a, b) => b.tries - a.tries).map((reason) => ({ ...reason }));
  const further = unknown + Math.max(0, sorted.length - MOST_REASONS);
  return { ...all, reasons: sorted.slice(0, MOST_REASONS), ...(further > 0 && { further }) };
}

/** The reason without what differs from one architecture to the next. */
function kindOf(reason: string, architecture: string): string {
  const name = new RegExp(`(?<!\\w)${architecture.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?!\\w)`, "g");
  return shortened(reason)
    .replaceAll(name, "…")
    .replaceAll(/\d+(\.\d+)?/g, "#");
}

function shortened(reason: string): string {
  return reason.length > LONGEST ? `${reason.slice(0, LONGEST)}…` : reason;
}
