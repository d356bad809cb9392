/** What a run has measured at lower fidelities, for what goes on from there. @module */
import type { Proposal } from "../plugin/controller.ts";
import type { EvaluationRequest } from "./evaluations.ts";

/** Which queries have measured an architecture at a lower fidelity. */
export class LowerFidelities {
  readonly #queries = new Map<string, NonNullable<EvaluationRequest["lower"]>[]>();

  add(text: () => string, { fidelity, floors }: Proposal, query: number): void {
    if (fidelity === undefined) return;
    const key = text();
    const one = { query, fidelity, floors };
    const queries = this.#queries.get(key);
    if (queries) queries.push(one);
    else this.#queries.set(key, [one]);
  }

  /** The last with the most epochs that are fewer. @param fidelity  undefined for the full one */
  below(text: () => string, fidelity = Number.POSITIVE_INFINITY): EvaluationRequest["lower"] {
    if (this.#queries.size === 0) return undefined;
    const lower = (this.#queries.get(text()) ?? []).filter((one) => one.fidelity < fidelity);
    return lower.reduce<EvaluationRequest["lower"]>((best, one) => (best && best.fidelity > one.fidelity ? best : one), undefined);
  }
}
