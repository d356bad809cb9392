/**
 * Evaluations that runs share, of all seeds, cells and matrices of a store: each is done by whoever asks first, in this
 * process or another; the others wait for it.
 *
 * @module
 */
import { digestOf } from "../../../core/json/canonical-json.ts";
import type { CurvePoint } from "../../../core/plugin/evaluator.ts";
import type { Limit } from "../../../core/search/pace.ts";
import type { Claims } from "../store/claims.ts";
import type { EvaluationStore, SharedEvaluation } from "../store/evaluation-store.ts";

/** How often a process looks whether another has done what it waits for. */
const POLL_MILLISECONDS = 300;

type Done = Pick<SharedEvaluation, "evaluated" | "wallSeconds">;

/** Who waits for an evaluation, and where. */
interface Waiting {
  readonly signal: AbortSignal;
  /** Bounds how many are under way. */
  readonly limit: Pick<Limit, "run"> | undefined;
}

/**
 * Names an evaluation that runs share. One that floors may end early is the same only where they are.
 * @param evaluator  see Composition.evaluatorDigest
 */
export function evaluationKey(
  evaluator: string,
  architecture: string,
  fidelity: number | undefined,
  floors: readonly CurvePoint[] = [],
): string {
  return digestOf([evaluator, architecture, fidelity ?? null, ...(floors.length > 0 ? [floors] : [])]);
}

export class SharedEvaluations {
  readonly #store: EvaluationStore;
  readonly #claims: Claims;
  readonly #underWay = new Map<string, Promise<Done | undefined>>();
  /** Rejected by a run of this call. */
  readonly #rejected = new Map<string, Done>();

  constructor(store: EvaluationStore, claims: Claims) {
    this.#store = store;
    this.#claims = claims;
  }

  /**
   * Finds an evaluation, or does it when there is a place for it.
   * @returns it, and whether it was found
   * @throws the reason of the signal, when it is aborted before it is begun
   */
  async perform(key: string, { signal, limit }: Waiting, work: () => Promise<Done>): Promise<Done & { readonly found: boolean }> {
    for (;;) {
      signal.throwIfAborted();
      const kept = this.#store.shared(key) ?? this.#rejected.get(key);
      if (kept) return { ...kept, found: true };
      const other = this.#underWay.get(key);
      if (other) {
        // Where it fails for another run, that run stops; this one tries by itself.
        const done = await other.catch(() => undefined);
        if (done) return { ...done, found: true };
        continue;
      }
      const doing = (async () => (limit ? limit.run(() => this.#do(key, signal, work)) : this.#do(key, signal, work)))();
      this.#underWay.set(key, doing);
      try {
        const done = await doing;
        if (done) return done;
      } finally {
        this.#underWay.delete(key);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    }
  }

  /** @returns undefined if another process is at it */
  async #do(key: string, signal: AbortSignal, work: () => Promise<Done>): Promise<(Done & { readonly found: boolean }) | undefined> {
    signal.throwIfAborted();
    const claim = `evaluation ${key}`;
    if (!this.#claims.take(claim)) return undefined;
    try {
      const kept = this.#store.shared(key); // by a process that was done just before the claim
      if (kept) return { ...kept, found: true };
      const done = await work();
      // What was rejected may be so for a reason that is gone by the next call.
      if (done.evaluated.measurement) this.#store.share({ key, ...done });
      else this.#rejected.set(key, done);
      return { ...done, found: false };
    } finally {
      this.#claims.drop(claim);
    }
  }
}
