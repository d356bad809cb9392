/** What there is on a queue, as evoke queue shows it. @module */
import { Queue } from "bullmq";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { queueText } from "../../../../../app/cli/commands/queues/queue-text.ts";
import { queueAddress } from "../../../../../app/host/queue/address.ts";
import { QueueConnection } from "../../../../../app/host/queue/connection.ts";
import { QueueLook } from "../../../../../app/host/queue/look/state.ts";
import type { CallPresence, WorkerPresence } from "../../../../../app/host/queue/messages.ts";
import { queuePrefix } from "../../../../../app/host/queue/names.ts";
import { Presence } from "../../../../../app/host/queue/presence.ts";
import { VERSION } from "../../../../../core/version.ts";
import { hasRedis, REDIS_ABSENT, redisFor } from "../../../../redis.ts";
import { when } from "../../../../when.ts";

const withRedis = when(test, hasRedis, REDIS_ABSENT);
const redis = redisFor(test);

const worker: WorkerPresence = {
  ...{ id: "w1", host: "gpu1", pid: 31, evoke: VERSION, runtime: "Node 20", runs: 0, evaluations: 4, trusts: false },
  ...{ since: Date.now() - 60_000, done: 120, failed: 2, seconds: 200 },
  doing: [{ what: "seed 3 of darts", seconds: 33 }],
};
const call: CallPresence = {
  ...{ id: "c1", call: "c", host: "desk", pid: 7, evoke: VERSION, name: "section-5", since: Date.now() - 60_000 },
  ...{ done: 600, of: 1800, under: 40 },
};

async function looked(act: (connection: QueueConnection, look: QueueLook) => Promise<void>): Promise<void> {
  const connection = await QueueConnection.open(queueAddress(redis.url), () => {});
  try {
    await act(connection, new QueueLook(connection));
  } finally {
    await connection.close();
  }
}

withRedis("a queue that nobody is at has no workers, no calls and no jobs", () =>
  looked(async (_, look) => {
    const state = await look.look();
    assert.equal([state.workers, state.calls], [[], []]);
    assert.equal(state.jobs, { runs: { waiting: 0, active: 0 }, evaluations: { waiting: 0, active: 0 } });
    assert.is(state.server.kind, "Redis");
    assert.is(state.server.append, false);
    assert.is(state.server.eviction, "noeviction");
  }),
);

withRedis("workers and calls are shown with rates, what they do, and the time that is left", () =>
  looked(async (connection, look) => {
    const old: WorkerPresence = { ...worker, id: "w2", host: "gpu2", evoke: "0.0.1", doing: [] };
    const shown = [
      new Presence(connection, "worker", () => worker),
      new Presence(connection, "worker", () => old),
      new Presence(connection, "call", () => call),
    ];
    const queue = new Queue("runs", { connection: connection.another(), prefix: queuePrefix("evoke") });
    await queue.addBulk([1, 2, 3].map((seed) => ({ name: "runs", data: { seed } })));
    const state = await look.look();
    assert.equal(
      state.workers.map(({ id }) => id),
      ["w1", "w2"],
    );
    assert.ok(Math.abs(state.workers[0]!.rate - 2) < 0.1, `${state.workers[0]!.rate} a second`);
    assert.ok(Math.abs(state.calls[0]!.eta! - 120) < 5, `${state.calls[0]!.eta} s`);
    assert.equal(state.jobs.runs, { waiting: 3, active: 0 });
    const text = queueText(state);
    assert.match(text, /2 workers\n.*\n +gpu1\/31 +0\.1\.0 +4 +120 +2 +1\d\d +seed 3 of darts, 33 s\n/);
    assert.match(text, /gpu2\/31 +0\.0\.1 \*.* nothing\n/);
    assert.match(text, /desk\/7 +0\.1\.0 +section-5 +600 of 1,800 +40 +\d+ +2 min\n/);
    assert.match(text, /runs +3 waiting, 0 under way\n/);
    assert.match(text, /no worker of version 0\.1\.0 does runs; start: evoke worker --queue redis:/);
    assert.match(text, /\* of another version than 0\.1\.0/);
    for (const one of shown) await one.end();
    assert.equal((await look.look()).workers, []);
  }),
);

test.run();
