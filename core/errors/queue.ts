/** Queues and their workers. @module */

import { EvokeError } from "./evoke-error.ts";
import { endOfLog } from "./parts/end-of-log.ts";

/** The address of a queue is none. It is not shown, since it may have a password in it. */
export function queueAddressInvalid(problem: string): EvokeError {
  return new EvokeError("QUEUE_ADDRESS_INVALID", `Cannot use the address of --queue: ${problem}.`);
}

/**
 * Packages that only queues need are not installed: Evoke does without them otherwise.
 * @param missing  as npm installs them: bullmq@6
 */
export function queuePackagesMissing(missing: readonly string[]): EvokeError {
  return new EvokeError(
    "QUEUE_PACKAGES_MISSING",
    `Cannot use a queue: what only queues need is not installed: ${missing.join(" and ")}.\n  Install it beside evoke-nas: npm install ${missing.join(" ")}`,
  );
}

/** There is no server at the address of a queue, or it lets nobody in. */
export function queueUnreachable(address: string, problem: string): EvokeError {
  return new EvokeError(
    "QUEUE_UNREACHABLE",
    `Cannot reach ${address}: ${problem}.\n  It is to be a Redis or Valkey server of version 6.2 or later; evoke doctor --queue URL says more.`,
    { problems: [problem] },
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

/**
 * A worker's process has ended while it was at a piece of work, and so has the one in which that was done once more.
 * @param how  for example "by SIGKILL"
 * @param log  the last of what it has printed; kept as the error's `log`
 */
export function executorEnded(how: string, log: string): EvokeError {
  return new EvokeError(
    "EXECUTOR_ENDED",
    `Cannot do this at a worker: its process ended ${how}, twice. The system ends one that needs more memory than there is.\n  ${endOfLog(log)}`,
    { log },
  );
}

/** Worker after worker was lost that was at the same piece of work. */
export function workersLost(count: number): EvokeError {
  return new EvokeError(
    "WORKERS_LOST",
    `Cannot do this: ${count} workers that were at it were killed or cut off, one after the other.\n  Look at their machines: work that ends a whole machine, by all its memory for instance, does so again.`,
  );
}

/** What an experiment consists of is too much to be sent to workers. */
export function parcelLarge(title: string, problem: string): EvokeError {
  return new EvokeError(
    "PARCEL_LARGE",
    `Cannot send ${title} to workers: ${problem}.\n  Put its data on every machine, and name them by an absolute path: such files are not sent.`,
  );
}

/** Content that a worker needs is not to be had. */
export function parcelMissing(what: string, problem: string): EvokeError {
  return new EvokeError("PARCEL_MISSING", `Cannot get ${what}: ${problem}.`);
}

/** A worker was sent what no call of this version sends. */
export function parcelInvalid(problem: string): EvokeError {
  return new EvokeError(
    "PARCEL_INVALID",
    `Cannot take what was sent: ${problem}.\n  Either it was damaged, or someone else than Evoke has written to the queue.`,
  );
}

/**
 * A worker was sent code or programs of the user's, and does not trust whoever sends.
 * @param what  would be run
 */
export function parcelUntrusted(title: string, what: string): EvokeError {
  return new EvokeError(
    "PARCEL_UNTRUSTED",
    `Cannot do ${title}: it would run ${what} here, and this worker was not started with --trust.\n  Start it with --trust if you trust all who can write to the queue.`,
  );
}

/**
 * What was sent is another experiment at a worker than at the call.
 * @param differences  sentences
 */
export function parcelDiffers(title: string, digest: string, here: string, differences: readonly string[]): EvokeError {
  return new EvokeError(
    "PARCEL_DIFFERS",
    `Cannot do ${title}: its digest is ${digest} where it comes from, and ${here} here.\n${differences.map((line) => `  ${line}`).join("\n")}\n  Have the same in both places: files in the folder of --workdir, or what is installed.`,
    { problems: differences },
  );
}
