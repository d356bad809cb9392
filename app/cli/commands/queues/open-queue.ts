/** `--queue URL` of all commands that have it. @module */
import process from "node:process";
import { optionUnfit } from "../../../../core/errors/index.ts";
import { type QueueAddress, queueAddress } from "../../../host/queue/address.ts";
import type { QueueCall, QueueCallOptions } from "../../../host/queue/call/queue-call.ts";
import { beforeInterruptEnds } from "../../ending.ts";

/** @throws EvokeError QUEUE_ADDRESS_INVALID, OPTION_UNFIT */
export function queueOf({ queue, workers }: { readonly queue?: string; readonly workers?: string }): QueueAddress | undefined {
  if (queue === undefined) return undefined;
  if (workers !== undefined)
    throw optionUnfit(
      "--workers",
      "with --queue nothing is computed in this process",
      "Leave it out, and say at each evoke worker how many runs it does at a time: evoke worker --workers.",
    );
  return addressOf(queue);
}

/**
 * The address that a command was given. A password in it is no longer shown by the machine's list of processes.
 * @throws EvokeError QUEUE_ADDRESS_INVALID
 */
export function addressOf(url: string): QueueAddress {
  const address = queueAddress(url);
  const shown = (word: string) => word.replaceAll(url, address.shown);
  if (url.includes("@")) process.title = ["evoke", ...process.argv.slice(2).map(shown)].join(" ");
  return address;
}

/**
 * Hands work out at a queue for as long as `use` lasts, and takes back in the end, or at an interruption, what no worker
 * has begun.
 */
export async function withQueue<T>(
  address: QueueAddress | undefined,
  options: QueueCallOptions,
  use: (queue: QueueCall | undefined) => Promise<T>,
): Promise<T> {
  if (!address) return use(undefined);
  const { QueueCall } = await import("../../../host/queue/call/queue-call.ts");
  const queue = await QueueCall.open(address, options);
  beforeInterruptEnds(() => queue.close());
  try {
    return await use(queue);
  } catch (error) {
    throw queue.error ?? error;
  } finally {
    await queue.close();
  }
}
