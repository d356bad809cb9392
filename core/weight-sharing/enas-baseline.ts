/**
 * What ENAS compares rewards with: a moving average of them, which moves with each path or with each epoch.
 *
 *   per-sample   b ← d b + (1 − d) R, from 0 on                              Pham et al. 2018
 *   per-epoch    b = d b₀ + (1 − d) R, b₀ ← the last b when the epoch ends   the entry in NAS-Bench-201
 *
 * In the first epoch of the latter, b is a path's own accuracy, so that its advantage is what its entropy adds.
 *
 * @module
 */
export const BASELINES = ["per-epoch", "per-sample"] as const;

export class Baseline {
  readonly #moves: (typeof BASELINES)[number];
  readonly #decay: number;
  /** b₀, or b; undefined in the first epoch. */
  #before: number | undefined;
  #last = 0;

  constructor(moves: (typeof BASELINES)[number], decay: number) {
    this.#moves = moves;
    this.#decay = decay;
    if (moves === "per-sample") this.#before = 0;
  }

  /** b, as it was for the last path. */
  get value(): number {
    return this.#last;
  }

  /**
   * Takes the reward of the next path, R = accuracy + bonus.
   * @param accuracy  from 0 to 1
   * @returns R − b, and ∂(R − b)/∂bonus
   */
  see(accuracy: number, bonus: number): { readonly advantage: number; readonly slope: number } {
    const reward = accuracy + bonus;
    if (this.#before === undefined) {
      this.#last = accuracy;
      return { advantage: bonus, slope: 1 };
    }
    this.#last = this.#decay * this.#before + (1 - this.#decay) * reward;
    if (this.#moves === "per-sample") this.#before = this.#last;
    return { advantage: reward - this.#last, slope: this.#decay };
  }

  endEpoch(): void {
    this.#before = this.#last;
  }

  /** How many numbers `save` gives. Saved between epochs, so what is kept is b₀. */
  readonly saved = 2;

  save(): readonly number[] {
    return this.#before === undefined ? [0, 0] : [1, this.#before];
  }

  restore([isKnown, before]: readonly number[]): void {
    this.#before = isKnown === 1 ? before : undefined;
  }
}
