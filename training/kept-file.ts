/** Files that something is kept in: how each is replaced, and read again. @module */
import { createHash, randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { cannotWriteFile, EvokeError } from "../core/errors/index.ts";
import { MOST } from "./files/limits.ts";
import { readNamed } from "./files/named-file.ts";
import { isRunning, PROCESS } from "./folder-lock.ts";

const SHORT = 8;
/** How the name ends of what is not whole yet: by which machine and process it was begun, and which of its files it is. */
const UNFINISHED = /\.([0-9a-f]{8})-(\d+)-([0-9a-f]{8})-[0-9a-f]{8}\.new$/;
/** Folders in which nothing is left of those that were killed before. */
const cleared = new Set<string>();

/** A path beside another one, for what is not whole yet. */
export function besides(path: string): string {
  return `${path}.${machine()}-${process.pid}-${PROCESS.slice(0, SHORT)}-${randomUUID().slice(0, SHORT)}.new`;
}

/** Of several that write to one folder. Deno may not be allowed to say it: nothing of other processes is known then, either. */
function machine(): string {
  let name = "";
  try {
    name = hostname();
  } catch {}
  return createHash("sha256").update(name).digest("hex").slice(0, SHORT);
}

/** Removes what processes of this machine have begun in a folder and not finished, since they were killed; once for each folder. */
export function clearUnfinished(folder: string): void {
  if (cleared.has(folder)) return;
  cleared.add(folder);
  try {
    for (const name of readdirSync(folder)) {
      const [, where, pid, itsProcess] = UNFINISHED.exec(name) ?? [];
      if (where !== machine()) continue;
      const isGone = Number(pid) === process.pid ? itsProcess !== PROCESS.slice(0, SHORT) : !isRunning(Number(pid));
      if (isGone) rmSync(join(folder, name), { recursive: true, force: true });
    }
  } catch {
    // What cannot be removed is in nobody's way.
  }
}

/**
 * Replaces a file as one step: a reader, a kill or a power cut sees the old content or the new one. When the promise
 * is fulfilled, the new one is safe.
 * @param file  its folder is made if it is not there
 * @throws EvokeError CANNOT_WRITE
 */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(file);
  const beside = besides(file);
  try {
    await mkdir(folder, { recursive: true });
    clearUnfinished(folder);
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
