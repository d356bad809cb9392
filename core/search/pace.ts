/**
 * Operators for a search that proposes only as fast as outcomes come back: a source of turns, and
 * asynchronous work whose results keep the order in which it was begun, or come as they are finished.
 *
 * @module
 */
import { Observable, type OperatorFunction } from "../record/rx.ts";

/** How many turns are under way. */
export interface Tempo {
  readonly concurrency: number;
  /** True if the next turns begin when all of the last ones are over, so many at once. */
  readonly rounds: boolean;
}

/**
 * Turns 0, 1, 2 …, each given when fewer than `concurrency` are under way. Turn i + concurrency
 * follows turn i directly, whatever the speed of the work, so that what is known at each turn is
 * always the same. With synchronous work it is a loop, not a recursion.
 */
export class Pace {
  readonly turns: Observable<number>;
  #advance = () => {};
  #underWay = 0;

  constructor(lasts: () => boolean, { concurrency, rounds }: Tempo) {
    this.turns = new Observable<number>((subscriber) => {
      let turn = 0;
      let advancing = false;
      this.#advance = () => {
        if (advancing) return; // a turn finished inside the loop below, which goes on by itself
        if (rounds && this.#underWay > 0) return;
        advancing = true;
        for (let begun = 0; (rounds ? begun : this.#underWay) < concurrency && !subscriber.closed && lasts(); begun++) {
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

/**
 * Begins work for each value at once, and passes each result on when it is there: in the order in which a journal says
 * that the evaluations were finished, now or in another call. Results that are no promises pass without delay.
 *
 * @param place  the place of a value in that order, from 0, once its result is there; undefined where nobody keeps it
 */
export function asFinished<T, R>(work: (value: T) => R | Promise<R>, place: (value: T) => number | undefined): OperatorFunction<T, R> {
  return (source) =>
    new Observable<R>((subscriber) => {
      const there = new Map<T, R>();
      let next = 0;
      let underWay = 0;
      let ended = false;
      const pass = (result: R) => {
        underWay--;
        subscriber.next(result);
        if (ended && underWay === 0) subscriber.complete();
      };
      /** One result at a time, after all turns that may begin have begun: as it was when they were finished. */
      const deliver = () => {
        if (subscriber.closed) return;
        for (const [value, result] of there) {
          const at = place(value);
          if (at !== undefined && at !== next) continue;
          if (at !== undefined) next++;
          there.delete(value);
          queueMicrotask(deliver);
          return pass(result);
        }
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
          underWay++;
          if (!(result instanceof Promise)) {
            if (place(value) !== undefined) next++;
            pass(result);
            return;
          }
          result.then(
            (settled) => {
              there.set(value, settled);
              queueMicrotask(deliver);
            },
            (error) => subscriber.error(error),
          );
        },
        error: (error) => subscriber.error(error),
        complete() {
          ended = true;
          if (underWay === 0) subscriber.complete();
        },
      });
    });
}

/** Bounds how much of something is under way; what comes first is begun first. */
export class Limit {
  #most: number;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Does it at once where there is room; then what it gives is given at once too, if it is no promise. */
  run<T>(work: () => T | Promise<T>): T | Promise<T> {
    if (this.#underWay >= this.#most) return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(() => this.#begin(work));
    this.#underWay++;
    return this.#begin(work);
  }

  /** There is room for more, or for less: then what is under way goes on. */
  set most(most: number) {
    this.#most = most;
    while (this.#underWay < most && this.#waiting.length > 0) {
      this.#underWay++;
      this.#waiting.shift()!();
    }
  }

  #begin<T>(work: () => T | Promise<T>): T | Promise<T> {
    try {
      const result = work();
      if (result instanceof Promise) return result.finally(() => this.#end());
      this.#end();
      return result;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Its place goes to the one that waits longest. */
  #end(): void {
    const next = this.#underWay <= this.#most ? this.#waiting.shift() : undefined;
    if (next) next();
    else this.#underWay--;
  }
}
