/**
 * The process that takes inputs in, one after the other, and tells what came of each. See executors.ts, which starts it.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { EvokeError } from "../../core/errors/index.ts";
import type { Target } from "./target.ts";
import { targetOf } from "./targets.ts";

/** What it is asked. */
export interface Asked {
  readonly target: string;
  readonly input: unknown;
}

/** What came of an input. */
export interface Verdict {
  /** What went wrong; undefined if it was taken, or refused in words. */
  readonly fault?: string;
  /** The code of the error by which it was refused. */
  readonly code?: string;
  /** Of the processor, in all threads. */
  readonly milliseconds: number;
  /** The most that the process has had during it. */
  readonly megabytes: number;
}

/** From here on the garbage of earlier inputs could be mistaken for the memory of the next one. */
const MUCH_MEGABYTES = 300;

/** Megabytes that this process has had at most, since they were forgotten. */
function peak(): number {
  if (!existsSync("/proc/self/status")) return process.memoryUsage().rss / 1e6;
  return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))![1]) / 1e3;
}

function forgetPeak(): void {
  globalThis.gc?.();
  if (existsSync("/proc/self/clear_refs")) writeFileSync("/proc/self/clear_refs", "5");
}

/** Of the repository, as stacks have it. */
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const loaded = new Map<string, Target<unknown>>();
/** What was thrown where nobody has caught it. */
let stray: unknown;
for (const event of ["uncaughtException", "unhandledRejection"] as const) process.on(event, (error) => (stray = error));

function faultOf(error: unknown): Pick<Verdict, "fault" | "code"> {
  if (error instanceof EvokeError) return { code: error.code };
  const fault = error instanceof Error ? (error.stack ?? String(error)) : `thrown: ${String(error)}`;
  return { fault: fault.replaceAll(ROOT, "") };
}

const scratch = process.argv[2]!;
let count = 0;

async function take({ target: name, input }: Asked): Promise<Verdict> {
  let folder: string | undefined;
  const place = {
    get folder() {
      if (folder === undefined) mkdirSync((folder = join(scratch, String(++count), "in", "here")), { recursive: true });
      return folder;
    },
  };
  if (peak() > MUCH_MEGABYTES) forgetPeak();
  const began = process.cpuUsage();
  let found: Pick<Verdict, "fault" | "code"> = {};
  try {
    const target = loaded.get(name) ?? (await targetOf(name));
    loaded.set(name, target);
    await target.act(input, place);
  } catch (error) {
    found = faultOf(error);
  }
  const { user, system } = process.cpuUsage(began);
  await new Promise(setImmediate); // for what is rejected late
  if (stray !== undefined) found = { fault: `nobody has caught it: ${faultOf(stray).fault ?? String(stray)}` };
  stray = undefined;
  const verdict = { ...found, milliseconds: (user + system) / 1000, megabytes: peak() };
  if (folder !== undefined) rmSync(join(scratch, String(count)), { recursive: true, force: true });
  return verdict;
}

process.on("message", async (asked: Asked) => process.send!(await take(asked)));
process.on("disconnect", () => process.exit());
