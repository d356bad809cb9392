/**
 * The journal of a table that is being made: a line of JSON for each training that is over, in the
 * order in which they end, and a line for each machine that began to train.
 *
 * A line is one write, and on the disk before the training counts as done; so what was reported as
 * trained survives a kill. A last line that a kill cut off was never reported, and is dropped.
 *
 * @module
 */
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { cannotWriteFile, resultsDamaged } from "../../../core/errors/index.ts";
import { isObject } from "../../../core/json/merge-patch.ts";
import { plainJson } from "../../../core/json/plain-json.ts";
import { readIfThere } from "../../../training/kept-file.ts";

/** Which training. */
export interface TrainingKey {
  /** In text. */
  readonly architecture: string;
  readonly epochs: number;
  readonly seed: number;
}

/** A training that is over. */
export interface Trained extends TrainingKey {
  /** After how many epochs, validation and test accuracy in percent; the last point is the end. */
  readonly curve: readonly (readonly [epoch: number, validation: number, test: number])[];
  /** Measured; the only number that another machine gives otherwise. */
  readonly seconds: number;
}

type Line = Trained | { readonly machine: object };

export class TabulateJournal {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #trained: Map<string, Trained>;
  readonly #machines: Map<string, object>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, handle: FileHandle, lines: readonly Line[]) {
    this.#file = file;
    this.#handle = handle;
    this.#trained = new Map();
    this.#machines = new Map();
    for (const line of lines) {
      if ("machine" in line) this.#machines.set(JSON.stringify(line.machine), line.machine);
      else if (!this.#trained.has(keyOf(line))) this.#trained.set(keyOf(line), line);
    }
  }

  /** Opens a journal, new or not. @throws EvokeError RESULTS_DAMAGED if a line but the last is no line of a journal */
  static async open(file: string): Promise<TabulateJournal> {
    try {
      await mkdir(dirname(file), { recursive: true });
      const bytes = (await readIfThere(file, "the journal")) ?? Buffer.alloc(0);
      const whole = bytes.lastIndexOf(10) + 1;
      const lines = new TextDecoder().decode(bytes.subarray(0, whole)).split("\n").slice(0, -1);
      const read = lines.map((line, i) => readLine(line, file, i + 1));
      const handle = await open(file, "a");
      if (whole < bytes.length) await handle.truncate(whole);
      return new TabulateJournal(file, handle, read);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).syscall ? cannotWriteFile(file, error as NodeJS.ErrnoException) : error;
    }
  }

  /** The machines that trained, in the order in which they came. */
  get machines(): readonly object[] {
    return [...this.#machines.values()];
  }

  get(key: TrainingKey): Trained | undefined {
    return this.#trained.get(keyOf(key));
  }

  /** Says which machine trains from here on, where the journal does not know it yet. */
  async addMachine(machine: object): Promise<void> {
    const text = JSON.stringify(machine);
    if (this.#machines.has(text)) return;
    await this.#append({ machine });
    this.#machines.set(text, machine);
  }

  /** Keeps a training; when the promise is fulfilled, it is safe. */
  async add(trained: Trained): Promise<void> {
    await this.#append(trained);
    this.#trained.set(keyOf(trained), trained);
  }

  /** Waits until all that was added is safe, and closes the file. */
  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#handle.close();
  }

  #append(line: Line): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#handle.appendFile(`${JSON.stringify(line)}\n`);
        await this.#handle.datasync();
      } catch (error) {
        throw cannotWriteFile(this.#file, error as NodeJS.ErrnoException);
      }
    });
    return this.#writing;
  }
}

function keyOf({ architecture, epochs, seed }: TrainingKey): string {
  return `${epochs} ${seed} ${architecture}`;
}

function isCurve(curve: unknown): curve is Trained["curve"] {
  const isPoint = (point: unknown) => Array.isArray(point) && point.length === 3 && point.every(Number.isFinite);
  return Array.isArray(curve) && curve.length > 0 && curve.every(isPoint);
}

function readLine(text: string, file: string, number: number): Line {
  try {
    const line = plainJson(text) as Partial<Trained & { machine: unknown }>;
    if (isObject(line.machine)) return { machine: line.machine };
    const { architecture, epochs, seed, curve, seconds } = line;
    const right = typeof architecture === "string" && [epochs, seed, seconds].every(Number.isFinite) && isCurve(curve);
    if (!right) throw new Error("it is no training");
    return line as Trained;
  } catch (error) {
    throw resultsDamaged(file, number, error as Error);
  }
}
