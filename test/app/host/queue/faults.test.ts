/** Matrices at a queue, with workers in processes of their own: whatever dies, the store has in the end what it has without a queue. */
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hasRedis, REDIS_ABSENT, redisFor } from "../../../redis.ts";
import { type Fault, runsOf, withFaults } from "../../../support/queue-faults.ts";
import { when } from "../../../when.ts";
import { Scratch, toyEvaluator } from "../../cli/command.ts";

const withRedis = when(test, hasRedis, REDIS_ABSENT);
const scratch = new Scratch();
const kept = redisFor(test, { append: true });
const forgotten = redisFor(test);

const FAULTS: readonly Fault[] = [
  ...(["kill a worker", "restart the server", "kill a worker", "kill the call"] as const),
  ...(["stop a worker", "freeze a worker", "kill a worker"] as const),
];

scratch.write("toy.js", toyEvaluator);
const BASE = { space: "nas-bench-201", controller: "uniform", subspaces: { count: 3, radius: 2 }, budget: { queries: 20 } };
const AXES = { design: "one-factor", axes: { "/subspaces/radius": [2, 3, 4] } };
/** Runs of a third of a second, which are handed out as runs. */
scratch.write("runs.base.json", { ...BASE, name: "runs", plugins: ["./toy.js"], evaluator: { use: "toy", options: { milliseconds: 15 } } });
scratch.write("runs.json", { ...AXES, name: "runs", question: "Do runs come as they are?", base: "runs.base.json", seeds: { count: 12 } });

/** Evaluations by a program, which are handed out one by one. Each fails at the first try of every third architecture. */
const SCRIPT = `
read -r request || exit 1
architecture=\${request##*'"architecture":"'}
architecture=\${architecture%%'"'*}
score=$(printf %s "$architecture" | cksum)
score=\${score%% *}
case $request in *'"attempt":1'*) [ $((score % 3)) = 0 ] && { echo '{"failed": "as it does at first"}'; exit 0; } ;; esac
echo '{"epoch": 0.5, "value": 1}'
sleep 0.1
echo "{\\"score\\": $((score % 10000)).5}"
`;
scratch.write("evaluate.sh", SCRIPT);
const METRIC = { name: "accuracy", dataset: "none", epochs: 1, unit: "percent" };
const PROGRAM = { command: ["/bin/sh", "evaluate.sh"], metric: METRIC, charge: "nothing", slots: 2 };
scratch.write("tries.base.json", { ...BASE, name: "tries", evaluator: { use: "command", options: PROGRAM } });
scratch.write("tries.json", {
  ...AXES,
  name: "tries",
  question: "Do tries come as they are?",
  base: "tries.base.json",
  seeds: { count: 2 },
});

for (const [name, redis, how] of [
  ["runs", kept, "keeps an append-only file"],
  ["tries", forgotten, "forgets all when it is restarted"],
] as const)
  withRedis(
    `${name} come as without a queue, at a server that ${how}: workers are killed, frozen and stopped, and so is the call`,
    async () => {
      const local = await scratch.evoke("matrix", `${name}.json`, "--out", `local-${name}`);
      assert.is(local.status, 0, local.stderr);
      const { folder, env } = scratch;
      const { done, status, stderr } = await withFaults({
        ...{ redis, folder, home: env.EVOKE_HOME!, matrix: [`${name}.json`] },
        ...{ faults: FAULTS, every: 700, lock: 1500 },
      });
      assert.is(status, 0, stderr);
      assert.ok(done.includes("restart the server"), `It was done before much had happened: ${done}`);
      assert.equal(await runsOf(join(folder, "queue"), name), await runsOf(join(folder, `local-${name}`), name));
    },
  );

test.run();
