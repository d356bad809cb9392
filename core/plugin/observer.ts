/** Observers of the events. @module */
import type { SearchEvent } from "../record/events.ts";

/** Listens to events. It never changes a run. One that throws is reported and detached, unless it is essential. */
export interface Observer {
  /** True if what it keeps belongs to the results: a run for which it fails does not count as done. */
  readonly essential?: boolean;
  /** The event types it wants; all of them if left out. */
  readonly types?: readonly SearchEvent["type"][];
  /** What it returns for the last event of a run is awaited before the run counts as done. */
  next(event: SearchEvent): void | Promise<void>;
  /** Called once when no more events come, be it that runs were given up; what it returns is awaited. */
  finish?(): void | Promise<void>;
}
