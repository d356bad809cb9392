/**
 * The budget of a run, and the cost models that say what is charged to it.
 *
 * @module
 */
import { QueryCount } from "./query-count.ts";

/** What a query costs. The seconds are those that the evaluator reports (for a table, its seconds column). */
export interface CostModel {
  /** Whether the K first centres are charged. */
  readonly initial: "free" | "charged";
  /** Whether an architecture that this run has evaluated before is charged again. */
  readonly repeats: "free" | "charged";
  /** Whether a rejected architecture, whose evaluation failed, is charged a query; charged if left out. Its seconds are not known. */
  readonly failures?: "free" | "charged";
  /** Whether the query that exceeds a limit still counts; if not, its outcome is dropped. */
  readonly overshoot: boolean;
}

/** The cost models by name. */
export const COST_MODELS = {
  /** The authors' code: the first centres are left out of the clock. */
  official: { initial: "free", repeats: "charged", overshoot: true },
  /** NATS-Bench's protocol: every query is charged, a repeat again, and the last may overshoot. */
  "every-query": { initial: "charged", repeats: "charged", overshoot: true },
  /** A search that caches what it has measured, and never exceeds its budget. */
  distinct: { initial: "charged", repeats: "free", overshoot: false },
} as const satisfies Record<string, CostModel>;

export interface Limits {
  readonly queries?: number;
  readonly seconds?: number;
  readonly cost: CostModel;
}

/** What one evaluation was charged. */
export interface Charge {
  /** 1, or at a lower fidelity its share of the epochs; 0 if it was free. */
  readonly queries: number;
  readonly seconds: number;
}

export const FREE: Charge = Object.freeze({ queries: 0, seconds: 0 });
/** A run that is charged nothing this often in a row has converged on repeats and would never end. */
const STALLED_AFTER = 10_000;
/** The same for evaluations that fail: each of them may have taken an hour. */
const FAILURES_AFTER = 100;

export class Budget {
  /** Seconds charged so far. */
  seconds = 0;
  readonly #charged = new QueryCount();
  /** Those that were charged, and those that are under way. */
  readonly #begun = new QueryCount();
  #uncharged = 0;
  #prepared = false;
  #failedInARow = 0;
  readonly #limits: Limits;
  readonly #full: number;
  readonly #seen: Set<string> | undefined;

  /** @param full  training epochs of a query at full fidelity */
  constructor(limits: Limits, full = 1) {
    this.#limits = limits;
    this.#full = full;
    this.#seen = limits.cost.repeats === "free" ? new Set() : undefined;
  }

  /** Queries charged so far. */
  get queries(): number {
    return this.#charged.in(this.#full);
  }

  /** True while another query may begin. What was prepared has an answer, which is looked at whatever it cost. */
  get lasts(): boolean {
    const { queries = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY, cost } = this.#limits;
    const begun = this.#begun.in(this.#full);
    return begun < queries && (this.seconds < seconds || (this.#prepared && cost.overshoot && begun === 0)) && !this.stalled;
  }

  /** True if the search no longer spends anything. */
  get stalled(): boolean {
    return this.#uncharged >= STALLED_AFTER || this.#failedInARow >= FAILURES_AFTER;
  }

  /** A query begins. @param fidelity  its training epochs; undefined for a full one */
  begin(fidelity?: number): void {
    this.#begun.add(fidelity);
  }

  /**
   * Charges the query that ends.
   * @param text  the architecture's; undefined if its evaluation failed
   * @param begun  its fidelity as it began
   * @param ended  the fidelity that it has reached: fewer epochs where it was stopped early
   * @returns what was charged; undefined if the query does not fit any more and must be dropped
   */
  charge(text: (() => string) | undefined, seconds: number, begun?: number, ended = begun): Charge | undefined {
    if (text) this.#failedInARow = 0;
    if (text ? this.#isFree(text, ended) : this.#failureIsFree()) return this.chargeNothing(begun);
    this.#charged.add(ended);
    if (!this.#limits.cost.overshoot && this.#exceededBy(seconds)) {
      this.#charged.remove(ended);
      this.#begun.remove(begun);
      return undefined;
    }
    if (ended !== begun) {
      this.#begun.remove(begun);
      this.#begun.add(ended);
    }
    return this.#spend({ queries: ended === undefined ? 1 : ended / this.#full, seconds });
  }

  /** The query that ends cost nothing: its architecture was not evaluated, since its metric was known. */
  chargeNothing(fidelity?: number): Charge {
    this.#begun.remove(fidelity);
    return this.#spend(FREE);
  }

  /** Charges what the controller did before its first proposal. */
  chargePreparation(seconds: number): Charge {
    this.#prepared = true;
    this.seconds += seconds;
    return { queries: 0, seconds };
  }

  /** Charges one of the first centres. */
  chargeInitial(text: () => string, seconds: number): Charge {
    this.#failedInARow = 0;
    if (this.#limits.cost.initial === "free") {
      this.#seen?.add(text());
      return FREE;
    }
    if (this.#isFree(text)) return this.#spend(FREE);
    this.#begun.add(undefined);
    this.#charged.add(undefined);
    return this.#spend({ queries: 1, seconds });
  }

  /** Charges a first centre whose evaluation failed. */
  chargeInitialFailure(): Charge {
    if (this.#limits.cost.initial === "free" || this.#failureIsFree()) return FREE;
    this.#begun.add(undefined);
    this.#charged.add(undefined);
    return this.#spend({ queries: 1, seconds: 0 });
  }

  /** What fails brings the end no nearer where it is free, nor where seconds are counted alone. */
  #failureIsFree(): boolean {
    const free = this.#limits.cost.failures === "free";
    if (free || this.#limits.queries === undefined) this.#failedInARow++;
    return free;
  }

  #isFree(text: () => string, fidelity?: number): boolean {
    if (!this.#seen) return false;
    const key = fidelity === undefined ? text() : `${text()} after ${fidelity} epochs`;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  #exceededBy(seconds: number): boolean {
    const { queries: most = Number.POSITIVE_INFINITY, seconds: longest = Number.POSITIVE_INFINITY } = this.#limits;
    return this.seconds + seconds > longest || this.queries > most;
  }

  #spend(charge: Charge): Charge {
    this.seconds += charge.seconds;
    const spends = this.#limits.queries === undefined ? charge.seconds > 0 : charge.queries > 0;
    this.#uncharged = spends ? 0 : this.#uncharged + 1;
    return charge;
  }
}
