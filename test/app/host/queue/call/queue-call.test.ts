/** Calls that hand out their work, with workers in this process and a real server. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvaluationListener } from "../../../../../app/host/evaluations/journal.ts";
import { queueAddress } from "../../../../../app/host/queue/address.ts";
import { QueueCall } from "../../../../../app/host/queue/call/queue-call.ts";
import type { Job } from "../../../../../app/host/queue/messages.ts";
import { planExperiment, planMatrix, type RunPlan } from "../../../../../app/host/run/plan.ts";
import { type CellRuns, type RunListener, runPlan } from "../../../../../app/host/run/run-plan.ts";
import { RunStore } from "../../../../../app/host/store/run-store.ts";
import { hasRedis, REDIS_ABSENT, redisFor } from "../../../../redis.ts";
import { when } from "../../../../when.ts";
import { toy, toyEvaluator } from "../../../cli/command.ts";
import { type FakeOptions, FakeWorker } from "./fake-worker.ts";

const withRedis = when(test, hasRedis, REDIS_ABSENT);
const redis = redisFor(test);
const folder = mkdtempSync(join(tmpdir(), "evoke-queue-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const home = join(folder, "home");

/** Fails for some, at first or always; tells how far it is; its test is not free. */
const slowEvaluator = `
const metric = { name: "convolutions", dataset: "toy", split: "validation", epochs: 4, trainedOn: "nothing", unit: "operations" };
export default {
  kind: "evaluator",
  name: "slow",
  summary: "Takes a while, elsewhere",
  options: { type: "object", additionalProperties: false, properties: { final: { type: "boolean", default: false } } },
  needs: ["space"],
  failures: { retries: 1, remedy: "reject" },
  create: ({ final }, { space }) => ({
    metric,
    concurrency: 4,
    places: 4,
    prepare() {
      if (globalThis.handsOut && !import.meta.url.includes("/parcels/")) throw new Error("it is prepared where nothing is evaluated");
    },
    async evaluate(architecture, _, { attempt, rng, progress }) {
      await new Promise((resolve) => setTimeout(resolve, 5 + 5 * (architecture[1] % 3)));
      const text = space.encode(architecture);
      const error = (reason) => Object.assign(new Error(reason), { log: "Traceback of " + text });
      if (final) throw Object.assign(error("the disk is gone"), { final: true });
      if (architecture[0] === 0) throw error(text + " ran out of memory");
      if (architecture[1] === 0 && attempt === 1) throw error("busy");
      for (const epoch of [1, 2, 4]) progress({ epoch, value: epoch / 4 });
      return { score: architecture.filter((operation) => operation === 3).length + rng.uniform() / 10, seconds: 1 };
    },
    test: (architecture) => ({ metric: { ...metric, split: "test" }, value: architecture[0] }),
  }),
};
`;
const write = (name: string, content: string | object) => {
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return join(folder, name);
};
write("toy.js", toyEvaluator);
write("slow.js", slowEvaluator);
write("toy.json", toy);
const matrix = write("matrix.json", {
  name: "matrix",
  base: "toy.json",
  design: "one-factor",
  variants: { uniform: { controller: "uniform" } },
  axes: { "/subspaces/count": [2, 3] },
  seeds: { count: 5 },
});
const slow = { ...toy, name: "slow", plugins: ["./slow.js"], evaluator: "slow", controller: "random", subspaces: undefined };
const tries = write("slow.json", { ...slow, budget: { queries: 10 }, seeds: { count: 3 } });
const mixed = write("mixed.json", {
  name: "mixed",
  base: "slow.json",
  design: "one-factor",
  variants: { computed: { plugins: ["./toy.js"], evaluator: "toy" } },
  seeds: { count: 2 },
});

/** What a call is told of. */
class Listener implements RunListener {
  readonly terminal = { interactive: false, columns: 80, write: () => {} };
  readonly types = [];
  readonly said: string[] = [];
  points = 0;
  ends = 0;
  readonly evaluations: EvaluationListener = { progressed: () => void this.points++ };
  say(line: string): void {
    this.said.push(line);
  }
  began(): void {}
  event(): void {}
  ended(): void {
    this.ends++;
  }
  estimated(): void {}
}

const planOf = (file: string): Promise<RunPlan> =>
  [matrix, mixed].includes(file) ? planMatrix({ file, changes: [] }) : planExperiment({ file, changes: [] });

/** All that is kept of the cells, but for the seconds of the machine. */
async function kept(plan: RunPlan, file: string) {
  const store = await RunStore.open(file, "read");
  const all = plan.cells.map(({ name, digest }) => ({
    ...{ name, digest },
    runs: [...store.runs(digest, { first: 0, count: 100 })].map(({ result, trajectory }) => JSON.stringify({ result, trajectory })),
  }));
  store.close();
  return all;
}

let stores = 0;
const newStore = () => join(folder, `${++stores}.sqlite`);
const locals = new Map<string, Awaited<ReturnType<typeof kept>>>();

/** Tells the evaluator whether this process is to prepare nothing. */
function handsOut(now: boolean): void {
  (globalThis as { handsOut?: boolean }).handsOut = now;
}

/** What a call without a queue keeps. */
async function local(file: string) {
  const known = locals.get(file);
  if (known) return known;
  const [plan, name] = [await planOf(file), newStore()];
  const store = await RunStore.open(name, "write");
  handsOut(false);
  await runPlan(plan, store, { workers: 1 }, new Listener());
  handsOut(true);
  store.close();
  locals.set(file, await kept(plan, name));
  return locals.get(file)!;
}

const times = { reconcile: 200, workers: 100, refused: 50, leave: 1_000 };

/** A call that hands out its work. @param use  what happens meanwhile */
async function call(file: string, { name = newStore(), listener = new Listener(), stop = (_: QueueCall) => {} } = {}) {
  const plan = await planOf(file);
  const store = await RunStore.open(name, "write");
  const queue = await QueueCall.open(queueAddress(redis.url, {}), {
    ...{ name: plan.name, store: name, times },
    say: (line) => listener.say(line),
  });
  stop(queue);
  let runs: CellRuns[] = [];
  try {
    runs = await runPlan(plan, store, { queue }, listener);
  } finally {
    await queue.close();
    store.close();
  }
  return { runs, name, listener, kept: () => kept(plan, name) };
}

async function keys(pattern: string): Promise<string[]> {
  const client = new Redis(redis.url);
  try {
    return (await client.keys(pattern)).sort();
  } finally {
    client.disconnect();
  }
}

/** What is stored is forgotten a little later. */
async function nothingLeft(): Promise<void> {
  for (let i = 0; i < 50 && (await keys("evoke:outcome:*")).length > 0; i++) await pause(100);
  assert.equal(await keys("evoke:outcome:*"), []);
}

/** Does something with workers there. */
async function working<T>(options: readonly Partial<FakeOptions>[], use: (workers: readonly FakeWorker[]) => Promise<T>): Promise<T> {
  await redis.flush();
  const workers = await Promise.all(options.map((one) => FakeWorker.start(redis.url, { home, ...one })));
  try {
    return await use(workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

const namesOf = (job: Job) => (job.kind === "runs" ? job.outcomes : [job.outcome]);

for (const [what, file] of [
  ["a matrix of runs", matrix],
  ["evaluations with failures, tests and learning curves", tries],
  ["both in one matrix", mixed],
] as const)
  withRedis(`${what} on a queue: what is kept equals that of a call without one, and the server keeps nothing`, async () => {
    await working([{}, {}], async (workers) => {
      const done = await call(file);
      assert.equal(await done.kept(), await local(file));
      assert.ok(workers.every(({ jobs }) => jobs.length > 0));
      if (file === tries) assert.ok(done.listener.points > 0, "nobody was told how far the evaluations were");
      await nothingLeft();
      assert.equal(await keys("evoke:present-call*"), []);
      const given = workers.flatMap((worker) => worker.given);
      assert.is(new Set(given).size, given.length);
    });
  });

withRedis("an error that no other try helps stops the run as it does without a queue", async () => {
  // One at a time: what workers are at when a call ends is there for the next one.
  const budget = { queries: 1 };
  const final = { name: "final", budget, seeds: { count: 1 }, evaluator: { use: "slow", options: { final: true } } };
  const file = write("final.json", { ...slow, ...final });
  const store = await RunStore.open(newStore(), "write");
  handsOut(false);
  const [here] = await runPlan(await planOf(file), store, { workers: 1 }, new Listener());
  handsOut(true);
  store.close();
  await working([{}], async () => {
    const { runs } = await call(file);
    const told = (failed: CellRuns | undefined) =>
      failed!.failed.map(({ seed, code, message }) => ({ seed, code, message: message.split("\n")[0]!.split(": its ")[1] }));
    assert.is(runs[0]!.failed.length, 1);
    assert.equal(told(runs[0]), told(here));
    await nothingLeft(); // so the next call tries again
  });
});

withRedis("a server that forgets everything in between: all is done", async () => {
  for (const file of [matrix, tries]) {
    let flushed = 0;
    await working([{ before: async () => void (await pause(20)) as undefined }], async () => {
      const listener = new Listener();
      const flushing = setInterval(() => flushed++ < 3 && void redis.flush(), 150);
      const done = await call(file, { listener });
      clearInterval(flushing);
      assert.ok(flushed > 0);
      assert.equal(await done.kept(), await local(file));
    });
  }
});

withRedis("a call that has ended early goes on, and finds what was finished since", async () => {
  for (const file of [matrix, tries]) {
    const open: (() => void)[] = [];
    let waits = true;
    const before = () => (waits ? new Promise<undefined>((resolve) => open.push(() => resolve(undefined))) : undefined);
    await working([{ before, places: 3 }], async ([worker]) => {
      const name = newStore();
      // It is killed when workers are at some of it.
      const dead = call(file, {
        name,
        stop: (queue) => void until(() => open.length >= 3).then(() => queue.fail(new Error("It is killed."))),
      });
      await fails(dead, "It is killed.");
      assert.equal((await keys("evoke:*:wait")).length, 0, "what nobody had begun is taken back");
      waits = false;
      for (const go of open) go();
      await until(() => worker!.given.length >= 3);
      const found = [...worker!.given];
      const done = await call(file, { name });
      assert.equal(await done.kept(), await local(file));
      assert.ok(
        found.every((one) => worker!.given.filter((other) => other === one).length === 1),
        "what was found is not done again",
      );
    });
  }
});

withRedis("a job that is done twice is stored once", async () => {
  const outcomes = new Map<string, number>();
  await working([{}], async ([worker]) => {
    const listener = new Listener();
    const client = new Redis(redis.url);
    // Whoever was taken for dead tells of it once more.
    const again = setInterval(() => {
      for (const job of worker!.jobs) void client.publish(`evoke:call:${job.call}`, JSON.stringify({ done: namesOf(job) }));
    }, 5);
    const done = await call(matrix, { listener });
    clearInterval(again);
    client.disconnect();
    assert.equal(await done.kept(), await local(matrix));
    assert.is(listener.ends, 5 * 3);
    for (const one of worker!.given) outcomes.set(one, (outcomes.get(one) ?? 0) + 1);
    assert.is(Math.max(...outcomes.values()), 1);
  });
});

const refusal = (worker: string, reason: string) => ({ refused: { worker, name: `here/${worker.slice(0, 4)}`, reason } });

withRedis("what one worker refuses is done by another", async () => {
  await redis.flush();
  const refusing = await FakeWorker.start(redis.url, { home, before: () => refusal(refusing.id, "It has no disk.") });
  const willing = await FakeWorker.start(redis.url, { home });
  try {
    for (const file of [matrix, tries]) {
      const done = await call(file);
      assert.equal(await done.kept(), await local(file));
      assert.is(done.listener.said.filter((line) => line.includes("It has no disk.")).length, 1);
    }
    assert.ok(refusing.jobs.length > 0);
  } finally {
    await Promise.all([refusing.stop(), willing.stop()]);
  }
});

withRedis("what all workers refuse ends the call, with their reasons; what is done is kept", async () => {
  for (const file of [matrix, tries]) {
    await redis.flush();
    let refuses = true;
    const worker: FakeWorker = await FakeWorker.start(redis.url, {
      home,
      before: () => (refuses && worker.jobs.length > 2 ? refusal(worker.id, "Its disk is full.") : undefined),
    });
    const name = newStore();
    try {
      await call(file, { name });
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code?: string }).code, "QUEUE_REFUSED");
      assert.match((error as Error).message, "Its disk is full.");
    }
    refuses = false;
    const done = await call(file, { name });
    assert.equal(await done.kept(), await local(file));
    await worker.stop();
  }
});

withRedis("two calls at one queue", async () => {
  await working([{}, {}], async () => {
    const [a, b] = await Promise.all([call(matrix), call(tries)]);
    assert.equal(await a.kept(), await local(matrix));
    assert.equal(await b.kept(), await local(tries));
  });
});

withRedis("a call says once that no worker is there, and which are of another version", async () => {
  await working([{ evoke: "0.0.1", places: 0 }], async () => {
    const listener = new Listener();
    const done = call(matrix, { listener });
    await until(() => listener.said.length >= 2);
    await pause(500);
    assert.is(listener.said.length, 2, listener.said.join("\n"));
    assert.match(listener.said.join("\n"), "here/1 at");
    assert.match(listener.said.join("\n"), "evoke worker --queue redis://");
    const worker = await FakeWorker.start(redis.url, { home });
    assert.equal(await (await done).kept(), await local(matrix));
    await worker.stop();
  });
});

async function fails(promise: Promise<unknown>, message: string): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (error: Error) => error,
  );
  assert.is(error?.message, message);
}

/** Waits for something, not forever. */
async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 60_000; !condition(); await pause(10)) {
    if (performance.now() > end) throw new Error("It has not come to pass.");
  }
}

test.run();
