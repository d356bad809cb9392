/** Programs of the user's, which evaluators have do their work. @module */

/** A program, and how its processes are kept. */
export interface Program {
  /** The program and its arguments, started in the manifest's folder and without a shell. */
  readonly command: readonly string[];
  /** Environment variables, beside those that Evoke was started with. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The environment variables of each slot, or how many there are without any; unlimited, if left out. What is the
   * same slot for two experiments of a call is never used twice.
   */
  readonly slots?: number | readonly Readonly<Record<string, string>>[] | undefined;
  /** How many requests a slot takes at once. */
  readonly perSlot: number;
  /** True if a process answers one request after another; else each request has a process of its own. */
  readonly persistent: boolean;
  /** Seconds that an answer may take. */
  readonly timeout?: number | undefined;
  /** Seconds for which it may print nothing while it works on an answer. */
  readonly silence?: number | undefined;
}

/**
 * What a line of its output is to a request: `unknown`, so that it belongs to the log; a part of the answer, after
 * which there is more; the last of it; one after which the answer is to end where it is; or wrong, so that the process
 * is of no use.
 */
export type Heard = "unknown" | "more" | "last" | "stop" | "wrong";

/** How an answer came to its end. */
export interface Reply {
  /**
   * `answered`: a persistent process has given the last line. `exited`: the process has ended by itself. `stopped`,
   * `wrong`: as was heard. `timeout`, `silence`: it has exceeded that limit. In all but the first, the process has ended.
   */
  readonly end: "answered" | "exited" | "stopped" | "wrong" | "timeout" | "silence";
  /** Where it has ended by itself. */
  readonly code: number | null;
  /** What has ended it, where nothing else is the reason. */
  readonly signal: string | null;
  /** Since the request was sent, or the process was started for it. */
  readonly seconds: number;
  /** The last of what it has printed beside the answer: at most 64 kB. */
  readonly log: string;
}

/** Processes, made for requests and ended with them. Nothing of them is left when this process ends, however it does. */
export interface Processes {
  /**
   * Looks for the program, without starting it.
   * @throws EvokeError PROGRAM_UNUSABLE
   */
  find(program: Program): Promise<void>;
  /**
   * Sends a request, as one line, to a process of the program, as soon as a slot is free: first come, first served. Its
   * stdin stays open until it has ended.
   *
   * @param hear  told each line that it prints to stdout
   * @param signal  when it is aborted, the process is ended
   * @throws EvokeError PROGRAM_UNUSABLE, or the reason of the signal, when the process has ended
   */
  ask(program: Program, request: string, hear: (line: string) => Heard, signal: AbortSignal): Promise<Reply>;
}
