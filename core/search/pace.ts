/**
 * Operators for a search that proposes only as fast as outcomes come back: a source of turns, and
 * asynchronous work whose results keep the order in which it was begun.
 *
 * @module
 */
import { Observable, type OperatorFunction } from "rxjs";

/**
 * Turns 0, 1, 2 …, each given when fewer than `concurrency` are under way. Turn i + concurrency
 * follows turn i directly, whatever the speed of the work, so that what is known at each turn is
 * always the same. With synchronous work it is a loop, not a recursion.
 */
export class Pace {
  readonly turns: Observable<number>;
  #advance = () => {};
  #underWay = 0;

  constructor(lasts: () => boolean, concurrency: number) {
    this.turns = new Observable<number>((subscriber) => {
      let turn = 0;
      let advancing = false;
      this.#advance = () => {
        if (advancing) return; // a turn finished inside the loop below, which goes on by itself
        advancing = true;
        while (this.#underWay < concurrency && !subscriber.closed && lasts()) {
          this.#underWay++;
          subscriber.next(turn++);
        }
        advancing = false;
        if (this.#underWay === 0) subscriber.complete();
      };
      this.#advance();
    });
  }

  /** One turn has run its course. */
  finished(): void {
    this.#underWay--;
    this.#advance();
  }
}

/**
 * Begins work for each value at once, and passes the results on in the order of the values. Results
 * that are no promises pass through without delay while nothing waits before them.
 */
export function inOrder<T, R>(work: (value: T) => R | Promise<R>): OperatorFunction<T, R> {
  return (source) =>
    new Observable<R>((subscriber) => {
      const waiting: { result?: R; done: boolean }[] = [];
      let ended = false;
      const flush = () => {
        while (waiting[0]?.done) subscriber.next(waiting.shift()!.result as R);
        if (ended && waiting.length === 0) subscriber.complete();
      };
      return source.subscribe({
        next(value) {
          let result: R | Promise<R>;
          try {
            result = work(value);
          } catch (error) {
            subscriber.error(error);
            return;
          }
          if (!(result instanceof Promise) && waiting.length === 0) {
            subscriber.next(result);
            return;
          }
          const place: (typeof waiting)[number] = { done: false };
          waiting.push(place);
          Promise.resolve(result).then(
            (settled) => {
              place.result = settled;
              place.done = true;
              flush();
            },
            (error) => subscriber.error(error),
          );
        },
        error: (error) => subscriber.error(error),
        complete() {
          ended = true;
          flush();
        },
      });
    });
}
