/**
 * The results of an experiment in a folder of their own, `NAME-DIGEST` under `--out`:
 *
 * - `experiment.json`: the manifest with every default, the digest, and the digests of its inputs
 * - `runs.jsonl`: one finished run a line, by seed; the same bytes however they were come by
 * - `runs.partial.jsonl`: runs as they finish, until the command ends and merges them
 * - `timings.jsonl`: wall seconds of each run, apart because they never repeat
 *
 * A line is one write; what was reported as done survives a kill. A last line that a kill cut off
 * was never reported, and is dropped.
 *
 * @module
 */
import { appendFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cannotWriteFile, resultsDamaged } from "../../../core/errors/index.ts";
import type { Composition } from "../../../core/kernel.ts";
import type { Output } from "../../../core/plugin/dependencies.ts";
import type { RunResult } from "../../../core/record/result.ts";
import { VERSION } from "../../../core/version.ts";
import { lockFolder } from "../../../training/folder-lock.ts";

/** A finished run and how long it took. */
export interface FinishedRun {
  readonly result: RunResult;
  readonly wallSeconds: number;
}

export class ResultsFolder implements Output {
  readonly path: string;
  readonly #finished = new Map<number, FinishedRun>();
  #writing: Promise<void> = Promise.resolve();
  #unlock: () => void = () => {};

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Opens the folder of an experiment, and reads the runs that are there.
   * @throws EvokeError FOLDER_BUSY if another process has it
   */
  static async open(out: string, { experiment, digest }: Composition, inputs: ReadonlyMap<string, string>): Promise<ResultsFolder> {
    const folder = new ResultsFolder(join(out, `${experiment.name}-${digest.slice(0, 12)}`));
    folder.#unlock = await lockFolder(folder.path);
    const document = {
      experiment: experiment.name,
      digest,
      evoke: VERSION,
      inputs: Object.fromEntries(inputs),
      manifest: experiment.resolved,
    };
    try {
      await folder.write("experiment.json", `${JSON.stringify(document, null, 2)}\n`);
      const timings = new Map(
        (await folder.#lines<{ seed: number; wallSeconds: number }>("timings.jsonl")).map(({ seed, wallSeconds }) => [seed, wallSeconds]),
      );
      for (const name of ["runs.jsonl", "runs.partial.jsonl"]) {
        for (const result of await folder.#lines<RunResult>(name))
          folder.#finished.set(result.seed, { result, wallSeconds: timings.get(result.seed) ?? 0 });
      }
      return folder;
    } catch (error) {
      folder.#unlock();
      throw error;
    }
  }

  /** The finished run of a seed, if there is one. */
  get(seed: number): FinishedRun | undefined {
    return this.#finished.get(seed);
  }

  /** Keeps a finished run; when the promise is fulfilled, it is safe. */
  add(run: FinishedRun): Promise<void> {
    this.#finished.set(run.result.seed, run);
    this.#writing = this.#writing.then(async () => {
      await this.#append("timings.jsonl", { seed: run.result.seed, wallSeconds: run.wallSeconds });
      await this.#append("runs.partial.jsonl", run.result);
    });
    return this.#writing;
  }

  /** Waits until all that was added is safe. */
  saved(): Promise<void> {
    return this.#writing;
  }

  /** Merges the runs into `runs.jsonl`, by seed. */
  async close(): Promise<void> {
    await this.#writing;
    const results = [...this.#finished.values()].map(({ result }) => result).sort((a, b) => a.seed - b.seed);
    await this.write("runs.jsonl", results.map((result) => `${JSON.stringify(result)}\n`).join(""));
    await rm(join(this.path, "runs.partial.jsonl"), { force: true });
    this.#unlock();
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    const target = join(this.path, path);
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(`${target}.new`, content);
      await rename(`${target}.new`, target);
    } catch (error) {
      throw cannotWriteFile(target, error as NodeJS.ErrnoException);
    }
  }

  async #append(name: string, value: unknown): Promise<void> {
    const file = join(this.path, name);
    await appendFile(file, `${JSON.stringify(value)}\n`).catch((error: NodeJS.ErrnoException) => {
      throw cannotWriteFile(file, error);
    });
  }

  async #lines<T extends { seed: number }>(name: string): Promise<T[]> {
    const file = join(this.path, name);
    const text = await readFile(file, "utf8").catch(() => "");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole.length < text.length) await this.write(name, whole); // a kill cut the last line off
    return whole
      .split("\n")
      .slice(0, -1)
      .map((line, i) => {
        try {
          const value = JSON.parse(line) as T;
          if (!Number.isSafeInteger(value.seed)) throw new Error("it has no seed");
          return value;
        } catch (error) {
          throw resultsDamaged(file, i + 1, error as Error);
        }
      });
  }
}
