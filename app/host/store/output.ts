/**
 * The files that observers write. One that grows is written beside its place, under a name of its own, and moved there
 * when it is complete. So a reader sees whole files only, and what is in memory does not grow with the file. What a kill
 * leaves is removed when the next file is begun there.
 *
 * @module
 */
import { closeSync, constants, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { cannotWriteFile } from "../../../core/errors/files.ts";
import type { GrowingFile, Output } from "../../../core/plugin/dependencies.ts";
import { besides, clearUnfinished, moveInPlace, replaceFile } from "../../../training/kept-file.ts";
import { ownPlace } from "./own-place.ts";

/** Characters that are written at a time. Gzipped, each piece is a member of its own: RFC 1952, section 2.2. */
const PIECE = 128 * 1024;
/** Milliseconds after which a smaller piece is written too: who looks at a run of hours sees how far it is. */
const LATE = 5000;

export class ResultsOutput implements Output {
  readonly #out: string;
  readonly #folder: () => string;

  /**
   * @param out  of which no link leads out
   * @param folder  in it, where the paths begin; asked for when something is written
   */
  constructor(out: string, folder: () => string) {
    [this.#out, this.#folder] = [out, folder];
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    return replaceFile(ownPlace(this.#out, this.#folder(), path), content);
  }

  begin(path: string): GrowingFile {
    const file = ownPlace(this.#out, this.#folder(), path);
    const folder = dirname(file);
    try {
      mkdirSync(folder, { recursive: true });
      clearUnfinished(folder);
      return new Growing(file);
    } catch (error) {
      throw cannotWriteFile(file, error as NodeJS.ErrnoException);
    }
  }
}

/** Where nothing is kept of what observers write. */
export const NO_OUTPUT: Output = {
  write: async () => {},
  begin: () => ({ add() {}, finish: async () => {}, discard() {} }),
};

/** Those that are not finished: the end of the process leaves none of them. */
const unfinished = new Set<Growing>();
const discardAll = () => {
  for (const file of unfinished) file.discard();
};

class Growing implements GrowingFile {
  readonly #file: string;
  readonly #beside: string;
  readonly #pack: (text: string) => string | Uint8Array;
  #waiting = "";
  #written = Date.now();

  constructor(file: string) {
    this.#file = file;
    this.#beside = besides(file);
    this.#pack = file.endsWith(".gz") ? gzipSync : (text) => text;
    writeFileSync(this.#beside, "", { flag: "wx" });
    if (unfinished.size === 0) process.on("exit", discardAll);
    unfinished.add(this);
  }

  add(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length >= PIECE || Date.now() - this.#written >= LATE) this.#guarded(() => this.#write());
  }

  async finish(): Promise<void> {
    this.#guarded(() => this.#write());
    try {
      await moveInPlace(this.#beside, this.#file);
      this.#over();
    } catch (error) {
      this.#failed(error);
    }
  }

  discard(): void {
    if (unfinished.has(this)) rmSync(this.#beside, { force: true });
    this.#over();
  }

  /** It is opened each time: any number of runs may be under way. One that somebody has removed is not made anew. */
  #write(): void {
    const descriptor = openSync(this.#beside, constants.O_WRONLY | constants.O_APPEND);
    try {
      writeFileSync(descriptor, this.#pack(this.#waiting));
    } finally {
      closeSync(descriptor);
    }
    this.#waiting = "";
    this.#written = Date.now();
  }

  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): never {
    try {
      this.discard();
    } catch {
      // The error that is told has the same reason.
    }
    throw cannotWriteFile(this.#file, error as NodeJS.ErrnoException);
  }

  #over(): void {
    unfinished.delete(this);
    if (unfinished.size === 0) process.off("exit", discardAll);
  }
}
