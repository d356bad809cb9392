/**
 * The observers of an experiment, in the main thread, over the events of all its runs. One that fails is reported once
 * and detached; a run for which an essential one fails does not count as done.
 *
 * @module
 */
import type { Observer } from "../../../core/plugin/observer.ts";
import { EVENT_TYPES, type EventType, type SearchEvent } from "../../../core/record/events.ts";

interface Attached {
  readonly name: string;
  readonly observer: Observer;
}

export class ObserverGroup {
  readonly #attached: Attached[];
  readonly #report: (message: string) => void;
  /** What observers still do for a run, by seed. */
  readonly #pending = new Map<number, Promise<void>[]>();
  /** What essential ones have failed of, by seed: they hear no more of that run. */
  readonly #failed = new Map<number, { readonly error: unknown }>();
  #finishing: Promise<void> | undefined;

  constructor(observers: readonly Attached[], report: (message: string) => void) {
    this.#attached = [...observers];
    this.#report = report;
  }

  /** The types that any observer wants. */
  get types(): readonly EventType[] {
    return EVENT_TYPES.filter((type) => this.#attached.some(({ observer }) => !observer.types || observer.types.includes(type)));
  }

  next(event: SearchEvent): void {
    for (const attached of [...this.#attached]) {
      const { observer } = attached;
      if (observer.types && !observer.types.includes(event.type)) continue;
      if (observer.essential && this.#failed.has(event.seed)) continue;
      this.#guarded(attached, event.seed, () => observer.next(event));
    }
  }

  /** Waits for what the observers still do for a run. @throws what an essential one has failed of: the run is not done */
  async settled(seed: number): Promise<void> {
    await Promise.all(this.#pending.get(seed) ?? []);
    this.#pending.delete(seed);
    const failed = this.#failed.get(seed);
    if (failed) throw failed.error;
  }

  /** When no more events come. @throws what an essential one has failed of */
  finish(): Promise<void> {
    return (this.#finishing ??= this.#finish());
  }

  async #finish(): Promise<void> {
    for (const attached of [...this.#attached]) this.#guarded(attached, ALL_RUNS, () => attached.observer.finish?.());
    await this.settled(ALL_RUNS);
  }

  #guarded(attached: Attached, seed: number, act: () => void | Promise<void>): void {
    try {
      const doing = act();
      if (!doing) return;
      const pending = this.#pending.get(seed) ?? [];
      pending.push(doing.catch((error) => this.#fail(attached, seed, error)));
      this.#pending.set(seed, pending);
    } catch (error) {
      this.#fail(attached, seed, error);
    }
  }

  #fail(attached: Attached, seed: number, error: unknown): void {
    if (attached.observer.essential) {
      if (!this.#failed.has(seed)) this.#failed.set(seed, { error });
      return;
    }
    const place = this.#attached.indexOf(attached);
    if (place < 0) return;
    this.#attached.splice(place, 1);
    this.#report(
      `The observer "${attached.name}" is detached, and the runs go on. ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The place of what is no run's, among the seeds. */
const ALL_RUNS = Number.NaN;
