/**
 * A matrix at a queue while its workers, the server and the call itself are killed, frozen and restarted, and what its store
 * has in the end.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { MatrixDocument } from "../../app/host/store/matrix-document.ts";
import { storeFile } from "../../app/host/store/matrix-document.ts";
import { RunStore } from "../../app/host/store/run-store.ts";
import { randomStream } from "../../core/random/rng.ts";
import type { RedisServer } from "../redis.ts";

const dist = pathToFileURL(fileURLToPath(new URL("../../dist/", import.meta.url))).href;
export const COMMAND = fileURLToPath(new URL("../../dist/app/cli/evoke.js", import.meta.url));

/** A worker that says more often that it is there, so that it is missed sooner. */
const WORKER = `
import process from "node:process";
const load = (path) => import(${JSON.stringify(dist)} + "app/host/queue/" + path);
const { queueAddress } = await load("address.js");
const { QueueConnection } = await load("connection.js");
const { Asking } = await load("parcels/asking.js");
const { ContentCache } = await load("parcels/content-cache.js");
const { openParcel } = await load("parcels/unpack.js");
const { QueueWorker } = await load("worker/queue-worker.js");
const [url, out, runs, evaluations, lockMilliseconds] = process.argv.slice(2);
const say = (line) => console.error(line);
const connection = await QueueConnection.open(queueAddress(url), say);
const cache = new ContentCache(new Asking(connection));
const options = { runs: Number(runs), evaluations: Number(evaluations), parallel: 1, trusts: true, out, lockMilliseconds: Number(lockMilliseconds) };
const listener = { say, began: (what) => say("begun " + what), ended: (what, how) => say(how + " " + what), printed: say };
const worker = new QueueWorker(connection, { open: (job) => openParcel(cache, job, { trust: true }) }, options, listener);
process.once("SIGTERM", async () => {
  await worker.stop(new AbortController().signal);
  process.exit(0);
});
process.on("disconnect", () => process.exit(1)); // the test is gone
process.send("ready");
process.channel.unref();
`;

/**
 * Writes a worker's program, to be started with a channel of Node's to the test.
 * @returns it; its arguments are the queue, a folder for evaluations, runs and evaluations at a time, and the milliseconds after
 * which its jobs are taken over
 */
export function writeWorker(folder: string): string {
  const script = join(folder, "worker.mjs");
  writeFileSync(script, WORKER);
  return script;
}

/** What can go wrong. */
export type Fault = "kill a worker" | "freeze a worker" | "stop a worker" | "restart the server" | "kill the call";

export interface FaultyMatrix {
  readonly redis: RedisServer;
  /** Of everything that is written. */
  readonly folder: string;
  readonly home: string;
  /** The arguments of evoke matrix, without --queue and --out. */
  readonly matrix: readonly string[];
  /** In turn, from the beginning again when all were. */
  readonly faults: readonly Fault[];
  /** From one fault to the next: milliseconds, and jobs that workers have done. */
  readonly every: number;
  readonly jobs: number;
  /** Milliseconds after which a worker's jobs are taken over. */
  readonly lock: number;
}

const WORKERS = 3;

/** @returns the faults that there were, and how the call has ended */
export async function withFaults(
  matrix: FaultyMatrix,
): Promise<{ readonly done: readonly Fault[]; readonly status: number | null; readonly stderr: string }> {
  const { redis, folder, home, faults, every, jobs, lock } = matrix;
  const script = writeWorker(folder);
  const logFile = join(folder, "workers.log");
  const log = openSync(logFile, "a");
  const jobsDone = () => readFileSync(logFile, "utf8").match(/^done /gm)?.length ?? 0;
  const env = { ...process.env, EVOKE_HOME: home, CI: "true" };
  const rng = randomStream(Number(process.env.FAULTS_SEED ?? 1), "/faults");
  /** Fulfilled when a worker takes jobs and hears signals, or has ended. */
  const ready = new Map<ChildProcess, Promise<unknown>>();
  const startWorker = () => {
    const worker = spawn(process.execPath, [script, redis.url, join(folder, "evaluations"), "2", "2", String(lock)], {
      env,
      stdio: ["ignore", log, log, "ipc"],
    });
    ready.set(worker, Promise.race([once(worker, "message"), once(worker, "exit")]));
    return worker;
  };
  const callLog = join(folder, "call.log");
  const startCall = () => {
    const out = openSync(callLog, "a");
    return spawn(process.execPath, [COMMAND, "matrix", ...matrix.matrix, "--queue", redis.url, "--out", join(folder, "queue")], {
      env,
      cwd: folder,
      stdio: ["ignore", out, out],
    });
  };
  const workers = Array.from({ length: WORKERS }, startWorker);
  let call = startCall();
  const done: Fault[] = [];
  const perform = async (fault: Fault): Promise<void> => {
    const index = rng.below(WORKERS);
    if (fault.endsWith("a worker")) await ready.get(workers[index]!); // else none would ever come to do anything
    if (fault === "restart the server") await redis.restart();
    else if (fault === "kill the call") {
      if (!call.kill("SIGKILL")) return;
      await ended(call);
      call = startCall();
    } else if (fault === "freeze a worker") {
      workers[index]!.kill("SIGSTOP");
      await pause(2 * lock);
      workers[index]!.kill("SIGCONT");
    } else {
      const worker = workers[index]!;
      workers[index] = startWorker();
      worker.kill(fault === "kill a worker" ? "SIGKILL" : "SIGTERM");
      const status = await ended(worker);
      if (fault === "stop a worker" && status !== 0) throw new Error(`A worker that was told to stop has ended with status ${status}.`);
    }
  };
  try {
    for (let [i, wanted] = [0, jobs]; ; ) {
      const status = await Promise.race([ended(call), pause(every, "more" as const)]);
      if (status !== "more") return { done, status, stderr: readFileSync(callLog, "utf8") };
      if (jobsDone() < wanted) continue;
      const fault = faults[i++ % faults.length]!;
      await perform(fault);
      done.push(fault);
      wanted = jobsDone() + jobs;
    }
  } finally {
    for (const one of [call, ...workers]) {
      one.kill("SIGCONT");
      one.kill("SIGKILL");
    }
    await Promise.all([call, ...workers].map(ended));
  }
}

const ends = new WeakMap<ChildProcess, Promise<number | null>>();

/** @returns its exit status, null where a signal has ended it */
function ended(child: ChildProcess): Promise<number | null> {
  let end = ends.get(child);
  if (!end) {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    end = isOver ? Promise.resolve(child.exitCode) : once(child, "exit").then(([status]) => status as number | null);
    ends.set(child, end);
  }
  return end;
}

/** All that the store of OUT has of the cells of a matrix, but for the seconds, a text for each run. @param name  of the matrix */
export async function runsOf(out: string, name: string): Promise<string[]> {
  const { cells } = JSON.parse(readFileSync(join(out, name, "matrix.json"), "utf8")) as MatrixDocument;
  const store = await RunStore.open(storeFile(out), "read");
  try {
    return cells.flatMap(({ name, digest }) =>
      [...store.runs(digest, { first: 0, count: 100_000 })].map(({ result, trajectory }) =>
        JSON.stringify([name, digest, result, trajectory]),
      ),
    );
  } finally {
    store.close();
  }
}
