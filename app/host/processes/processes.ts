/**
 * Programs that evaluate, on this machine: their processes, the slots that these run in, and their limits.
 *
 * Slots and workers are shared by all experiments of this process, since what a slot stands for, a GPU for instance, is
 * there once.
 *
 * @module
 */
import { setMaxListeners } from "node:events";
import { digestOf } from "../../../core/json/canonical-json.ts";
import type { Heard, Processes, Program, Reply } from "../../../core/plugin/processes.ts";
import { findProgram } from "./find-program.ts";
import { Guard } from "./guard.ts";
import { LogTail } from "./output.ts";
import { type Ending, RunningProgram } from "./running-program.ts";
import { type Place, Slots } from "./slots.ts";

/** Milliseconds in which a worker that was told to stop must have given its last line. */
const STOPPING = 10_000;
const STOP = JSON.stringify({ stop: true });

/** A process that takes one request after another. */
interface Worker {
  /** What it is started from. */
  readonly program: string;
  readonly slot: string;
  readonly running: RunningProgram;
}

/** One for each thread. */
class SharedProcesses {
  readonly #guard = new Guard();
  readonly #slots = new Slots();
  readonly #idle = new Set<Worker>();

  async ask(program: Program, folder: string, request: string, hear: (line: string) => Heard, signal: AbortSignal): Promise<Reply> {
    setMaxListeners(0, signal); // all evaluations of a run may have the same
    const place = await this.#slots.claim(program, signal);
    try {
      const worker = await this.#worker(program, folder, place);
      const reply = await converse(worker.running, program, request, hear, signal);
      if (reply.end === "answered") this.#keep(worker, hear);
      return reply;
    } finally {
      place.free();
    }
  }

  /** An idle worker of the program in the slot, or a new process, in place of the idle ones of other programs. */
  async #worker({ persistent, ...program }: Program, folder: string, { key, variables }: Place): Promise<Worker> {
    const { command, environment } = program;
    const digest = digestOf({ command, environment, folder, variables });
    const inSlot = [...this.#idle].filter(({ slot }) => slot === key);
    const own = inSlot.find(({ program, running }) => persistent && program === digest && !running.isOver);
    if (own) {
      this.#idle.delete(own);
      own.running.idle = false;
      return own;
    }
    await this.#end(inSlot);
    const worker = { program: digest, slot: key, running: new RunningProgram(program, folder, variables, this.#guard) };
    const gone = () => this.#idle.delete(worker);
    worker.running.ended.then(gone, gone);
    return worker;
  }

  /** Keeps a worker for the next request. One that goes on with the last answer would disturb the next, and is ended. */
  #keep(worker: Worker, hear: (line: string) => Heard): void {
    const { running } = worker;
    this.#idle.add(worker);
    running.idle = true;
    running.listener = {
      line: (line) => {
        if (hear(line) !== "unknown") void this.#end([worker]);
      },
      other() {},
    };
  }

  /** Ends workers that have nothing to do. */
  async endIdle(): Promise<void> {
    await this.#end([...this.#idle]);
  }

  async #end(workers: readonly Worker[]): Promise<void> {
    for (const worker of workers) {
      this.#idle.delete(worker);
      worker.running.idle = false; // this process waits until it has ended
    }
    await Promise.all(workers.map(({ running }) => running.end()));
  }
}

/** Sends a request, and listens until the answer is over: until the process has ended, or a worker has answered. */
async function converse(
  running: RunningProgram,
  { persistent, timeout, silence }: Program,
  request: string,
  hear: (line: string) => Heard,
  signal: AbortSignal,
): Promise<Reply> {
  const began = performance.now();
  const log = new LogTail();
  let end: Reply["end"] | undefined;
  let answered = () => {};
  const answer = new Promise<undefined>((resolve) => (answered = () => resolve(undefined)));
  const endBy = (reason: Reply["end"]) => {
    if (running.isOver) return; // what it has left behind is being ended
    end ??= reason;
    void running.end().catch(() => {}); // told by `ended`
  };
  const aborted = () => endBy("stopped");
  const late = timeout === undefined ? undefined : after(timeout, () => endBy("timeout"));
  const quiet = silence === undefined ? undefined : after(silence, () => endBy("silence"));
  let stopping: NodeJS.Timeout | undefined;
  let thrown: { readonly error: unknown } | undefined;
  const listen = (line: string): Heard => {
    try {
      return hear(line);
    } catch (error) {
      thrown = { error };
      return "wrong";
    }
  };
  running.listener = {
    line(line) {
      quiet?.refresh();
      const heard = end === undefined ? listen(line) : "unknown";
      if (heard === "unknown") log.add(`${line}\n`);
      if (heard === "wrong") endBy("wrong");
      if (heard === "stop" && !persistent) endBy("stopped");
      if (heard === "stop" && persistent && stopping === undefined) {
        running.send(STOP);
        stopping = setTimeout(() => endBy("stopped"), STOPPING);
      }
      if (heard === "last" && persistent && end === undefined) answered();
    },
    other(text) {
      quiet?.refresh();
      log.add(text);
    },
  };
  signal.addEventListener("abort", aborted, { once: true });
  if (signal.aborted) aborted();
  running.send(request);
  try {
    const first: Ending | undefined = await Promise.race([running.ended, answer]);
    const ending = end === undefined ? first : await running.ended;
    signal.throwIfAborted();
    if (thrown) throw thrown.error;
    const seconds = (performance.now() - began) / 1000;
    return { end: end ?? (ending ? "exited" : "answered"), code: null, signal: null, ...ending, seconds, log: log.toString() };
  } finally {
    signal.removeEventListener("abort", aborted);
    for (const timer of [late, quiet, stopping]) clearTimeout(timer);
  }
}

/** Timers take at most 2³¹ milliseconds, some 24 days. */
function after(seconds: number, act: () => void): NodeJS.Timeout {
  return setTimeout(act, Math.min(seconds * 1000, 2 ** 31 - 1));
}

const shared = new SharedProcesses();

/** What an experiment sees of the processes. @param folder  the manifest's */
export function processesIn(folder: string): Processes {
  return {
    find: ({ command, environment }) => findProgram(command[0]!, folder, environment.PATH),
    ask: (program, request, hear, signal) => shared.ask(program, folder, request, hear, signal),
  };
}

/** Ends the persistent processes that have nothing to do; they come again when they are needed. */
export function endIdleProcesses(): Promise<void> {
  return shared.endIdle();
}
