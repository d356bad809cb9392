/**
 * A process that does jobs for a worker. So long synchronous work never keeps the worker from saying that it is there, and
 * what ends a process, such as too little memory, does not end the worker.
 *
 * It has a process group of its own: Ctrl-C at the terminal is for the worker to hear. It ends with the worker, however that
 * ends, and so does what it has started.
 *
 * @module
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Guard } from "../../processes/guard.ts";
import { LogTail } from "../../processes/output.ts";
import type { Job } from "../messages.ts";
import type { ExecutorSettings, FromExecutor, ToExecutor } from "./executor-messages.ts";
import type { Unpacked } from "./unpacked.ts";

const ENTRY = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./executor/executor-process.ts" : "./executor/executor-process.js", import.meta.url),
);

/** Milliseconds for which the output of a process that has ended is waited for. */
const DRAIN_MILLISECONDS = 500;

/** The process has ended while it was at a job. */
export class ExecutorEnded extends Error {
  /** How, for people: "by SIGKILL". */
  readonly how: string;
  /** The last of what it has printed. */
  readonly log: string;
  constructor(how: string, log: string) {
    super(`The process has ended ${how}.`);
    [this.how, this.log] = [how, log];
  }
}

interface UnderWay {
  readonly hear: (message: FromExecutor) => void;
  readonly over: () => void;
  readonly failed: (error: ExecutorEnded) => void;
}

export class Executor {
  /** The parcel of its last job: it has that composed. */
  lastParcel: string | undefined;
  readonly #child: ChildProcess;
  readonly #underWay = new Map<number, UnderWay>();
  readonly #log = new LogTail();
  readonly #ended: Promise<void>;
  #isOver = false;
  #next = 0;

  /** @param print  told what it prints */
  constructor(settings: ExecutorSettings, guard: Guard, print: (text: string) => void) {
    this.#child = fork(ENTRY, [], { detached: true, serialization: "advanced", stdio: ["ignore", "pipe", "pipe", "ipc"] });
    const { pid, stdout, stderr } = this.#child;
    if (pid !== undefined) guard.begun(pid);
    for (const stream of [stdout!, stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#log.add(text);
        print(text);
      });
    this.#child.on("message", (message: FromExecutor) => this.#hear(message));
    this.#ended = new Promise((resolve) => {
      const end = (how: string) => {
        if (this.#isOver) return;
        this.#isOver = true;
        if (pid !== undefined) guard.over(pid);
        for (const { failed } of this.#underWay.values()) failed(new ExecutorEnded(how, this.#log.toString()));
        resolve();
      };
      this.#child.on("error", (error) => end(`before it had begun: ${error.message}`));
      this.#child.on("exit", (code, signal) => {
        const endNow = () => end(signal === null ? `with exit status ${code}` : `by ${signal}`);
        this.#child.once("close", endNow); // all that it has printed is there
        setTimeout(endNow, DRAIN_MILLISECONDS).unref(); // or what it has left behind holds its output open
      });
    });
    this.#send({ begin: settings });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Does a job.
   * @param hear  told what comes of it
   * @param signal  when it is aborted, the job ends early
   * @throws ExecutorEnded
   */
  do(job: Job, unpacked: Unpacked, hear: (message: FromExecutor) => void, signal: AbortSignal): Promise<void> {
    const id = this.#next++;
    this.lastParcel = job.parcel;
    const abort = () => this.#send({ abort: id });
    return new Promise<void>((over, failed) => {
      if (this.#isOver) return failed(new ExecutorEnded("before it got the job", this.#log.toString()));
      this.#underWay.set(id, { hear, over, failed });
      this.#send({ id, job, unpacked });
      signal.addEventListener("abort", abort, { once: true });
      if (signal.aborted) abort();
    }).finally(() => {
      this.#underWay.delete(id);
      signal.removeEventListener("abort", abort);
    });
  }

  /** Ends it at once, with what it has started. */
  async end(): Promise<void> {
    if (!this.#isOver) this.#child.kill("SIGKILL");
    await this.#ended;
  }

  #hear(message: FromExecutor): void {
    const underWay = this.#underWay.get(message.id);
    if ("over" in message) underWay?.over();
    else underWay?.hear(message);
  }

  #send(message: ToExecutor): void {
    if (this.#child.connected) this.#child.send(message, () => {}); // where it is gone, that is told by its end
  }
}
