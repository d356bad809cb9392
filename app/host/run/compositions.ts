/** Experiments of a call, composed when they are first needed. @module */
import { LastUsed } from "../last-used.ts";
import type { Opened } from "../opened.ts";

/** Experiments stay composed while their turn may come again: about the workers' number of them are under way at a time. */
const COMPOSED_AT_ONCE = 8;

/** The experiments by their index; tables are shared by all. */
export class Compositions {
  readonly #open: (experiment: number) => Promise<Opened>;
  readonly #opened = new LastUsed<number, Promise<Opened>>(COMPOSED_AT_ONCE);
  constructor(open: (experiment: number) => Promise<Opened>) {
    this.#open = open;
  }

  get(experiment: number): Promise<Opened> {
    return this.#opened.get(experiment, () => this.#open(experiment));
  }
}
