/** Files that something is kept in: how each is replaced, and read again. @module */
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import { cannotWriteFile, EvokeError } from "../core/errors/index.ts";
import { MOST } from "./files/limits.ts";
import { readNamed } from "./files/named-file.ts";

let begun = 0;

/** A path beside another one, for what is not whole yet. */
export function besides(path: string): string {
  return `${path}.${process.pid}-${++begun}.new`;
}

/** The process that has begun what such a path, or its name, is of; undefined if it is another one. */
export function writerOf(path: string): number | undefined {
  const [, pid] = /\.(\d+)-\d+\.new$/.exec(path) ?? [];
  return pid === undefined ? undefined : Number(pid);
}

/**
 * Replaces a file as one step: a reader, a kill or a power cut sees the old content or the new one. When the promise
 * is fulfilled, the new one is safe.
 * @param file  its folder is made if it is not there
 * @throws EvokeError CANNOT_WRITE
 */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const beside = besides(file);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(beside, content);
    await moveInPlace(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    throw cannotWriteFile(file, error as NodeJS.ErrnoException);
  }
}

/** Puts what was written beside a file in its place. When the promise is fulfilled, it is safe. */
export async function moveInPlace(beside: string, file: string): Promise<void> {
  const handle = await open(beside, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  await syncFolder(dirname(file));
}

/**
 * What a file holds; undefined only if there is none.
 * @param what  it is, for errors: "the record"
 * @throws EvokeError CANNOT_READ if it is there and cannot be read: what is kept in it is not to be overwritten
 */
export async function readIfThere(file: string, what: string): Promise<Buffer | undefined> {
  try {
    return readNamed({ path: file, what, most: MOST.kept });
  } catch (error) {
    const { code } = ((error as EvokeError).cause ?? {}) as NodeJS.ErrnoException;
    if (error instanceof EvokeError && (code === "ENOENT" || code === "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Makes the new name of a file safe as well, where the system knows such a thing: Windows does not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  try {
    await handle?.sync();
  } catch {
    // The file system does it by itself, or cannot.
  } finally {
    await handle?.close();
  }
}
