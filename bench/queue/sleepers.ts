/**
 * Simulated workers of a queue, many in one process: each takes one evaluation at a time, sleeps, and answers. To the server
 * and to the call they are like others.
 *
 *   node --import tsx bench/queue/sleepers.ts redis://127.0.0.1:6379 100 200
 *
 * @module
 */
import { hostname } from "node:os";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "bullmq";
import { queueAddress } from "../../app/host/queue/address.ts";
import { QueueConnection } from "../../app/host/queue/connection.ts";
import { OUTCOME_SECONDS, type TryJob } from "../../app/host/queue/messages.ts";
import { queuePrefix } from "../../app/host/queue/names.ts";
import { packedOutcome } from "../../app/host/queue/outcomes.ts";
import { Presence } from "../../app/host/queue/presence.ts";
import { VERSION } from "../../core/version.ts";

const [url, workers, milliseconds] = process.argv.slice(2);
const connection = await QueueConnection.open(queueAddress(url!), (line) => console.error(line));
const { redis, names } = connection;
const shared = connection.another();
const since = Date.now();
const counts = { done: 0, seconds: 0 };
const ready: Promise<unknown>[] = [];
for (let i = 0; i < Number(workers); i++) {
  const worker = new Worker<TryJob>("evaluations", sleep, {
    ...{ connection: shared, prefix: queuePrefix(connection.address.prefix), skipVersionCheck: true },
    ...{ removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } },
  });
  worker.on("error", (error) => console.error(error.message));
  ready.push(worker.waitUntilReady());
  const id = `sleeper-${process.pid}-${i}`;
  const presence = {
    id,
    host: hostname(),
    pid: process.pid,
    evoke: VERSION,
    runtime: "simulated",
    runs: 0,
    evaluations: 1,
    trusts: true,
    since,
  };
  new Presence(connection, "worker", () => ({ ...presence, ...counts, failed: 0, doing: [] }));
}
await Promise.all(ready);
console.log("ready");
process.on("SIGTERM", () => process.exit());

async function sleep({ data: { call, outcome, request } }: { readonly data: TryJob }): Promise<void> {
  await pause(Number(milliseconds));
  const score = request.architecture.reduce((sum, choice) => sum + choice, 0);
  const packed = packedOutcome({ measurement: { score, seconds: 1 } });
  await Promise.all([
    redis.set(names.outcome(outcome), packed, "EX", OUTCOME_SECONDS),
    redis.publish(names.call(call), JSON.stringify({ done: [outcome] })),
  ]);
  counts.done++;
}
