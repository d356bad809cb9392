/**
 * A search whose evaluations are a program's, by three workers on machines of their own, one of which is cut off from the
 * network half-way.
 *
 * @module
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hasRedis, REDIS_ABSENT, RedisServer } from "../../../redis.ts";
import { hasNamespaces, Lab, NAMESPACES_ABSENT } from "../../../support/namespaces.ts";
import { writeWorker } from "../../../support/queue-faults.ts";
import { when } from "../../../when.ts";
import { Scratch } from "../../cli/command.ts";

const scratch = new Scratch();
const withNetwork = when(test, hasRedis && hasNamespaces, hasRedis ? NAMESPACES_ABSENT : REDIS_ABSENT);
const PASSWORD = "only-here";
const [EVALUATIONS, SLOTS] = [60, 2];
/** Milliseconds after which the jobs of a worker that was cut off are taken over. */
const LOCK = 2_000;
const script = writeWorker(scratch.folder);

// The score follows from the architecture alone; the files say which evaluations were begun, and where.
scratch.write(
  "score.sh",
  `read -r request
components=$(printf '%s' "$request" | sed 's/.*"components":\\[\\([0-9,]*\\)\\].*/\\1/')
: > "\${BEGUN:-.}/$(printf '%s' "$components" | tr , -).$EVOKE_SLOT.$$"
sleep 0.2
set -- $(printf '%s' "$components" | cksum)
printf '{"score": %s}\\n' "$(($1 % 1000))"
`,
);
const manifest = scratch.write("cut-off.json", {
  name: "cut-off",
  space: "nas-bench-201",
  evaluator: {
    use: "command",
    options: {
      command: ["sh", "score.sh"],
      metric: { name: "sum", dataset: "none", epochs: 1, unit: "points" },
      slots: 3 * SLOTS,
    },
  },
  controller: "regularized-evolution",
  budget: { queries: EVALUATIONS },
  seeds: { first: 1, count: 1 },
});

function begun(place: string): number {
  const folder = join(scratch.folder, place);
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

/** The document of evoke run --json without what depends on the clock. */
function outcome(stdout: string): unknown {
  return JSON.parse(stdout, (key, value) => (/seconds/i.test(key) ? undefined : value));
}

withNetwork("a search goes on where a worker is cut off from the network, and finds what it finds on one machine", async () => {
  const lab = new Lab();
  const redis = new RedisServer({ host: lab.host, more: ["--requirepass", PASSWORD] });
  const children: ChildProcess[] = [];
  try {
    await redis.start();
    const env = (place: string) => {
      scratch.write(`${place}/.keep`, "");
      return {
        ...scratch.env,
        BEGUN: join(scratch.folder, place),
        EVOKE_QUEUE_PASSWORD: PASSWORD,
        EVOKE_HOME: join(scratch.folder, `home-${place}`),
      };
    };
    const boxes = [1, 2, 3].map(() => lab.add());
    let said = "";
    for (const [i, box] of boxes.entries()) {
      const options = [join(scratch.folder, `evaluations-${i + 1}`), "0", String(SLOTS), String(LOCK)];
      const worker = lab.spawn(box, process.execPath, [script, redis.url, ...options], {
        cwd: scratch.folder,
        env: env(`box-${i + 1}`),
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      });
      worker.stderr!.on("data", (text) => (said += text));
      children.push(worker);
    }
    const call = lab.spawn(
      lab.add(),
      process.execPath,
      [scratch.command, "run", manifest, "--json", "--queue", redis.url, "--out", "queued"],
      {
        cwd: scratch.folder,
        env: env("call"),
      },
    );
    children.push(call);
    const ended = once(call, "close");
    let [stdout, stderr] = ["", ""];
    call.stdout!.on("data", (text) => (stdout += text));
    call.stderr!.on("data", (text) => (stderr += text));
    const places = ["box-1", "box-2", "box-3"];
    while (places.reduce((sum, place) => sum + begun(place) - 1, 0) < EVALUATIONS / 3 && call.exitCode === null) await pause(20);
    const before = begun("box-1");
    lab.cut(boxes[0]!);
    const [status] = await ended;
    assert.is(status, 0, `${stderr}${said}`);
    assert.ok(before > 1, "the worker that was cut off had done something before");
    assert.is(begun("call"), 1, "the call has done none itself");
    assert.ok(places.reduce((sum, place) => sum + begun(place) - 1, 0) >= EVALUATIONS, "all were done by workers");
    const alone = scratch.call(process.execPath, [scratch.command, "run", manifest, "--json", "--out", "alone", "--quiet"]);
    assert.equal(outcome(stdout), outcome(alone.stdout));
  } finally {
    for (const child of children) child.kill("SIGKILL");
    lab.remove();
    await redis.stop();
  }
});

test.run();
