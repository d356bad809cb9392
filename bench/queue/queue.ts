/**
 * What a queue costs: the same runs and the same evaluations by worker threads or this process, and by a worker at a Redis
 * on this machine; and whether a call keeps up with hundreds of workers.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { hasRedis, REDIS_ABSENT, RedisServer } from "../../test/redis.ts";
import { COMMAND } from "../built.ts";
import { alternate, spreadOf } from "../measure.ts";
import { type Part, type Row, row } from "../report.ts";
import { folder } from "../subject.ts";

const WORKERS = 200;
/** Milliseconds that each evaluation of a simulated worker takes. */
const SLEEP = 200;
const SLEEPING_PROCESSES = 2;

/** Numbers that are made up outside of the thread that asks: evaluations of which nothing takes time but the way there and back. */
writeFileSync(
  join(folder, "elsewhere.mjs"),
  `const metric = { name: "made-up", dataset: "none", split: "validation", epochs: 0, trainedOn: "nothing", unit: "points" };
export default {
  kind: "evaluator", name: "elsewhere", summary: "Made-up numbers, as if they took long", needs: [],
  options: { type: "object", properties: { concurrency: { type: "integer" } }, required: ["concurrency"] },
  create: ({ concurrency }) => ({
    metric, concurrency, places: concurrency,
    evaluate: async (architecture) => ({ score: architecture.reduce((sum, choice) => sum + choice, 0), seconds: 1 }),
  }),
};
`,
);

function evaluations(name: string, concurrency: number, queries: number, seeds: number): string {
  return written(name, {
    plugins: ["./elsewhere.mjs"],
    space: "darts",
    evaluator: { use: "elsewhere", options: { concurrency } },
    budget: { queries },
    seeds: { first: 1, count: seeds },
  });
}

function written(name: string, parts: object): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ name, controller: "random", ...parts }));
  return file;
}

export async function queue(repetitions: number): Promise<readonly Part[]> {
  if (!hasRedis) return [{ part: "queue", title: "A queue on this machine", rows: [], skipped: REDIS_ABSENT }];
  const redis = new RedisServer();
  await redis.start();
  try {
    return [await overhead(redis, repetitions), await crowd(redis, repetitions === 1 ? 5_000 : 60_000)];
  } finally {
    await redis.stop();
  }
}

/** Seconds that all of these runs or evaluations take beyond one of them, so that starting does not count. */
async function overhead(redis: RedisServer, repetitions: number): Promise<Part> {
  const [runs, tries] = repetitions === 1 ? [200, 400] : [2_000, 4_000];
  const worker = evoke(["worker", "--queue", redis.url, "--workers", "2", "--parallel", "16", "--trust", "--quiet"], "worker");
  try {
    const table = { use: "benchmark", options: { table: "digits-201", dataset: "digits" } };
    const lookUps = written("look-ups", {
      space: "nas-bench-201",
      evaluator: table,
      budget: { queries: 160 },
      seeds: { first: 1, count: runs },
    });
    const many = evaluations("many", 16, tries, 1);
    const few = evaluations("few", 16, 16, 1);
    const queued = ["--queue", redis.url];
    /** Microseconds for one of so many. */
    const each = (count: number, all: readonly string[], one: readonly string[]) => async () =>
      (1e6 * ((await timed(all)) - (await timed(one)))) / count;
    const measured = await alternate(
      {
        threads: each(runs, [lookUps, "--workers", "2"], [lookUps, "--seeds", "1"]),
        runs: each(runs, [lookUps, ...queued], [lookUps, "--seeds", "1", ...queued]),
        here: each(tries, [many, "--parallel", "16"], [few, "--parallel", "16"]),
        tries: each(tries, [many, ...queued], [few, ...queued]),
      },
      Math.min(repetitions, 3),
    );
    const { threads, runs: byQueue, here, tries: tried } = measured;
    const more = (a: readonly number[], b: readonly number[]) => spreadOf(a.map((value, i) => value - b[i]!));
    return {
      part: "queue",
      title: "Work on a queue on this machine: runs of 160 look-ups by two threads, and evaluations that take no time",
      rows: [
        row("a run, two worker threads", "µs", threads),
        row("a run, a worker with two at a time", "µs", byQueue, { ratio: byQueue.median / threads.median, to: "threads" }),
        row("a run, what the queue adds", "µs", more(byQueue.values, threads.values)),
        row("an evaluation, in the call", "µs", here),
        row("an evaluation, on the queue, 16 under way", "µs", tried),
        row("evaluations by one worker", "a second", 1e6 / tried.median),
      ],
    };
  } finally {
    await ended(worker);
  }
}

/** A search's evaluations by simulated workers, which only sleep. */
async function crowd(redis: RedisServer, total: number): Promise<Part> {
  await redis.flush();
  const sleepers = Array.from({ length: SLEEPING_PROCESSES }, () =>
    spawn(
      process.execPath,
      [
        "--import",
        "tsx",
        fileURLToPath(new URL("sleepers.ts", import.meta.url)),
        redis.url,
        String(WORKERS / SLEEPING_PROCESSES),
        String(SLEEP),
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    ),
  );
  const client = new Redis(redis.url);
  try {
    await Promise.all(sleepers.map(({ stdout }) => once(stdout, "data"))); // each says when all of it are there
    const seeds = 10;
    const manifest = evaluations("crowd", (2 * WORKERS) / seeds, total / seeds, seeds);
    rmSync(join(folder, "crowd"), { recursive: true, force: true });
    const began = performance.now();
    const call = evoke(["run", manifest, "--queue", redis.url, "--out", "crowd", "--quiet", "--json"], "call");
    const samples: Sample[] = [];
    const over = once(call, "exit");
    while (call.exitCode === null && call.signalCode === null) {
      const sample = await sampled(call, redis, client);
      if (sample) samples.push(sample);
      await Promise.race([over, pause(250)]);
    }
    const seconds = (performance.now() - began) / 1000;
    if (call.exitCode !== 0) throw new Error(`evoke run --queue ended with ${call.exitCode ?? call.signalCode}`);
    return {
      part: "queue",
      title: `${WORKERS} simulated workers that sleep ${SLEEP / 1000} s for each of ${total.toLocaleString("en")} evaluations, on a queue on this machine`,
      rows: [
        row("evaluations, from the start of the call to its end", "a second", total / seconds, {
          goal: `at most ${(WORKERS * 1000) / SLEEP}`,
        }),
        ...courseOf("the call", samples, "call", "callSeconds", total),
        ...courseOf("Redis", samples, "redis", "redisSeconds", total),
      ],
    };
  } finally {
    client.disconnect();
    await Promise.all(sleepers.map(ended));
  }
}

interface Sample {
  /** Megabytes of memory. */
  readonly call: number;
  readonly redis: number;
  /** Of a processor, since they began. */
  readonly callSeconds: number;
  readonly redisSeconds: number;
}

/** How much memory something has after a quarter of the time and at the end, and how long it computes for one evaluation. */
function courseOf(
  what: string,
  samples: readonly Sample[],
  memory: "call" | "redis",
  used: "callSeconds" | "redisSeconds",
  total: number,
): Row[] {
  const [first, quarter, last] = [samples[0], samples[Math.floor(samples.length / 4)], samples.at(-1)];
  if (!first || !quarter || !last) return []; // not Linux
  return [
    row(`memory of ${what}, after a quarter of the time`, "MB", quarter[memory]),
    row(`memory of ${what}, at the end`, "MB", last[memory], { ratio: last[memory] / quarter[memory], to: "that" }),
    row(`${what}: processor time for one evaluation`, "µs", (1e6 * (last[used] - first[used])) / total),
  ];
}

async function sampled(call: ChildProcess, redis: RedisServer, client: Redis): Promise<Sample | undefined> {
  const [, memory] = /^used_memory:(\d+)/m.exec(await client.info("memory")) ?? [];
  try {
    return {
      call: Number(/^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${call.pid}/status`, "utf8"))![1]) / 1000,
      redis: Number(memory) / 1e6,
      callSeconds: processorSeconds(call.pid!),
      redisSeconds: processorSeconds(redis.pid!),
    };
  } catch {
    return undefined; // not Linux, or over
  }
}

/** Linux counts them in hundredths. */
function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

let calls = 0;

/** Seconds that a call of evoke run takes, without results from before. */
async function timed(args: readonly string[]): Promise<number> {
  const out = join(folder, `queue-${++calls}`);
  const began = performance.now();
  const call = evoke(["run", ...args, "--out", out, "--quiet", "--json"], "call");
  const [status] = await once(call, "exit");
  const seconds = (performance.now() - began) / 1000;
  rmSync(out, { recursive: true, force: true });
  if (status !== 0) throw new Error(`evoke run ${args.join(" ")} ended with ${status}`);
  return seconds;
}

/** @param home  what the process keeps as its own, so that a worker is on another machine but for that it is not */
function evoke(args: readonly string[], home: string): ChildProcess {
  return spawn(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    env: { ...process.env, CI: "true", EVOKE_HOME: join(folder, "queue-homes", home) },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, "exit");
  child.kill("SIGTERM");
  await over;
}
