/**
 * One process at a time for a folder: each puts a file `.lock-PID` there first, and then looks for those of others. So
 * there is no moment at which a lock that was left behind could be taken over twice. A lock whose process is gone,
 * after a kill for example, counts for nothing.
 *
 * Deno says nothing of other processes where it may not run any; so it holds a lock of the file system on its file
 * as well, which ends with the process, and looks whether the other does.
 *
 * @module
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { cannotWriteFile, folderBusy } from "../core/errors.ts";

/** What is used of Deno's own files: a lock that ends with the process. */
interface DenoFile {
  tryLock?(exclusive: boolean): Promise<boolean>;
  close(): void;
}
const { Deno: deno } = globalThis as { Deno?: { open(path: string, options: object): Promise<DenoFile> } };
const RUNTIME = deno ? "Deno" : "Node";
const LOCK = /^\.lock-(\d+)$/;
/** How often two that began at one moment, and each saw the other, try again. */
const ATTEMPTS = 4;

/**
 * Keeps the folder for this process until it ends, or lets go.
 * @returns lets go
 * @throws EvokeError FOLDER_BUSY if another process has it
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const own = join(folder, `.lock-${process.pid}`);
  let held: DenoFile | undefined;
  const release = () => {
    process.off("exit", release);
    held?.close();
    held = undefined;
    rmSync(own, { force: true });
  };
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(own, RUNTIME);
      held = await deno?.open(own, { write: true });
      await held?.tryLock?.(true);
    } catch (error) {
      throw cannotWriteFile(own, error as NodeJS.ErrnoException);
    }
    process.on("exit", release);
    const other = await otherHolder(folder);
    if (other === undefined) return release;
    release();
    if (attempt === ATTEMPTS) throw folderBusy(folder, other, join(folder, `.lock-${other}`));
    await new Promise((resolve) => setTimeout(resolve, 20 + 80 * Math.random()));
  }
}

/** The process that has the folder, if any; locks of those that are gone are removed. */
async function otherHolder(folder: string): Promise<number | undefined> {
  for (const name of readdirSync(folder)) {
    const pid = Number(LOCK.exec(name)?.[1] ?? process.pid);
    if (pid === process.pid) continue;
    const lock = join(folder, name);
    if (await isHeld(lock, pid)) return pid;
    rmSync(lock, { force: true });
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
  try {
    if (readFileSync(lock, "utf8") !== "Deno") return true;
    const file = await deno.open(lock, { write: true });
    const free = (await file.tryLock?.(true)) ?? false;
    file.close();
    return !free;
  } catch {
    return false; // it is gone by now
  }
}
