/** A call of the built command in a process of its own, which may be killed. @module */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../dist/app/cli/evoke.js", import.meta.url));
/** By this variable of its environment a process is known to be of a call. */
const MARK = "EVOKE_TEST_CALL";
/** Milliseconds that a call may take, that it has to end after SIGTERM, and that its programs have after it. */
const [LONGEST, TO_END, AFTER] = [300_000, 30_000, 30_000];

/** When a call is killed: after some time; or so many changes of files, and some time more. In milliseconds. */
export interface Kill {
  readonly signal: "SIGKILL" | "SIGTERM";
  readonly changes: number;
  readonly after: number;
}

export interface Called {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** If it was over before it was killed. */
  readonly early: boolean;
  readonly stderr: string;
  readonly milliseconds: number;
  /** Changes of files, as the system has told of them. */
  readonly changes: number;
  /** Milliseconds from the signal to the end. */
  readonly ending: number;
  /** Processes of the call that were there long after it. */
  readonly survivors: readonly string[];
}

/** Calls the command in a folder, and kills it. */
export async function called(folder: string, args: readonly string[], kill?: Kill): Promise<Called> {
  const mark = randomUUID();
  const began = performance.now();
  const env = { ...process.env, EVOKE_HOME: join(folder, "home"), EVOKE_TRUST: "*", CI: "true", [MARK]: mark };
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  const over = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  let stderr = "";
  child.stderr.on("data", (text) => (stderr += text));
  let [changes, killed] = [0, Number.NaN];
  const timers: NodeJS.Timeout[] = [];
  const end = (signal: NodeJS.Signals) => {
    if (!child.kill(signal)) return;
    killed = performance.now();
    timers.push(setTimeout(() => child.kill("SIGKILL"), TO_END));
  };
  const begin = ({ signal, after }: Kill) => timers.push(setTimeout(end, after, signal));
  if (kill?.changes === 0) begin(kill);
  const watcher = watch(folder, { recursive: true }, () => {
    if (++changes === kill?.changes) begin(kill);
  });
  watcher.on("error", () => {}); // a file that it was to look at is gone
  timers.push(setTimeout(() => child.kill("SIGKILL"), LONGEST));
  const [status, signal] = await over;
  const ended = performance.now();
  if (kill?.signal === "SIGKILL" && status !== null) killed = Number.NaN; // it was over, though nobody had heard of it yet
  for (const timer of timers) clearTimeout(timer);
  watcher.close();
  const survivors = await survivorsOf(mark);
  return {
    ...{ status, signal, stderr, changes, survivors },
    early: Number.isNaN(killed),
    milliseconds: ended - began,
    ending: Number.isNaN(killed) ? 0 : ended - killed,
  };
}

/** Waits until no process of a call is left. @returns the command lines of those that do not end */
async function survivorsOf(mark: string): Promise<string[]> {
  for (const began = performance.now(); ; await pause(50)) {
    const left = processesOf(mark);
    if (left.length === 0 || performance.now() - began > AFTER) return left;
  }
}

/** The command lines of the processes of a call that are alive, where the system tells. */
function processesOf(mark: string): string[] {
  if (!existsSync("/proc/self/environ")) return [];
  return readdirSync("/proc").flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/environ`, "latin1").includes(`${MARK}=${mark}`)) return [];
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").trim() || [];
    } catch {
      return []; // it has ended, or is somebody else's
    }
  });
}
