/** How fast something goes on, from looks at how far it was. @module */

/** Looks that are kept, and how far apart they are at least, in milliseconds. */
const [MOST, APART] = [120, 1_000];
/** What was earlier says little of the pace now. */
const WINDOW_MILLISECONDS = 300_000;
/** A pace is not known before. */
const LEAST_MILLISECONDS = 2_000;

export class Pace {
  readonly #looks: { readonly at: number; readonly done: number }[] = [];

  /** @param at  in milliseconds @param done  how far it is, in any unit */
  look(at: number, done: number): void {
    const looks = this.#looks;
    const last = looks.at(-1);
    if (last && done < last.done) looks.length = 0; // it was begun anew
    if (last && at - last.at < APART) return;
    looks.push({ at, done });
    while (looks.length > MOST || at - looks[0]!.at > WINDOW_MILLISECONDS) looks.shift();
  }

  /** Units a second; undefined where that is not known. */
  get rate(): number | undefined {
    const [first, last] = [this.#looks[0], this.#looks.at(-1)];
    if (!first || !last || last.at - first.at < LEAST_MILLISECONDS || last.done <= first.done) return undefined;
    return ((last.done - first.done) / (last.at - first.at)) * 1_000;
  }
}
