/**
 * The event bus of one run: every fact of the search passes through it, in order.
 *
 * An event is built only if somebody listens to its type; its sequence number is counted all the
 * same, so that what one observer sees does not depend on who else listens.
 *
 * @module
 */

import { EVENT_TYPES, type EventType, type Fact, type SearchEvent } from "./events.ts";
import { merge, type Observable, Subject } from "./rx.ts";

export class Bus {
  readonly #run: string;
  readonly #seed: number;
  #sequence = 0;
  readonly #subjects = Object.fromEntries(EVENT_TYPES.map((type) => [type, new Subject<SearchEvent>()])) as Record<
    EventType,
    Subject<SearchEvent>
  >;

  /**
   * @param run   digest of the experiment
   * @param seed  the run's seed
   */
  constructor(run: string, seed: number) {
    this.#run = run;
    this.#seed = seed;
  }

  /** States a fact. `describe` is called only where somebody listens. */
  publish<T extends EventType>(type: T, describe: () => Omit<Fact<T>, "type">): void {
    const sequence = this.#sequence++;
    const subject = this.#subjects[type];
    if (!subject.observed) return;
    subject.next(Object.freeze({ type, run: this.#run, seed: this.#seed, sequence, ...describe() }) as unknown as SearchEvent);
  }

  /** The events of these types, in the order in which they happen; of all types if none is given. */
  on<T extends EventType = EventType>(types: readonly T[] = EVENT_TYPES as readonly T[]): Observable<SearchEvent<T>> {
    return merge(...types.map((type) => this.#subjects[type])) as Observable<unknown> as Observable<SearchEvent<T>>;
  }
}
