/**
 * One holder at a time for a folder: each puts a file `.lock-PID-…` there first, and then looks for those of others. So
 * there is no moment at which a lock that was left behind could be taken over twice. A lock whose process is gone,
 * after a kill for example, counts for nothing. It tells apart processes of one machine only.
 *
 * The threads of a process share a name, which its number is not enough for: an earlier process may have had it.
 *
 * Deno says nothing of other processes where it may not run any; so it holds a lock of the file system on its file
 * as well, which ends with the process, and looks whether the other does. Its file is locked before it is there.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import process from "node:process";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import { cannotWriteFile, folderBusy } from "../core/errors/index.ts";

/** What is used of Deno's own files: a lock that ends with the process. */
interface DenoFile {
  tryLock?(exclusive: boolean): Promise<boolean>;
  close(): void;
}
const { Deno: deno } = globalThis as { Deno?: { open(path: string, options: object): Promise<DenoFile> } };
const RUNTIME = deno ? "Deno" : "Node";

/** The name of this process; threads that are started after this module was loaded have it, too. */
export const PROCESS = (getEnvironmentData("evoke process") as string | undefined) ?? randomUUID();
setEnvironmentData("evoke process", PROCESS);

const LOCK = /^\.lock-(\d+)/;
const OWN = `.lock-${process.pid}-${RUNTIME}-${PROCESS}`;
/** How often those that began at one moment, and each saw the other, try again before the folder counts as busy. */
const ATTEMPTS = 4;
const [RETRY_MILLISECONDS, POLL_MILLISECONDS] = [50, 300];

/** Whether this machine has a process of a number; false only if it is known. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** What another holds a folder with. */
export interface Held {
  readonly pid: number;
  readonly file: string;
}

/**
 * Keeps the folder until this process ends, or lets go.
 * @param waits  told once of who has the folder, if it must be waited for
 * @returns lets go
 * @throws EvokeError FOLDER_BUSY if another has it, and nobody is told of waiting
 */
export async function lockFolder(folder: string, waits?: (held: Held) => void): Promise<() => void> {
  for (let attempt = 1; ; attempt++) {
    const lock = await tryLock(folder);
    if (typeof lock === "function") return lock;
    if (attempt === ATTEMPTS) {
      if (!waits) throw folderBusy(folder, lock.pid, lock.file);
      waits(lock);
    }
    const about = attempt < ATTEMPTS ? RETRY_MILLISECONDS : POLL_MILLISECONDS;
    await new Promise((resolve) => setTimeout(resolve, about * (0.5 + Math.random())));
  }
}

/** Removes the locks of processes that are gone, where nobody has to lock the folder any more. */
export async function forgetLocks(folder: string): Promise<void> {
  await otherHolder(folder, "");
}

/** @returns lets go; or who has the folder */
async function tryLock(folder: string): Promise<(() => void) | Held> {
  const name = `${OWN}-${randomUUID()}`;
  const own = join(folder, name);
  let held: DenoFile | undefined;
  const release = () => {
    process.off("exit", release);
    held?.close();
    held = undefined;
    rmSync(own, { force: true });
  };
  try {
    await mkdir(folder, { recursive: true });
    const before = await otherHolder(folder, name);
    if (before) return before; // those that wait disturb nobody
    process.on("exit", release);
    if (deno) {
      const unseen = join(folder, `new${name}`);
      held = await deno.open(unseen, { write: true, create: true });
      await held.tryLock?.(true);
      await rename(unseen, own);
    } else await writeFile(own, "");
    const other = await otherHolder(folder, name);
    if (!other) return release;
    release();
    return other;
  } catch (error) {
    process.off("exit", release);
    held?.close();
    throw cannotWriteFile(own, error as NodeJS.ErrnoException);
  }
}

/** Who else has the folder, if anyone; locks of processes that are gone are removed. */
async function otherHolder(folder: string, own: string): Promise<Held | undefined> {
  for (const name of readdirSync(folder)) {
    const pid = Number(LOCK.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || name === own) continue;
    const file = join(folder, name);
    if (pid === process.pid ? name.startsWith(OWN) : await isHeld(file, pid)) return { pid, file };
    rmSync(file, { force: true });
  }
  return undefined;
}

async function isHeld(lock: string, pid: number): Promise<boolean> {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ESRCH") return false;
    if (code === "EPERM" || !deno) return true;
  }
  // Deno that may not ask. Of a process of Node nothing is known then, so it counts as running.
  if (!basename(lock).includes("-Deno-")) return true;
  try {
    const file = await deno.open(lock, { write: true });
    const free = (await file.tryLock?.(true)) ?? false;
    file.close();
    return !free;
  } catch {
    return existsSync(lock);
  }
}
