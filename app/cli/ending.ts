/** How a command ends before it is done. @module */
import process from "node:process";
import { EvokeError } from "../../core/errors/evoke-error.ts";
import { errorValue } from "../../core/errors/parts/error-value.ts";
import { strayError } from "../../core/errors/plugin.ts";

let save: () => void = () => {};

/** Says what must be done before the process may end: to keep what is finished. */
export function beforeEnding(act: () => void): void {
  save = act;
}

let leave: (() => Promise<void>) | undefined;

/** Says what an interruption waits for, which is short: until then all goes on. */
export function beforeInterruptEnds(act: () => Promise<void>): void {
  leave = act;
}

/** At SIGINT or SIGTERM: saves what there is, says so, and ends with status 130. A second one waits for nothing. */
export function onInterrupt(say: () => void): void {
  const end = () => {
    try {
      save();
      say();
    } catch (error) {
      process.exit(tell(evokeErrorOf(error)));
    }
    process.exit(130);
  };
  const interrupted = () => {
    const leaving = leave;
    leave = undefined;
    if (leaving) leaving().then(end, end);
    else end();
  };
  process.on("SIGINT", interrupted);
  process.on("SIGTERM", interrupted);
}

/** What nobody awaited or caught, in a plugin or a package of its: saves what there is, and ends with one clear error. */
export function onStrayErrors(report: (error: EvokeError) => number): void {
  tell = report;
  for (const event of EVENTS) {
    process.off(event, stray);
    process.on(event, stray);
  }
}

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;
let tell: (error: EvokeError) => number = () => 1;

function stray(error: unknown): void {
  for (const event of EVENTS) process.off(event, stray); // what comes after it is of no interest
  try {
    save();
  } finally {
    process.exit(tell(evokeErrorOf(error)));
  }
}

function evokeErrorOf(error: unknown): EvokeError {
  return error instanceof EvokeError ? error : strayError(errorValue(error));
}
