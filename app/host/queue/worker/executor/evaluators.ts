/** The evaluators of an experiment in an executor: one for each seed, as each run has its own. @module */
import type { Composition } from "../../../../../core/kernel.ts";
import type { CurvePoint } from "../../../../../core/plugin/evaluator.ts";
import type { EvaluationRequest } from "../../../../../core/search/evaluations.ts";
import type { Run } from "../../../../../core/search/search.ts";
import { CannotHere } from "./cannot-here.ts";

/** Of so many seeds the evaluator is kept that nobody uses. */
const KEPT_IDLE = 4;

interface OfSeed {
  readonly composed: ReturnType<Composition["run"]>;
  users: number;
}

export class Evaluators {
  readonly #composition: Composition;
  readonly #ofSeeds = new Map<number, OfSeed>();
  readonly #hearing = new Map<EvaluationRequest, (point: CurvePoint) => void>();

  constructor(composition: Composition) {
    this.#composition = composition;
  }

  /**
   * Hands out what a run of the seed is made of, its evaluator among that.
   * @throws CannotHere if it cannot be prepared
   */
  async use<T>(seed: number, work: (run: Run) => T | Promise<T>): Promise<T> {
    // What runs share does not depend on which of them asks.
    const key = this.#composition.experiment.evaluations === "shared" ? this.#composition.experiment.seeds.first : seed;
    const one = this.#ofSeeds.get(key) ?? { composed: this.#compose(key), users: 0 };
    this.#ofSeeds.delete(key);
    this.#ofSeeds.set(key, one); // the last used is the last
    one.users++;
    try {
      const { run } = await one.composed.catch((error) => {
        this.#ofSeeds.delete(key);
        throw new CannotHere(error.message);
      });
      return await work(run);
    } finally {
      one.users--;
      await this.#releaseSome();
    }
  }

  /** Tells how far an evaluation is, while it is under way. */
  hear(request: EvaluationRequest, tell: (point: CurvePoint) => void): () => void {
    this.#hearing.set(request, tell);
    return () => this.#hearing.delete(request);
  }

  #compose(seed: number): ReturnType<Composition["run"]> {
    return this.#composition.run(seed, {
      perform: () => Promise.reject(new Error("The search itself is done where it was called for.")),
      place: () => undefined,
      progressed: (request, point) => this.#hearing.get(request)?.(point),
    });
  }

  async #releaseSome(): Promise<void> {
    const idle = [...this.#ofSeeds].filter(([, { users }]) => users === 0);
    for (const [seed, { composed }] of idle.slice(0, -KEPT_IDLE)) {
      this.#ofSeeds.delete(seed);
      await composed.then(({ release }) => release()).catch(() => {});
    }
  }
}
