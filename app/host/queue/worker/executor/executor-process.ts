/**
 * What a process that does jobs for a worker does: see Executor. It ends when the worker does not hear it any more.
 *
 * @module
 */
import process from "node:process";
import { stackOf } from "../../../../../core/errors/index.ts";
import { visible } from "../../../../../core/visible.ts";
import { strayErrorOf } from "../../../modules/foreign-modules.ts";
import type { ExecutorSettings, FromExecutor, ToExecutor } from "../executor-messages.ts";

/** Programs that wait for the next request are ended when none has come for so many milliseconds: they may hold a GPU. */
const IDLE_MILLISECONDS = 30_000;

const send = (message: FromExecutor) => void (process.connected && process.send!(message));
const aborts = new Map<number, AbortController>();
let settings: ExecutorSettings;
let idle: NodeJS.Timeout | undefined;

process.on("disconnect", () => process.exit());
process.on("message", (message: ToExecutor) => {
  if ("begin" in message) settings = message.begin;
  else if ("abort" in message) aborts.get(message.abort)?.abort();
  else void perform(message);
});
for (const event of ["uncaughtException", "unhandledRejection"] as const)
  process.on(event, (error: unknown) => {
    process.stderr.write(visible(`${strayErrorOf(error).message}\n${stackOf(error)}\n`));
    process.exit(1);
  });

async function perform({ id, job, unpacked }: Extract<ToExecutor, { readonly job: unknown }>): Promise<void> {
  const abort = new AbortController();
  aborts.set(id, abort);
  clearTimeout(idle);
  // A job that waits for what can never come is found by this process having nothing to do: see settled.
  process.channel?.unref();
  try {
    const { perform } = await import("./perform.ts");
    await perform(job, unpacked, settings, { send: (message) => send({ id, ...message }), signal: abort.signal });
  } finally {
    aborts.delete(id);
    if (aborts.size === 0) {
      process.channel?.ref();
      idle = setTimeout(() => void endIdle(), IDLE_MILLISECONDS).unref();
    }
    send({ id, over: true });
  }
}

async function endIdle(): Promise<void> {
  const { endIdleProcesses } = await import("../../../processes/processes.ts");
  await endIdleProcesses();
}
