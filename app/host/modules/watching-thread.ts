/** The thread that watches what the main thread imports: see watched. @module */
import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { parentPort } from "node:worker_threads";
import type { Watched } from "./watched.ts";

/** After so many seconds it is said what is waited for. */
const PATIENCE_SECONDS = 5;
/** The main thread finds by itself that an import takes too long, unless it can do nothing. */
const GRACE_SECONDS = 1;

const timers = new Map<number, readonly NodeJS.Timeout[]>();

parentPort!.on("message", (message: Watched) => {
  if ("over" in message) {
    for (const timer of timers.get(message.over) ?? []) clearTimeout(timer);
    timers.delete(message.over);
    return;
  }
  const { id, what, mostSeconds } = message;
  timers.set(id, [
    setTimeout(
      () => say(`Importing ${what} takes long: ${PATIENCE_SECONDS} seconds until now, and ${mostSeconds} at most.`),
      PATIENCE_SECONDS * 1000,
    ),
    setTimeout(endWhatRuns, (mostSeconds + GRACE_SECONDS) * 1000),
  ]);
});

/** The main thread may not get to say it. */
function say(line: string): void {
  writeSync(2, `${line}\n`);
}

/** Ends what the main thread executes, as a debugger does; it goes on with what waits there. */
function endWhatRuns(): void {
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.terminateExecution", () => session.disconnect());
}
