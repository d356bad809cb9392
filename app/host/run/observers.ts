/**
 * The observers of an experiment, in the main thread, over the events of all its runs. One that
 * fails is reported once and detached.
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
      this.#guarded(attached, event.seed, () => observer.next(event));
    }
  }

  /** Waits for what the observers still do for a run. */
  async settled(seed: number): Promise<void> {
    await Promise.all(this.#pending.get(seed) ?? []);
    this.#pending.delete(seed);
  }

  /** After the last event. */
  async finish(): Promise<void> {
    for (const attached of [...this.#attached]) this.#guarded(attached, Number.NaN, () => attached.observer.finish?.());
    await this.settled(Number.NaN);
  }

  #guarded(attached: Attached, seed: number, act: () => void | Promise<void>): void {
    try {
      const doing = act();
      if (!doing) return;
      const pending = this.#pending.get(seed) ?? [];
      pending.push(doing.catch((error) => this.#detach(attached, error)));
      this.#pending.set(seed, pending);
    } catch (error) {
      this.#detach(attached, error);
    }
  }

  #detach(attached: Attached, error: unknown): void {
    const place = this.#attached.indexOf(attached);
    if (place < 0) return;
    this.#attached.splice(place, 1);
    this.#report(
      `The observer "${attached.name}" is detached, and the runs go on. ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
