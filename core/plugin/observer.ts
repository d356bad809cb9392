/** Observers of the events. @module */
import type { SearchEvent } from "../record/events.ts";

/** Listens to events. One that throws is reported and detached; it never changes a run. */
export interface Observer {
  /** The event types it wants; all of them if left out. */
  readonly types?: readonly SearchEvent["type"][];
  /** What it returns for the last event of a run is awaited before the run counts as done. */
  next(event: SearchEvent): void | Promise<void>;
  /** Called once after the last event; what it returns is awaited. */
  finish?(): void | Promise<void>;
}
