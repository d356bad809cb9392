/**
 * The budget of a run, and the cost models that say what is charged to it.
 *
 * @module
 */

/** What a query costs. The seconds are those that the evaluator reports (for a table, its seconds column). */
export interface CostModel {
  /** Whether the K first centres are charged. */
  readonly initial: "free" | "charged";
  /** Whether an architecture that this run has evaluated before is charged again. */
  readonly repeats: "free" | "charged";
  /** Whether the query that exceeds the limit of seconds still counts; if not, its outcome is dropped. */
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
  readonly queries: 0 | 1;
  readonly seconds: number;
}

const FREE: Charge = Object.freeze({ queries: 0, seconds: 0 });
/** A run that is charged nothing this often in a row has converged on repeats and would never end. */
const STALLED_AFTER = 10_000;

export class Budget {
  /** Seconds charged so far. */
  seconds = 0;
  /** Queries charged so far. */
  queries = 0;
  #underWay = 0;
  #uncharged = 0;
  readonly #limits: Limits;
  readonly #seen: Set<string> | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#seen = limits.cost.repeats === "free" ? new Set() : undefined;
  }

  /** True while another query may begin. */
  get lasts(): boolean {
    const { queries = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY } = this.#limits;
    return this.queries + this.#underWay < queries && this.seconds < seconds && !this.stalled;
  }

  /** True if the search no longer spends anything. */
  get stalled(): boolean {
    return this.#uncharged >= STALLED_AFTER;
  }

  /** A query begins. */
  begin(): void {
    this.#underWay++;
  }

  /**
   * Charges the query that ends.
   * @param text  the architecture's; undefined if its evaluation failed, which is never free
   * @returns what was charged; undefined if the query does not fit any more and must be dropped
   */
  charge(text: (() => string) | undefined, seconds: number): Charge | undefined {
    this.#underWay--;
    const charge = text && this.#isFree(text) ? FREE : { queries: 1 as const, seconds };
    const spent = this.seconds + charge.seconds;
    if (!this.#limits.cost.overshoot && spent > (this.#limits.seconds ?? Number.POSITIVE_INFINITY)) return undefined;
    this.#add(charge);
    return charge;
  }

  /** The query that ends cost nothing: its architecture was not evaluated, since its metric was known. */
  chargeNothing(): Charge {
    this.#underWay--;
    this.#add(FREE);
    return FREE;
  }

  /** Charges one of the first centres. */
  chargeInitial(text: () => string, seconds: number): Charge {
    if (this.#limits.cost.initial === "free") {
      this.#seen?.add(text());
      return FREE;
    }
    const charge = this.#isFree(text) ? FREE : { queries: 1 as const, seconds };
    this.#add(charge);
    return charge;
  }

  #isFree(text: () => string): boolean {
    if (!this.#seen) return false;
    const key = text();
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  #add(charge: Charge): void {
    this.queries += charge.queries;
    this.seconds += charge.seconds;
    const spends = this.#limits.queries === undefined ? charge.seconds > 0 : charge.queries > 0;
    this.#uncharged = spends ? 0 : this.#uncharged + 1;
  }
}
