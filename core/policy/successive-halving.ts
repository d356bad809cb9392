/**
 * Hyperband's brackets of successive halving. What draws the architectures that enter them is the controller's:
 * chance in Hyperband, a model in BOHB.
 *
 * Li et al. 2018, "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", JMLR 18(185),
 * Algorithm 1.
 *
 * | paper    | here                  | meaning                                                              |
 * | -------- | --------------------- | -------------------------------------------------------------------- |
 * | R        | the last fidelity     | resource of a full query                                             |
 * | η        | `eta`                 | of a rung, one in η goes on to the next                              |
 * | s_max, s | rungs − 1, steps      | how often a bracket halves, from the most to never, and again        |
 * | n_i      | `sizesOf`             | architectures in rung i of a bracket                                 |
 * | r_i      | `rungsOf`             | training epochs there                                                |
 *
 * n₀ = ⌊(s_max + 1) / (s + 1)⌋ · ηˢ, which gives the paper's Table 1 and is what BOHB's authors take; line 2 of
 * Algorithm 1 rounds otherwise.
 *
 * Different from the paper: r_i are those of the evaluator's fidelities that come nearest to R η⁻ⁱ. What fails is
 * never promoted, nor what was stopped early. Where evaluations overlap and a rung waits for its outcomes, the next bracket begins.
 *
 * @module
 */
import type { Outcome, Proposal } from "../plugin/controller.ts";
import type { Architecture } from "../space/architecture.ts";
import { Awaited } from "./awaited.ts";

/** The fidelities of the rungs, ascending: below each, the one nearest in ratio to its η-th part, until none is left. */
export function rungsOf(fidelities: readonly number[], eta: number): number[] {
  const rungs = fidelities.slice(-1);
  for (;;) {
    const wanted = rungs[0]! / eta;
    const apart = (epochs: number) => Math.max(epochs / wanted, wanted / epochs);
    const lower = fidelities.filter((epochs) => epochs > 0 && epochs < rungs[0]!);
    if (lower.length === 0) return rungs;
    rungs.unshift(lower.reduce((best, epochs) => (apart(epochs) < apart(best) ? epochs : best)));
  }
}

/** n₀ … n_s of the bracket that halves s times. @param rungs  s_max + 1 */
export function sizesOf(s: number, rungs: number, eta: number): number[] {
  return Array.from({ length: s + 1 }, (_, i) => Math.floor(rungs / (s + 1)) * eta ** (s - i));
}

interface Bracket {
  /** n₀ … n_s. */
  readonly sizes: readonly number[];
  /** i, the rung that it is at. */
  step: number;
  /** What is still to be drawn for the first rung. */
  undrawn: number;
  /** What was promoted to this rung, and not proposed yet. */
  queue: readonly Architecture[];
  /** What was proposed at this rung, in that order. */
  entrants: Entrant[];
}

interface Entrant {
  readonly bracket: Bracket;
  readonly architecture: Architecture;
  /** Undefined while its outcome is awaited; NaN where it is not to be promoted. */
  reward: number | undefined;
}

/** Hyperband: brackets of successive halving, one after the other; what is next is asked for, and each outcome told. */
export class Brackets {
  /** Architectures in the widest rung. */
  readonly widest: number;
  readonly #rungs: readonly number[];
  readonly #eta: number;
  /** How many brackets have begun. */
  #begun = 0;
  /** Brackets that are not over, the oldest first. */
  readonly #open: Bracket[] = [];
  readonly #awaited = new Awaited<Entrant>();

  constructor(fidelities: readonly number[], eta: number) {
    this.#rungs = rungsOf(fidelities, eta);
    this.#eta = eta;
    this.widest = sizesOf(this.#rungs.length - 1, this.#rungs.length, eta)[0]!;
  }

  /** @param draw  gives an architecture that enters a bracket */
  propose(draw: () => Architecture): Proposal {
    const bracket = this.#open.find(({ undrawn, queue }) => undrawn > 0 || queue.length > 0) ?? this.#begin();
    let architecture = bracket.queue[0];
    if (architecture) bracket.queue = bracket.queue.slice(1);
    else {
      architecture = draw();
      bracket.undrawn--;
    }
    const place = this.#rungs.length - bracket.sizes.length + bracket.step;
    const fidelity = place === this.#rungs.length - 1 ? undefined : this.#rungs[place];
    const proposal = { architecture, ...(fidelity !== undefined && { fidelity }) };
    const entrant: Entrant = { bracket, architecture, reward: undefined };
    bracket.entrants.push(entrant);
    this.#awaited.add(proposal, entrant);
    return proposal;
  }

  /** Takes outcomes in any order, and no notice of those of others. */
  observe(outcome: Outcome): void {
    const entrant = this.#awaited.take(outcome);
    if (!entrant) return;
    entrant.reward = outcome.stoppedAfter === undefined ? outcome.reward : Number.NaN;
    const { undrawn, queue, entrants } = entrant.bracket;
    if (undrawn + queue.length === 0 && entrants.every((one) => one.reward !== undefined)) this.#promote(entrant.bracket);
  }

  #begin(): Bracket {
    const rungs = this.#rungs.length;
    const sizes = sizesOf(rungs - 1 - (this.#begun++ % rungs), rungs, this.#eta);
    const bracket = { sizes, step: 0, undrawn: sizes[0]!, queue: [], entrants: [] };
    this.#open.push(bracket);
    return bracket;
  }

  /** The best of a rung that is over go on to the next; of equals, what was proposed first. */
  #promote(bracket: Bracket): void {
    bracket.step++;
    const finished = bracket.entrants.filter(({ reward }) => !Number.isNaN(reward));
    const ranked = finished.toSorted((a, b) => b.reward! - a.reward!);
    bracket.queue = ranked.slice(0, bracket.sizes[bracket.step] ?? 0).map(({ architecture }) => architecture);
    bracket.entrants = [];
    if (bracket.queue.length === 0) this.#open.splice(this.#open.indexOf(bracket), 1);
  }
}
