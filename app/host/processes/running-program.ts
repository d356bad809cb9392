/** A process of a program, from its start until nothing is left of it. @module */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { resolve } from "node:path";
import process from "node:process";
import { type EvokeError, programUnusable } from "../../../core/errors/index.ts";
import type { Program } from "../../../core/plugin/processes.ts";
import { endGroup } from "./group.ts";
import type { Guard } from "./guard.ts";
import { Lines } from "./output.ts";

/** Milliseconds that the last output may take when all processes have ended. */
const DRAIN = 1_000;

/** How it has ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Told what a process prints. */
export interface Listener {
  /** A line of stdout. */
  line(line: string): void;
  /** What is not read as lines. */
  other(text: string): void;
}

export class RunningProgram {
  listener: Listener = { line() {}, other() {} };
  /** Fulfilled when it and all that it has started have ended, and all that they printed has been told. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcessWithoutNullStreams;
  #over = false;

  /**
   * @param folder  it is started in
   * @param variables  of its environment, beside those of this process and of the program
   * @throws EvokeError PROGRAM_UNUSABLE, here or by `ended`
   */
  constructor(
    { command, environment }: Pick<Program, "command" | "environment">,
    folder: string,
    variables: Readonly<Record<string, string>>,
    guard: Guard,
  ) {
    const [name, ...parameters] = command as readonly [string, ...string[]];
    // Python writes into a pipe only when it has a few kilobytes: its progress would be heard when it is over.
    const env = { PYTHONUNBUFFERED: "1", ...process.env, ...environment, ...variables };
    try {
      const file = name.includes("/") ? resolve(folder, name) : name;
      this.#child = spawn(file, parameters, { cwd: folder, env, detached: true, stdio: "pipe" });
    } catch (error) {
      throw notStarted(name, error as Error);
    }
    const { pid } = this.#child;
    if (pid === undefined) {
      this.ended = once(this.#child, "error").then(([error]) => {
        throw notStarted(name, error);
      });
      this.#over = true;
    } else {
      guard.begun(pid);
      this.ended = this.#ending(pid, guard);
    }
    this.ended.catch(() => {}); // told to whoever asks
  }

  /** Whether it has ended; some that it has started may be left. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Writes a line to its stdin. */
  send(line: string): void {
    if (!this.#over) this.#child.stdin.write(`${line}\n`);
  }

  /** Ends it, and all that it has started. */
  async end(): Promise<void> {
    if (!this.#over) await endGroup(this.#child.pid!);
    await this.ended;
  }

  /** Whether this process may end while it runs. */
  set idle(idle: boolean) {
    const { stdin, stdout, stderr } = this.#child;
    for (const part of [this.#child, stdin, stdout, stderr] as unknown as readonly Socket[]) {
      if (idle) part.unref();
      else part.ref();
    }
  }

  async #ending(pid: number, guard: Guard): Promise<Ending> {
    const { stdin, stdout, stderr } = this.#child;
    const lines = new Lines(
      (line) => this.listener.line(line),
      (text) => this.listener.other(text),
    );
    stdout.setEncoding("utf8").on("data", (text: string) => lines.add(text));
    stderr.setEncoding("utf8").on("data", (text: string) => this.listener.other(text));
    stdin.on("error", () => {}); // it does not read its stdin, or has ended, which is told
    const closed = once(this.#child, "close");
    const [code, signal] = await once(this.#child, "exit");
    this.#over = true;
    // What it has left behind may hold its slot, and its output open.
    await endGroup(pid);
    guard.over(pid);
    const late = setTimeout(() => {
      stdout.destroy();
      stderr.destroy();
    }, DRAIN);
    await closed;
    clearTimeout(late);
    lines.end();
    return { code, signal };
  }
}

function notStarted(name: string, error: NodeJS.ErrnoException): EvokeError {
  if (error.code === "ENOENT") return programUnusable(name, "there is no such program");
  if (error.code === "EACCES") return programUnusable(name, "it is no program, or may not be executed");
  return programUnusable(name, error.message, false); // there may be too many processes
}
