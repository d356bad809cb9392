/**
 * How many queries were made, where one at a lower fidelity counts as its share of the full training epochs.
 * Full ones and the epochs of the others are counted apart, as whole numbers, so that the count does not depend
 * on the order, and is whole where the epochs make whole trainings.
 *
 * @module
 */
export class QueryCount {
  #whole = 0;
  #epochs = 0;

  /** @param fidelity  epochs of the query; undefined for a full one */
  add(fidelity: number | undefined): void {
    this.#change(fidelity, 1);
  }

  /** Takes back one that was added. */
  remove(fidelity: number | undefined): void {
    this.#change(fidelity, -1);
  }

  /** @param full  epochs of a full query */
  in(full: number): number {
    return this.#epochs === 0 ? this.#whole : this.#whole + this.#epochs / full;
  }

  #change(fidelity: number | undefined, by: 1 | -1): void {
    if (fidelity === undefined) this.#whole += by;
    else this.#epochs += by * fidelity;
  }
}
