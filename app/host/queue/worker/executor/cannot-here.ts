/** What says something of this machine, and nothing of the work: another machine may do it. @module */
import { EvokeError } from "../../../../../core/errors/evoke-error.ts";
import type { ErrorCode, ErrorValue } from "../../../../../core/errors/index.ts";

/** A job that cannot be done on this machine, and why, in complete sentences. */
export class CannotHere extends Error {}

/** Of errors that say something of the machine, and nothing of the architecture. */
const OF_THE_MACHINE: readonly (ErrorCode | undefined)[] = [
  ...(["BACKEND_UNAVAILABLE", "CANNOT_READ", "CANNOT_WRITE", "FOLDER_BUSY", "INPUT_CHANGED", "PROGRAM_UNUSABLE"] as const),
];
const DISK_FULL: readonly unknown[] = ["ENOSPC", "EDQUOT"];

/** Whether another machine may do what has failed so. */
export function isOfTheMachine(error: unknown): boolean {
  if (error instanceof EvokeError && OF_THE_MACHINE.includes(error.code)) return true;
  if (!(error instanceof Error)) return false;
  return DISK_FULL.includes((error as NodeJS.ErrnoException).code) || isOfTheMachine(error.cause);
}

/** The same of an error that was told as a value. */
export function saysOfTheMachine({ code }: ErrorValue): boolean {
  return OF_THE_MACHINE.includes(code);
}
