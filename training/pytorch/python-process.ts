/**
 * A process of Python that runs backend.py. Messages and answers are lines of JSON, each with as many bytes behind it as
 * its "bytes" says.
 *
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Bytes that are written at a time. */
const PIECE = 2 ** 24;
/** Bytes of a line of an answer. */
const LONGEST_LINE = 2 ** 24;
/** Characters of its stderr that are kept. */
const LOG = 2 ** 14;

export interface PythonAnswer {
  readonly message: Readonly<Record<string, unknown>>;
  readonly data: Uint8Array;
}

/** It has not answered, and does not any more. */
export class PythonEnded extends Error {
  override readonly name = "PythonEnded";
  /** The last that it has printed. */
  readonly log: string;

  constructor(reason: string, log: string) {
    super(reason);
    this.log = log;
  }
}

/** The Python that is asked where nobody chooses one. */
export function defaultPython(): string {
  return process.env.EVOKE_PYTHON || (process.platform === "win32" ? "python" : "python3");
}

export class PythonProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncGenerator<PythonAnswer>;
  readonly #ended: Promise<string>;
  #log = "";

  /** @param options  what backend.py takes */
  constructor(python: string, options: object) {
    const script = fileURLToPath(new URL("./backend.py", import.meta.url));
    this.#child = spawn(python, [script, JSON.stringify(options)], { stdio: "pipe" });
    const { stdin, stdout, stderr } = this.#child;
    this.#answers = answersIn(stdout);
    stdin.on("error", () => {}); // it has ended, which its answer tells
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#log = (this.#log + text).slice(-LOG);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once("close", (status, signal) => resolve(endingOf(status, signal)));
      this.#child.once("error", (error) => resolve(notStarted(python, error)));
    });
  }

  /** The last that it has printed. */
  get log(): string {
    return this.#log;
  }

  async send(message: object, ...parts: readonly ArrayBufferView[]): Promise<void> {
    this.#idle = false;
    const bytes = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    await this.#write(Buffer.from(`${JSON.stringify({ ...message, bytes })}\n`));
    for (const { buffer, byteOffset, byteLength } of parts)
      for (let from = 0; from < byteLength; from += PIECE) {
        const piece = new Uint8Array(buffer, byteOffset + from, Math.min(PIECE, byteLength - from));
        await this.#write(Buffer.from(piece)); // a copy: what is shared among threads cannot be written
      }
    this.#idle = true;
  }

  /** Whether it still answers. */
  async isThere(): Promise<boolean> {
    await this.send({ ready: true });
    return this.answer().then(
      () => true,
      () => false,
    );
  }

  /** The next answer. @throws PythonEnded */
  async answer(): Promise<PythonAnswer> {
    this.#idle = false;
    const { value, done } = await this.#answers.next().catch(async ({ code, message }: NodeJS.ErrnoException) => {
      this.end();
      // So a program that has not started tells it on Deno.
      throw new PythonEnded(code === "ERR_STREAM_PREMATURE_CLOSE" ? await this.#ended : message, this.#log);
    });
    if (done) throw new PythonEnded(await this.#ended, this.#log);
    this.#idle = true;
    return value;
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }

  /** Whether this thread may end now, which ends the process too. */
  set #idle(idle: boolean) {
    const { stdin, stdout, stderr, pid } = this.#child;
    if (pid === undefined) return; // it has not started
    for (const part of [this.#child, stdin, stdout, stderr] as unknown as readonly Socket[]) {
      if (idle) part.unref();
      else part.ref();
    }
  }

  async #write(piece: Buffer): Promise<void> {
    const { stdin } = this.#child;
    if (!stdin.write(piece)) await Promise.race([once(stdin, "drain"), this.#ended]).catch(() => {});
  }
}

async function* answersIn(stdout: AsyncIterable<Buffer>): AsyncGenerator<PythonAnswer> {
  let pieces: Buffer[] = [];
  let length = 0;
  let isFirst = true;
  let message: (PythonAnswer["message"] & { readonly bytes: number }) | undefined;
  for await (const piece of stdout) {
    pieces.push(piece);
    length += piece.length;
    if (message && length < message.bytes) continue;
    let rest = Buffer.concat(pieces);
    for (;;) {
      if (!message) {
        const end = rest.indexOf("\n");
        if (end < 0 && rest.length > LONGEST_LINE) throw new Error(`it printed more than ${LONGEST_LINE} bytes that are no answer`);
        if (end < 0) break;
        const line = rest.subarray(0, end).toString();
        rest = rest.subarray(end + 1);
        message = parsed(line);
        // An installation may print something of its own before backend.py begins.
        if (!message && !isFirst) throw new Error(`it printed "${line.slice(0, 200)}", which is no answer`);
        if (!message) continue;
      }
      if (rest.length < message.bytes) break;
      yield { message, data: new Uint8Array(rest.subarray(0, message.bytes)) };
      rest = rest.subarray(message.bytes);
      message = undefined;
      isFirst = false;
    }
    pieces = [rest];
    length = rest.length;
  }
}

function parsed(line: string): (PythonAnswer["message"] & { readonly bytes: number }) | undefined {
  try {
    const message = JSON.parse(line);
    return Number.isSafeInteger(message?.bytes) && message.bytes >= 0 ? message : undefined;
  } catch {
    return undefined;
  }
}

function endingOf(status: number | null, signal: string | null): string {
  if (signal === "SIGKILL") return "its process was killed, most likely because memory ran out";
  return signal === null ? `its process ended with status ${status}` : `its process was ended by ${signal}`;
}

function notStarted(python: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return `there is no program ${python}`;
  if (code === "EACCES") return `${python} is no program, or may not be executed`;
  return `${python} does not start: ${message}`;
}
