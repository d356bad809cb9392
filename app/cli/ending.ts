/** How a command ends before it is done. @module */
import process from "node:process";
import type { EvokeError } from "../../core/errors/evoke-error.ts";
import { exitErrorOf, hasForeignModules, strayErrorOf } from "../host/modules/foreign-modules.ts";

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
      exit(tell(strayErrorOf(error)));
    }
    exit(130);
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

/**
 * What nobody awaited or caught, in a plugin or a package of its, and plugins that end the process: saves what there is, and
 * ends with one clear error.
 */
export function onStrayErrors(report: (error: EvokeError) => number): void {
  clearTimeout(leaving);
  tell = report;
  for (const event of EVENTS) {
    process.off(event, stray);
    process.on(event, stray);
  }
  process.off("exit", exited);
  process.on("exit", exited);
  if (DENO) globalThis.addEventListener("unload", () => exited(Number(process.exitCode ?? 0))); // Deno.exit tells no other
}

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;
const DENO = (globalThis as { readonly Deno?: { readonly exit: () => never; exitCode: number } }).Deno;
let tell: (error: EvokeError) => number = () => 1;
/** True once it is Evoke that ends the process. */
let isOurs = false;

function exit(status: number): never {
  isOurs = true;
  process.exit(status);
}

function stray(error: unknown): void {
  for (const event of EVENTS) process.off(event, stray); // what comes after it is of no interest
  try {
    save();
  } finally {
    exit(tell(strayErrorOf(error)));
  }
}

/** The process ends: of itself, by Evoke, or by a plugin, which is known by the stack of the call. */
function exited(status: number): void {
  const error = isOurs ? undefined : exitErrorOf(callOfExit(), status);
  if (!error) return;
  isOurs = true;
  try {
    save();
  } finally {
    process.exitCode = tell(error);
    if (DENO) DENO.exitCode = process.exitCode;
  }
}

/** Frames that the stack of an exit may have. */
const DEEP = 100;

/** An error whose stack begins where the process was told to end; it has none if nobody did. */
function callOfExit(): Error {
  const by = new Error();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = DEEP;
  Error.captureStackTrace(by, process.exit);
  if (DENO && !by.stack?.includes("\n")) Error.captureStackTrace(by, DENO.exit);
  Error.stackTraceLimit = stackTraceLimit;
  return by;
}

/** What plugins have left running may go on for so long. */
const LEAVE_MILLISECONDS = 10_000;
let leaving: NodeJS.Timeout | undefined;

/** The command is done: timers and connections of plugins do not keep the process for ever. */
export function endSoon(): void {
  if (!hasForeignModules()) return;
  const mine = (resource: string) => /^(Pipe|TTY)Wrap$/.test(resource);
  leaving = setTimeout(() => {
    // Deno does not tell, and waits for a module that was given up.
    if (DENO || !process.getActiveResourcesInfo().every(mine)) exit(Number(process.exitCode ?? 0));
  }, LEAVE_MILLISECONDS).unref();
}
