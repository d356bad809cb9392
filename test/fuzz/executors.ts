/**
 * Processes that take inputs in, one after the other. Where an input ends its process, or takes too much, that is a fault:
 * the process is killed, if it is still there, and another one takes its place.
 *
 * @module
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Asked, Verdict } from "./executor.ts";

/** What an input may take: of the processor, in all threads, and of memory in all. */
const [SECONDS, MEGABYTES] = [5, 512];
/**
 * When a process is ended that has not answered: after so many seconds of the processor, its start included; and after so
 * many on a clock in which it has used none.
 */
const [BUSY_SECONDS, IDLE_SECONDS] = [20, 30];
/** The memory at which a process is ended while it runs, before the machine suffers. */
const FATAL_MEGABYTES = 1500;
const LOOK_MILLISECONDS = 250;
/** Inputs after which a process is replaced: what is loaded and kept for good adds up. */
const MOST_INPUTS = 5000;
/** Megabytes of a process that is replaced. */
const GROWN_MEGABYTES = 400;

export class Executor {
  readonly #folder = mkdtempSync(join(tmpdir(), "evoke-fuzz-"));
  #process: ChildProcess | undefined;
  #inputs = 0;
  #printed = "";

  /** Takes an input in. What took too much is taken again by a new process that is warm, so that nothing before it counts. */
  async take(asked: Asked): Promise<Verdict> {
    const verdict = await this.#takeOnce(asked);
    const large = tooMuch(verdict);
    if (large === undefined || verdict.fault !== undefined) return verdict;
    this.end();
    await this.#takeOnce(asked);
    const again = await this.#takeOnce(asked);
    const still = tooMuch(again);
    return still === undefined ? again : { ...again, fault: again.fault ?? still };
  }

  end(): void {
    this.#process?.removeAllListeners();
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }

  close(): void {
    this.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #takeOnce(asked: Asked): Promise<Verdict> {
    if (this.#inputs++ === MOST_INPUTS) this.end();
    const process = (this.#process ??= this.#start());
    const began = performance.now();
    const verdict = await new Promise<Verdict>((resolve) => {
      let megabytes = 0;
      let used = processorSeconds(process);
      let since = began;
      const first = used;
      const kill = (fault: string) => over({ fault, milliseconds: performance.now() - began, megabytes });
      const watch = setInterval(() => {
        megabytes = Math.max(megabytes, memoryOf(process));
        if (megabytes > FATAL_MEGABYTES) return kill(`it took more than ${FATAL_MEGABYTES} MB`);
        const now = processorSeconds(process);
        if (now > used) [used, since] = [now, performance.now()];
        if (used - first > BUSY_SECONDS) kill(`it had not ended after ${BUSY_SECONDS} s of the processor`);
        if (performance.now() - since > IDLE_SECONDS * 1000) kill(`it waits for something that does not come`);
      }, LOOK_MILLISECONDS);
      const over = (verdict: Verdict) => {
        clearInterval(watch);
        process.removeAllListeners();
        if (verdict.fault !== undefined) this.end();
        resolve(verdict);
      };
      process.once("message", over);
      process.once("exit", (status, signal) => kill(`the process ended by itself (${signal ?? `status ${status}`}): ${this.#printed}`));
      process.send(asked);
    });
    if (verdict.megabytes > GROWN_MEGABYTES) this.end();
    return verdict;
  }

  #start(): ChildProcess {
    this.#inputs = 0;
    this.#printed = "";
    const child = fork(fileURLToPath(new URL("./executor.ts", import.meta.url)), [this.#folder], {
      execArgv: ["--expose-gc", "--import", import.meta.resolve("tsx")],
      serialization: "advanced",
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, EVOKE_HOME: join(this.#folder, "home"), CI: "true" },
    });
    for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (text) => (this.#printed = (this.#printed + text).slice(-2000)));
    return child;
  }
}

function tooMuch({ milliseconds, megabytes }: Verdict): string | undefined {
  if (milliseconds > SECONDS * 1000) return `it took ${(milliseconds / 1000).toFixed(1)} s of the processor`;
  return megabytes > MEGABYTES ? `it took ${Math.round(megabytes)} MB` : undefined;
}

/** Megabytes that a process has now. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    return Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1e3;
  } catch {
    return 0; // it has just ended, or there is no such file
  }
}

/** Seconds of the processor that a process has used, in hundredths as Linux tells them; on other systems those of the clock. */
function processorSeconds({ pid }: ChildProcess): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return performance.now() / 1000;
  }
}
