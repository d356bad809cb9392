/**
 * Reads files that people name. Only regular files are opened: a pipe, a device or a socket may never end, and is
 * refused before it is opened. The size is known before anything is read, and what is packed is unpacked up to the limit
 * of its kind.
 *
 * All is read at once: Node's readFile takes four times as long, in small parts through other threads.
 *
 * @module
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { createGunzip, gunzip } from "node:zlib";
import { cannotReadFile, EvokeError, fileTooLarge } from "../../core/errors/index.ts";
import { LARGEST_RATIO } from "../../core/formats/zip.ts";
import { allowed, VARIABLE } from "./limits.ts";

/** A file, and what it is to be. */
export interface NamedFile {
  readonly path: string;
  /** As people know it, for errors; left out, its path. */
  readonly shown?: string;
  /** What it is, for errors: "the manifest". */
  readonly what: string;
  /** The most bytes that it may have; see limits.ts. */
  readonly most: number;
  /** What to do where it is not there. */
  readonly missing?: string;
}

/** So that a pipe that takes the place of a file between two looks is not waited for; Windows has no such thing. */
const NOT_WAITING = constants.O_NONBLOCK ?? 0;
/** Node reads no more at a time. */
const AT_ONCE = 2 ** 30;

/** The bytes of a file, in memory of their own. @throws EvokeError CANNOT_READ, FILE_TOO_LARGE */
export function readNamed(file: NamedFile): Buffer {
  return withOpened(file, (descriptor, size) => {
    const bytes = Buffer.allocUnsafeSlow(size);
    let end = 0;
    while (end < size) {
      const count = readSync(descriptor, bytes, end, Math.min(AT_ONCE, size - end), null);
      if (count === 0) break;
      end += count;
    }
    return bytes.subarray(0, end);
  });
}

/** The text of a file, in UTF-8. @throws EvokeError CANNOT_READ, FILE_TOO_LARGE */
export function readNamedText(file: NamedFile): string {
  const bytes = readNamed(file);
  try {
    return bytes.toString("utf8");
  } catch (error) {
    throw cannotReadFile(file.shown ?? file.path, file.what, error as Error); // longer than any text of JavaScript
  }
}

/**
 * The bytes of a file, unpacked if it is gzipped.
 * @param damaged  makes the error of a file whose packed data is damaged
 * @throws EvokeError CANNOT_READ, FILE_TOO_LARGE, or what `damaged` makes
 */
export async function readUnpacked(file: NamedFile, damaged: (problem: string, cause: Error) => Error): Promise<Buffer> {
  const bytes = readNamed(file);
  if (!isGzip(bytes)) return bytes;
  const most = allowed(file.most);
  const told = toldSize(bytes);
  if (told > most) throw tooLarge(file, UNPACKED, told);
  try {
    return await unpacked(bytes, told).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "ERR_BUFFER_TOO_LARGE") throw error;
      return unpacked(bytes, await countUnpacked(bytes, file)); // several parts, or a size that is wrong
    });
  } catch (error) {
    throw error instanceof EvokeError
      ? error
      : damaged(`its gzip data is damaged or cut off (${(error as Error).message})`, error as Error);
  }
}

/** In one piece: joining pieces takes as long as unpacking. @throws Error, with the code ERR_BUFFER_TOO_LARGE if there is more than `size` */
function unpacked(bytes: Buffer, size: number): Promise<Buffer> {
  const chunkSize = Math.max(2 ** 14, Math.min(size + 1, 64 * bytes.length));
  return promisify(gunzip)(bytes, { maxOutputLength: Math.max(1, size), chunkSize });
}

/**
 * Bytes that a gzipped file says it has unpacked, in its last four: of its last part if it has several, and up to 4 GB. 0
 * where they are more than deflate can make: the file is cut off, or damaged.
 */
function toldSize(bytes: Buffer): number {
  const told = bytes.length < 4 ? 0 : bytes.readUInt32LE(bytes.length - 4);
  return told > LARGEST_RATIO * bytes.length ? 0 : told;
}

/** Bytes that come out of gzipped data, none of which are kept. @throws EvokeError FILE_TOO_LARGE */
async function countUnpacked(bytes: Buffer, file: NamedFile): Promise<number> {
  let count = 0;
  for await (const piece of Readable.from([bytes]).pipe(createGunzip()) as AsyncIterable<Buffer>) {
    count += piece.length;
    if (count > allowed(file.most)) throw tooLarge(file);
  }
  return count;
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Looks at a file that something else reads. @throws EvokeError CANNOT_READ, FILE_TOO_LARGE */
export function checkNamed(file: NamedFile): void {
  withOpened(file, () => {});
}

/**
 * Refuses what is no regular file, without opening it; what is not there, or cannot be asked, is left to what opens it.
 * @throws EvokeError CANNOT_READ
 */
export function refuseIrregular({ path, shown = path, what }: Omit<NamedFile, "most">): void {
  let found: Stats;
  try {
    found = statSync(path);
  } catch {
    return;
  }
  const problem = irregular(found);
  if (problem) throw cannotReadFile(shown, what, problem);
}

/**
 * Opens a file, having looked at it.
 * @param read  is handed the descriptor and the bytes that it has
 */
export function withOpened<T>(file: NamedFile, read: (descriptor: number, size: number) => T): T {
  const { path, shown = path, what, missing } = file;
  let descriptor: number | undefined;
  try {
    check(statSync(path), file);
    descriptor = openSync(path, constants.O_RDONLY | NOT_WAITING);
    const found = fstatSync(descriptor);
    check(found, file);
    return read(descriptor, found.size);
  } catch (error) {
    throw error instanceof EvokeError ? error : cannotReadFile(shown, what, error as NodeJS.ErrnoException, missing);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function check(found: Stats, file: NamedFile): void {
  const problem = irregular(found);
  if (problem) throw problem;
  if (found.size > allowed(file.most)) throw tooLarge(file, "it has", found.size);
}

/**
 * The error of a file of which more would be read than may be.
 * @param found  "it has", "when it is unpacked it has"
 * @param bytes  left out, more than may be read
 */
export function tooLarge({ path, shown = path, what, most }: NamedFile, found = UNPACKED, bytes?: number): EvokeError {
  return fileTooLarge({ file: shown, what, found, ...(bytes !== undefined && { bytes }) }, allowed(most), VARIABLE);
}

const UNPACKED = "when it is unpacked it has";

/** With a code of its own, by which a caller knows that something is there that holds no content. */
function irregular(found: Stats): NodeJS.ErrnoException | undefined {
  if (found.isFile()) return undefined;
  if (found.isDirectory()) return Object.assign(new Error("it is a folder"), { code: "EISDIR" });
  const kind = found.isFIFO() ? "a pipe" : found.isSocket() ? "a socket" : "a device";
  return Object.assign(new Error(`it is ${kind}, and only regular files are read: save what it gives in a file`), { code: IRREGULAR });
}

/** The code of what is neither a file nor a folder. */
const IRREGULAR = "EVOKE_IRREGULAR";
