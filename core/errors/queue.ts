/** Queues and their workers. @module */
import { EvokeError } from "./evoke-error.ts";

/** The address of a queue is none. It is not shown, since it may have a password in it. */
export function queueAddressInvalid(problem: string): EvokeError {
  return new EvokeError("QUEUE_ADDRESS_INVALID", `Cannot use the address of --queue: ${problem}.`);
}

/** There is no server at the address of a queue, or it lets nobody in. */
export function queueUnreachable(address: string, problem: string): EvokeError {
  return new EvokeError(
    "QUEUE_UNREACHABLE",
    `Cannot reach ${address}: ${problem}.\n  It is to be a Redis or Valkey server of version 6.2 or later; evoke doctor --queue URL says more.`,
  );
}

/**
 * No worker of a queue does what is wanted.
 * @param reasons  one for each worker, with its name
 */
export function queueRefused(address: string, reasons: readonly string[]): EvokeError {
  return new EvokeError(
    "QUEUE_REFUSED",
    `Cannot go on: no worker at ${address} does this work.\n${reasons.map((reason) => `  ${reason}`).join("\n")}\n  What is done is kept; the same command goes on.`,
  );
}
