/**
 * Which proposal an outcome belongs to.
 *
 * @module
 */
import type { Outcome, Proposal } from "../plugin/controller.ts";

/** Proposals whose outcome is awaited, each with something to remember it by. */
export class Awaited<T> {
  readonly #list: { readonly proposal: Proposal; readonly value: T }[] = [];

  add(proposal: Proposal, value: T): void {
    this.#list.push({ proposal, value });
  }

  /**
   * What is remembered of the proposal that an outcome is of, which is awaited no longer: of those of that architecture,
   * subspace and fidelity the oldest, or the newest if it is withdrawn. Undefined where others have proposed it.
   */
  take({ architecture, subspace, fidelity, withdrawn = false }: Outcome): T | undefined {
    const text = architecture.join();
    const fits = ({ proposal }: { readonly proposal: Proposal }) =>
      proposal.subspace === subspace && proposal.fidelity === fidelity && proposal.architecture.join() === text;
    const place = withdrawn ? this.#list.findLastIndex(fits) : this.#list.findIndex(fits);
    return place < 0 ? undefined : this.#list.splice(place, 1)[0]!.value;
  }

  /** Waits for nothing any more. */
  clear(): void {
    this.#list.length = 0;
  }
}
