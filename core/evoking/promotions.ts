/**
 * Evaluations that are begun cheap: what is new is measured at the lowest fidelity, and the best of each are measured at
 * the next, up to the full one. Which are the best is known better with each outcome, so nobody waits for a rung to be full.
 *
 * Asynchronous successive halving: Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning",
 * arXiv:1810.05934, Algorithm 2; with a model that says what enters: Klein et al. 2020, "Model-based Asynchronous
 * Hyperparameter and Neural Architecture Search", arXiv:2003.10865.
 *
 * Different from both: of a rung of r epochs the share r / r′ is promoted to the next, of r′, so that each costs as much
 * as any other, whichever fidelities there are. And there is one value for each architecture, whatever it was measured by:
 * those of a rung keep the values that they had together, in the order of their new rewards. So a model that learns
 * values need not know of fidelities.
 *
 * @module
 */
import { rungsOf } from "../policy/successive-halving.ts";
import { placeAmong } from "./observations.ts";

/** Each rung has about so many times the epochs of the one below. */
const ETA = 3;

interface Rung {
  /** Undefined for the full one. */
  readonly fidelity: number | undefined;
  /** Of those that were measured here and did not fail, that go on to the next. */
  readonly share: number;
  /** Rewards as they were measured here, by number; NaN of what failed. */
  readonly rewards: Map<number, number>;
  /** Those that did not fail, the best first; of equals the one that came first. */
  readonly ranked: number[];
  readonly promoted: Set<number>;
}

export class Promotions {
  readonly #rungs: readonly Rung[];
  /** Of the lowest rung. */
  readonly #values: number[];

  /**
   * @param fidelities  ascending, the full one last; of one alone nothing is promoted
   * @param values  of each architecture that was measured, in the order of their numbers, NaN of what failed: those of the
   *   lowest rung; they are changed
   */
  constructor(fidelities: readonly number[], values: number[]) {
    const epochs = rungsOf(fidelities, ETA);
    this.#values = values;
    this.#rungs = epochs.map((own, k) => ({
      fidelity: k + 1 < epochs.length ? own : undefined,
      share: k + 1 < epochs.length ? own / epochs[k + 1]! : 0,
      ...{ rewards: new Map(), ranked: [], promoted: new Set() },
    }));
  }

  /** The fidelity that new ones are measured at; undefined for the full one. */
  get lowest(): number | undefined {
    return this.#rungs[0]!.fidelity;
  }

  /** What goes on to a higher fidelity now, by number, the highest first; undefined where nothing does. */
  next(): { readonly number: number; readonly fidelity: number | undefined } | undefined {
    for (let k = this.#rungs.length - 2; k >= 0; k--) {
      const { share, ranked, promoted } = this.#rungs[k]!;
      const number = ranked.slice(0, Math.floor(share * ranked.length)).find((one) => !promoted.has(one));
      if (number === undefined) continue;
      promoted.add(number);
      return { number, fidelity: this.#rungs[k + 1]!.fidelity };
    }
    return undefined;
  }

  /**
   * Takes what was measured. @returns true if values have changed, false if it is of a fidelity where it was not awaited
   */
  learn(number: number | undefined, fidelity: number | undefined, reward: number): boolean {
    const k = this.#rungs.findIndex((rung) => rung.fidelity === fidelity);
    const rung = this.#rungs[k];
    if (number === undefined || !rung || rung.rewards.has(number) || (k > 0 && !this.#rungs[k - 1]!.promoted.has(number))) return false;
    rung.rewards.set(number, reward);
    if (!Number.isNaN(reward))
      rung.ranked.splice(
        placeAmong(rung.ranked, (other) => rung.rewards.get(other)!, reward),
        0,
        number,
      );
    if (k > 0) this.#value();
    return k > 0;
  }

  #value(): void {
    const [lowest, ...higher] = this.#rungs as [Rung, ...Rung[]];
    for (const [number, reward] of lowest.rewards) this.#values[number] = reward;
    for (const { ranked, rewards } of higher) {
      const values = ranked.map((number) => this.#values[number]!).sort((a, b) => b - a);
      for (const number of rewards.keys()) this.#values[number] = Number.NaN;
      for (const [place, number] of ranked.entries()) this.#values[number] = values[place]!;
    }
  }
}
