/**
 * The pages of a file of SQLite, read without SQLite, which refuses a file or a tree as a whole where one page of it is
 * damaged. The format is at https://www.sqlite.org/fileformat2.html.
 *
 * @module
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { cannotReadFile } from "../../../../core/errors/index.ts";
import { refuseIrregular } from "../../../../training/files/named-file.ts";

/** What libsql makes files with; it counts where the header does not say it. */
const USUAL_BYTES = 4096;
const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

export class StorePages {
  /** Of a page. */
  readonly bytes: number;
  readonly #file: number;
  /** The file has those numbered from 1 to this; the log may have others. */
  readonly #inFile: number;
  readonly #log: number | undefined;
  /** Where in the log a page is, by its number. */
  readonly #logged: ReadonlyMap<number, number>;

  /** @throws EvokeError CANNOT_READ */
  constructor(file: string) {
    for (const one of [file, `${file}-wal`]) refuseIrregular({ path: one, what: "the runs in" });
    try {
      this.#file = openSync(file, "r");
    } catch (error) {
      throw cannotReadFile(file, "the runs in", error as NodeJS.ErrnoException);
    }
    this.#log = openIfThere(`${file}-wal`);
    const header = this.#read(this.#file, 0, 100);
    const bytes = header?.readUInt16BE(16) ?? 0;
    this.bytes = [512, 1024, 2048, 4096, 8192, 16384, 32768].includes(bytes) ? bytes : bytes === 1 ? 65536 : USUAL_BYTES;
    this.#logged = this.#framesOf(this.#log);
    this.#inFile = Math.ceil(fstatSync(this.#file).size / this.bytes);
  }

  close(): void {
    closeSync(this.#file);
    if (this.#log !== undefined) closeSync(this.#log);
  }

  /** The numbers of all pages. */
  *numbers(): Generator<number> {
    for (let number = 1; number <= this.#inFile; number++) yield number;
    for (const number of this.#logged.keys()) if (number > this.#inFile) yield number;
  }

  /** A page, as the log has it, or else the file; filled with zeros where the file ends within it. */
  page(number: number): Buffer | undefined {
    const logged = this.#logged.get(number);
    if (logged !== undefined) return this.#read(this.#log!, logged, this.bytes);
    return number >= 1 ? this.#read(this.#file, (number - 1) * this.bytes, this.bytes) : undefined;
  }

  /** The pages that are in no tree any more, as far as their list is whole. */
  freed(): ReadonlySet<number> {
    const freed = new Set<number>();
    let trunk = this.page(1)?.readUInt32BE(32) ?? 0;
    for (let page = this.page(trunk); page && !freed.has(trunk); page = this.page(trunk)) {
      freed.add(trunk);
      const leaves = Math.min(page.readUInt32BE(4), this.bytes / 4 - 2);
      for (let i = 0; i < leaves; i++) freed.add(page.readUInt32BE(8 + 4 * i));
      trunk = page.readUInt32BE(0);
    }
    return freed;
  }

  /**
   * The last frame of each page. Frames of before the log was begun anew have another salt. Checksums of frames are not
   * looked at: rows have their own, and those after a damaged frame may be intact.
   */
  #framesOf(log: number | undefined): ReadonlyMap<number, number> {
    const frames = new Map<number, number>();
    const header = log === undefined ? undefined : this.#read(log, 0, LOG_HEADER_BYTES);
    if (!header) return frames;
    const salt = header.subarray(16, 24);
    const { size } = fstatSync(log!);
    const step = FRAME_HEADER_BYTES + this.bytes;
    for (let at = LOG_HEADER_BYTES; at + step <= size; at += step) {
      const frame = this.#read(log!, at, FRAME_HEADER_BYTES)!;
      const page = frame.readUInt32BE(0);
      if (frame.subarray(8, 16).equals(salt) && page > 0) frames.set(page, at + FRAME_HEADER_BYTES);
    }
    return frames;
  }

  /** @returns undefined if there is nothing there */
  #read(file: number, at: number, length: number): Buffer | undefined {
    const bytes = Buffer.alloc(length);
    return readSync(file, bytes, 0, length, at) > 0 ? bytes : undefined;
  }
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch {
    return undefined;
  }
}
