/**
 * Evaluations that runs share, of all seeds, cells and matrices of a store: each is done by whoever asks first, in this
 * process or another; the others wait for it.
 *
 * @module
 */
import { digestOf } from "../../../core/json/canonical-json.ts";
import type { CurvePoint } from "../../../core/plugin/evaluator.ts";
import type { Claims } from "../store/claims.ts";
import type { EvaluationStore, SharedEvaluation } from "../store/evaluation-store.ts";

/** How often a process looks whether another has done what it waits for. */
const POLL_MILLISECONDS = 300;

type Done = Pick<SharedEvaluation, "evaluated" | "wallSeconds">;

export class SharedEvaluations {
  readonly #store: EvaluationStore;
  readonly #claims: Claims;
  readonly #underWay = new Map<string, Promise<Done>>();

  constructor(store: EvaluationStore, claims: Claims) {
    this.#store = store;
    this.#claims = claims;
  }

  /**
   * Names an evaluation. One that floors may end early is the same only where they are.
   * @param evaluator  see Composition.evaluatorDigest
   */
  key(evaluator: string, architecture: string, fidelity: number | undefined, floors: readonly CurvePoint[] = []): string {
    return digestOf([evaluator, architecture, fidelity ?? null, ...(floors.length > 0 ? [floors] : [])]);
  }

  /**
   * Finds an evaluation, or does it.
   * @returns it, and whether it was found
   */
  async perform(key: string, work: () => Promise<Done> | Done): Promise<Done & { readonly found: boolean }> {
    for (;;) {
      const kept = this.#store.shared(key);
      if (kept) return { ...kept, found: true };
      const other = this.#underWay.get(key);
      if (other) {
        // Where it fails for another run, that run stops; this one tries by itself.
        const done = await other.catch(() => undefined);
        if (done) return { ...done, found: true };
        continue;
      }
      const claim = `evaluation ${key}`;
      if (!this.#claims.take(claim)) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
        continue;
      }
      const doing = this.#do(key, claim, work);
      this.#underWay.set(key, doing);
      try {
        return { ...(await doing), found: false };
      } finally {
        this.#underWay.delete(key);
      }
    }
  }

  async #do(key: string, claim: string, work: () => Promise<Done> | Done): Promise<Done> {
    try {
      const kept = this.#store.shared(key); // by a process that was done just before the claim
      const done = kept ?? (await work());
      if (!kept) this.#store.share({ key, ...done });
      return done;
    } finally {
      this.#claims.drop(claim);
    }
  }
}
