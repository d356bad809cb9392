/** Workers in this process, with executors of their own, at a server of Redis. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type ExperimentFile, openExperiment } from "../../../../../app/host/experiment.ts";
import { queueAddress } from "../../../../../app/host/queue/address.ts";
import { QueueConnection } from "../../../../../app/host/queue/connection.ts";
import type { Outcome } from "../../../../../app/host/queue/messages.ts";
import { unpackedEvents } from "../../../../../app/host/queue/packed-events.ts";
import type { Parcel } from "../../../../../app/host/queue/parcel.ts";
import { present } from "../../../../../app/host/queue/presence.ts";
import type * as Built from "../../../../../app/host/queue/worker/queue-worker.ts";
import type { Unpacked } from "../../../../../app/host/queue/worker/unpacked.ts";
import { runSeed } from "../../../../../app/host/run/run-seed.ts";
import { hasRedis, REDIS_ABSENT, redisFor } from "../../../../redis.ts";
import { when } from "../../../../when.ts";
import { Asking, until } from "./asking.ts";

/** As it is built: its executors start in a fraction of the time that they need to be compiled first. */
const path = new URL("../../../../../dist/app/host/queue/worker/queue-worker.js", import.meta.url).href;
const { QueueWorker } = (await import(path)) as typeof Built;

const withRedis = when(test, hasRedis, REDIS_ABSENT);
const redis = redisFor(test);
const folder = mkdtempSync(join(tmpdir(), "evoke-worker-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const METRIC = { name: "accuracy", dataset: "none", epochs: 1, unit: "percent" };
const BASE = { name: "small", space: "nas-bench-201", subspaces: { count: 3, radius: 2 }, budget: { queries: 12 }, seeds: { count: 4 } };
const COMPUTED = { ...BASE, controller: "uniform", evaluator: { use: "landscape", options: { function: "nk", order: 2, noise: 1 } } };

/** Writes down where and when it was, and tells the random number of its request's architecture. */
const SCRIPT = `
read -r request || exit 1
architecture=\${request##*'"architecture":"'}
architecture=\${architecture%%'"'*}
score=$(printf %s "$architecture" | cksum)
score=\${score%% *}
echo "begin $EVOKE_SLOT $GPU $$" >> "$LOG"
echo '{"epoch": 0.5, "value": 1}'
sleep "$SLEEP"
while [ -e "$LOG.hold" ]; do sleep 0.05; done
echo "end $EVOKE_SLOT $GPU $$" >> "$LOG"
echo "{\\"score\\": $((score % 10000)).5}"
`;
writeFileSync(join(folder, "evaluate.sh"), SCRIPT);
const log = join(folder, "log");
/** While this is there, no program ends. */
const hold = `${log}.hold`;

function program(sleep: number, options: object = {}) {
  return {
    ...{ ...BASE, name: "asked" },
    controller: { use: "gnn-lstm", options: { hidden: 8, batch: 3 } },
    evaluator: {
      use: "command",
      options: {
        command: ["/bin/sh", "evaluate.sh"],
        ...{ environment: { LOG: log, SLEEP: String(sleep) }, metric: METRIC, charge: "nothing", slots: 3 },
        ...options,
      },
    },
  };
}

/** An evaluator in this thread whose process ends at some architectures. */
writeFileSync(
  join(folder, "deadly.js"),
  `export default {
  kind: "evaluator", name: "deadly", summary: "Ends its process now and then",
  options: { type: "object", additionalProperties: false, properties: { places: { type: "integer" }, share: { type: "number" } } },
  needs: ["space"],
  create({ places, share = 0.02 }, { space }) {
    let sum = 0;
    return {
      metric: { name: "accuracy", dataset: "none", split: "validation", epochs: 1, trainedOn: "train", unit: "percent" },
      ...(places && { places }),
      evaluate(architecture, _, { rng }) {
        if (rng.next() < share) { console.error("too much of it"); process.kill(process.pid, "SIGKILL"); for (;;); }
        return { score: architecture.reduce((a, b) => a + b, 0), seconds: 1 };
      },
    };
  },
};`,
);

/** Parcels that lie here already. */
const unpacked = new Map<string, Unpacked>();
async function parcelOf(manifest: object): Promise<Unpacked> {
  const text = JSON.stringify(manifest);
  const sha256 = text;
  const source: ExperimentFile = { file: join(folder, "manifest.json"), changes: [], inline: { title: "small", text } };
  const { composition } = await openExperiment(source);
  const { digest, proposals } = composition;
  const parcel = { parcel: 1, evoke: "", digest, kind: "experiment", title: "small", manifest: text } as const;
  const whole: Parcel = { ...parcel, tree: { sha256: "", bytes: 0 }, tables: {}, inputs: {}, proposals, command: false };
  const one = { sha256, parcel: whole, source };
  unpacked.set(sha256, one);
  return one;
}

/** What is to be ended after a test, however it goes. */
const ends: (() => Promise<void>)[] = [];
test.after.each(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function asked(): Promise<Asking> {
  const asking = await Asking.open(redis.url);
  ends.push(() => asking.close());
  return asking;
}

interface Working {
  readonly worker: Built.QueueWorker;
  readonly lines: string[];
  end(): Promise<void>;
}

async function working(options: Partial<Built.WorkerOptions> = {}): Promise<Working> {
  const lines: string[] = [];
  const connection = await QueueConnection.open(queueAddress(redis.url), () => {});
  const parcels = {
    async open({ parcel }: { readonly parcel: string }) {
      const one = unpacked.get(parcel);
      if (!one) throw new Error("nobody has it");
      return one;
    },
  };
  const settings = { runs: 1, evaluations: 1, parallel: 1, trusts: true, out: join(folder, "out"), lockMilliseconds: 1500, ...options };
  const worker = new QueueWorker(connection, parcels, settings, {
    say: (line) => lines.push(line),
    began: (what) => lines.push(`began ${what}`),
    ended: (what, how) => lines.push(`${how} ${what}`),
    printed: (text) => lines.push(text),
  });
  const now = new AbortController();
  let ended: Promise<void> | undefined;
  const end = () =>
    (ended ??= (async () => {
      now.abort();
      await worker.stop(now.signal);
      await connection.close();
    })());
  ends.push(end);
  return { worker, lines, end };
}

const jobOf = ({ sha256, parcel: { digest } }: Unpacked) => ({ parcel: sha256, digest });
const withoutSeconds = (outcome: Outcome) => {
  if (!("run" in outcome)) throw new Error(`It is no run: ${JSON.stringify(outcome)}`);
  const { wallSeconds: _, ...run } = outcome.run;
  return JSON.stringify(run);
};

withRedis("runs come as they would here, each as soon as it is there, with the events that are wanted", async () => {
  const [asking, { lines }] = [await asked(), await working()];
  const parcel = await parcelOf(COMPUTED);
  const { composition } = await openExperiment(parcel.source);
  const seeds = [0, 1, 2];
  const outcomes = seeds.map((seed) => `run-${seed}`);
  await asking.handOut({ kind: "runs", ...jobOf(parcel), seeds, outcomes, types: ["subspace.evoked"] });
  for (const seed of seeds) {
    const outcome = await asking.outcome(`run-${seed}`);
    const here = await runSeed(composition, seed, {});
    if ("message" in here) throw new Error(here.message);
    assert.is(withoutSeconds(outcome), withoutSeconds({ run: here, others: [], events: [], notes: [], seconds: 0 }));
    if ("run" in outcome) assert.is([...unpackedEvents(outcome.events)].flat().length, 3);
  }
  await until(() => asking.heard.flatMap((message) => ("done" in message ? message.done : [])).length === 3);
  await until(async () => (await asking.jobs("runs")).active === 0);
  assert.equal(lines, ["began small, seeds 0 to 2", "done small, seeds 0 to 2"]);
});

withRedis("tries come as they would here, tell how far they are, and run in the worker's slots", async () => {
  const slots = [{ GPU: "a" }, { GPU: "b" }];
  const asking = await asked();
  await working({ evaluations: 2, slots });
  rmSync(log, { force: true });
  const parcel = await parcelOf(program(0.2));
  const request = (query: number) => ({ query, architecture: [query % 5, 1, 2, 3, 4, 0] });
  for (let query = 0; query < 4; query++)
    await asking.handOut({ kind: "try", ...jobOf(parcel), seed: query % 2, attempt: 1, request: request(query), outcome: `try-${query}` });
  for (let query = 0; query < 4; query++) {
    const outcome = await asking.outcome(`try-${query}`);
    if (!("measurement" in outcome)) throw new Error(JSON.stringify(outcome));
    assert.is(outcome.measurement.seconds, 0);
    assert.equal(outcome.measurement.curve, [{ epoch: 0.5, value: 1 }]);
    assert.ok(outcome.measurement.score > 0);
  }
  const begun = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("begin"));
  assert.equal(new Set(begun.map((line) => line.split(" ").slice(1, 3).join(" "))), new Set(["0 a", "1 b"]));
  assert.ok(asking.heard.some((message) => "progress" in message && message.outcome === "try-0" && message.progress.value === 1));
  const digest = parcel.parcel.digest.slice(0, 16);
  assert.ok(existsSync(join(folder, "out", "evaluations", digest, "seed-1", "query-3")));
});

withRedis("what a program fails of is told with its log, and what is not there is refused", async () => {
  const [asking, { lines }] = [await asked(), await working()];
  const failing = await parcelOf(program(0, { command: ["/bin/sh", "-c", "echo oh no in $PWD/evaluate.sh >&2; exit 3"] }));
  const request = { query: 0, architecture: [0, 1, 2, 3, 4, 0] };
  const job = { kind: "try", seed: 0, attempt: 1, request } as const;
  await asking.handOut({ ...job, ...jobOf(failing), outcome: "failing" });
  const failed = await asking.outcome("failing");
  if (!("failed" in failed)) throw new Error(JSON.stringify(failed));
  assert.is(failed.failed.code, "COMMAND_FAILED");
  assert.is(failed.failed.log, "oh no in evaluate.sh\n");
  const absent = await parcelOf(program(0, { command: ["no-such-program"] }));
  await asking.handOut({ ...job, ...jobOf(absent), outcome: "absent" });
  const refused = await asking.outcome("absent");
  if (!("refused" in refused)) throw new Error(JSON.stringify(refused));
  assert.match(refused.refused.reason, "there is no such program");
  await asking.handOut({ ...job, parcel: "another", digest: "", outcome: "unknown" });
  const unknown = await asking.outcome("unknown");
  assert.is("refused" in unknown && unknown.refused.reason, "nobody has it");
  assert.ok(lines.includes("Refused parcel another, seed 0, query 0: nobody has it"));
});

withRedis("what is composed to another digest is refused", async () => {
  const asking = await asked();
  await working();
  const one = await parcelOf(COMPUTED);
  unpacked.set("changed", { ...one, sha256: "changed", parcel: { ...one.parcel, digest: "0123" } });
  await asking.handOut({ kind: "runs", parcel: "changed", digest: "0123", seeds: [1], outcomes: ["changed"], types: [] });
  const outcome = await asking.outcome("changed");
  assert.match("refused" in outcome ? outcome.refused.reason : "", `${one.parcel.digest.slice(0, 12)} here`);
});

withRedis("a process that ends is tried again, then what it did has failed, and the worker goes on", async () => {
  const asking = await asked();
  await working({ evaluations: 4 });
  const evaluator = (options: object) => ({ use: "deadly", options });
  const always = await parcelOf({ ...BASE, plugins: ["./deadly.js"], controller: "uniform", evaluator: evaluator({ share: 1 }) });
  await asking.handOut({ kind: "runs", ...jobOf(always), seeds: [0, 1], outcomes: ["dead-0", "dead-1"], types: [] });
  for (const name of ["dead-0", "dead-1"]) {
    const outcome = await asking.outcome(name);
    if (!("failed" in outcome)) throw new Error(JSON.stringify(outcome));
    assert.is(outcome.failed.code, "EXECUTOR_ENDED");
    assert.match(outcome.failed.message, "by SIGKILL, twice");
    assert.match(outcome.failed.message, "too much of it");
  }
  const some = await parcelOf({
    ...BASE,
    plugins: ["./deadly.js"],
    controller: "uniform",
    evaluator: evaluator({ share: 0.3, places: 4 }),
  });
  const names = Array.from({ length: 12 }, (_, query) => `deadly-${query}`);
  for (const [query, outcome] of names.entries())
    await asking.handOut({
      kind: "try",
      ...jobOf(some),
      seed: 0,
      attempt: 1,
      request: { query, architecture: [0, 1, 2, 3, 4, 0] },
      outcome,
    });
  const came = await Promise.all(names.map((name) => asking.outcome(name)));
  // Which of them end the process follows from their random streams: 3 of these 12.
  assert.is(came.filter((outcome) => "measurement" in outcome && outcome.measurement.score === 10).length, 9);
  assert.is(came.filter((outcome) => "failed" in outcome && outcome.failed.code === "EXECUTOR_ENDED").length, 3);
});

withRedis("a worker that stops gives back what it has begun, and what it started has ended", async () => {
  const asking = await asked();
  const first = await working({ evaluations: 2 });
  rmSync(log, { force: true });
  const parcel = await parcelOf(program(30));
  const request = { query: 0, architecture: [0, 1, 2, 3, 4, 0] };
  await asking.handOut({ kind: "try", ...jobOf(parcel), seed: 0, attempt: 1, request, outcome: "long" });
  await until(() => existsSync(log));
  assert.is((await present(asking.connection, "worker")).length, 1);
  await first.end();
  assert.equal(await asking.jobs("evaluations"), { waiting: 1, active: 0 });
  assert.is((await present(asking.connection, "worker")).length, 0);
  assert.ok(first.lines.some((line) => line.startsWith("given back")));
  const pid = Number(readFileSync(log, "utf8").trim().split(" ").at(-1));
  await until(() => !isAlive(pid));
});

withRedis("what nobody wants any more ends", async () => {
  const asking = await asked();
  rmSync(log, { force: true });
  const { lines } = await working();
  await until(() => existsSync(log)); // what the worker before has given back
  await asking.tellWorkers({ unwanted: ["long"] });
  await until(() => lines.some((line) => line.startsWith("dropped")));
  await until(async () => (await asking.jobs("evaluations")).active === 0);
});

withRedis("what the server has forgotten is done all the same, and once where it comes again", async () => {
  const asking = await asked();
  await working({ evaluations: 2 });
  rmSync(log, { force: true });
  writeFileSync(hold, "");
  const parcel = await parcelOf(program(0));
  const job = { kind: "try", ...jobOf(parcel), seed: 0, attempt: 1, request: { query: 0, architecture: [0, 1, 2, 3, 4, 0] } } as const;
  await asking.handOut({ ...job, outcome: "forgotten" });
  await until(() => existsSync(log));
  await redis.restart(); // without an append-only file
  await asking.handOut({ ...job, outcome: "forgotten" });
  await until(async () => (await asking.jobs("evaluations")).active === 1);
  rmSync(hold);
  const outcome = await asking.outcome("forgotten");
  assert.ok("measurement" in outcome);
  assert.is(
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("begin")).length,
    1,
  );
  await until(async () => (await asking.jobs("evaluations")).active === 0);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.run();
