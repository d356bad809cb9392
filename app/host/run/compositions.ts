/** Experiments of a call, composed when they are first needed. @module */
import type { Opened } from "../opened.ts";

/** Experiments stay composed while their turn may come again: about the workers' number of them are under way at a time. */
const COMPOSED_AT_ONCE = 8;

/** The experiments by their index; tables are shared by all. */
export class Compositions {
  readonly #open: (experiment: number) => Promise<Opened>;
  readonly #opened = new Map<number, Promise<Opened>>();
  constructor(open: (experiment: number) => Promise<Opened>) {
    this.#open = open;
  }

  async get(experiment: number): Promise<Opened> {
    const opened = this.#opened.get(experiment) ?? this.#open(experiment);
    this.#opened.delete(experiment);
    this.#opened.set(experiment, opened); // the last used is the last
    if (this.#opened.size > COMPOSED_AT_ONCE) this.#opened.delete(this.#opened.keys().next().value!);
    return opened;
  }
}
