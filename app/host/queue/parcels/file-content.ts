/** Files as content. @module */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Content } from "../parcel.ts";

/** A file, and what it held when it was last looked at. */
export interface FileContent extends Content {
  readonly file: string;
  /** Of its last change, in milliseconds since 1970. */
  readonly time: number;
  readonly executable: boolean;
}

/** By path: files are read again only where their size or their time is another one. */
const known = new Map<string, FileContent>();

/** @throws Error of the file system */
export async function fileContent(file: string): Promise<FileContent> {
  const { size: bytes, mtimeMs: time, mode } = await stat(file);
  const executable = (mode & 0o111) !== 0;
  const before = known.get(file);
  if (before?.bytes === bytes && before.time === time && before.executable === executable) return before;
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const content = { file, sha256: hash.digest("hex"), bytes, time, executable };
  known.set(file, content);
  return content;
}

/** Renames a file that was looked at, so that it need not be read again. */
export async function renameContent(file: string, to: string): Promise<void> {
  await rename(file, to);
  const content = known.get(file);
  known.delete(file);
  if (content) known.set(to, { ...content, file: to });
}

/** SHA-256 of bytes, in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Does something with each of many, a few at a time. */
export async function eachOf<T>(all: Iterable<T>, atOnce: number, does: (one: T) => Promise<void>): Promise<void> {
  const iterator = all[Symbol.iterator]();
  const keepGoing = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await does(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, keepGoing));
}
