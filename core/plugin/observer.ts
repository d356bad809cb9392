/** Observers of the events. @module */
import type { SearchEvent } from "../record/events.ts";

/** Listens to events. It never changes a run. One that throws is reported and detached, unless it is essential. */
export interface Observer {
  /**
   * True if what it keeps belongs to the results: a run for which it fails does not count as done. False if left out.
   * @example true
   */
  readonly essential?: boolean;
  /**
   * The event types it wants; all of them if left out.
   * @example ["architecture.evaluated", "run.finished"]
   */
  readonly types?: readonly SearchEvent["type"][];
  /**
   * Told of each event, those of a run in order, with its `run`, `seed` and `sequence`; several runs may be under way.
   * What it returns for the last event of a run is awaited before the run counts as done.
   * @example (event) => terminal.write(`${event.seed}: ${event.type}\n`)
   */
  next(event: SearchEvent): void | Promise<void>;
  /**
   * Called once when no more events come, be it that runs were given up; what it returns is awaited.
   * @example () => output.write("done.txt", "all runs are over\n")
   */
  finish?(): void | Promise<void>;
}
