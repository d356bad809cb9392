/**
 * A matrix of the paper at a queue whose workers are killed at random every two seconds, while the server is restarted, with
 * an append-only file and without one, and the call is killed. In the end the store has, run by run, what it has without a
 * queue, but for the seconds; or this says what differs, with status 1.
 *
 *   npm run build && node --import tsx scripts/queue-faults.ts [MANIFEST] [SEEDS]
 *
 * EVOKE_HOME must have the tables that the matrix needs; FAULTS_SEED draws the faults.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { RedisServer } from "../test/redis.ts";
import { COMMAND, type Fault, runsOf, withFaults } from "../test/support/queue-faults.ts";
import { homeFolder } from "../training/home-folder.ts";

const [manifest = "manifests/paper/section-5.json", seeds = "50"] = process.argv.slice(2);
const matrix = [resolve(manifest), "--seeds", seeds];
const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly name: string };
const folder = mkdtempSync(join(tmpdir(), "evoke-faults-"));
const kills = (count: number) => Array.from({ length: count }, () => "kill a worker" as Fault);
const FAULTS: readonly Fault[] = [
  ...kills(5),
  "restart the server",
  ...kills(5),
  "freeze a worker",
  ...kills(3),
  "kill the call",
  "stop a worker",
];

const local = join(folder, "local");
spawnSync(process.execPath, [COMMAND, "matrix", ...matrix, "--out", local, "--quiet"], { stdio: ["ignore", "ignore", "inherit"] });
const expected = await runsOf(local, name);
for (const append of [true, false]) {
  const redis = new RedisServer({ append });
  await redis.start();
  const own = mkdtempSync(join(folder, append ? "kept-" : "forgotten-"));
  const began = performance.now();
  const { done, status, stderr } = await withFaults({
    ...{ redis, folder: own, home: homeFolder(), matrix },
    ...{ faults: FAULTS, every: 2000, jobs: 0, lock: 5000 },
  });
  await redis.stop();
  const found = status === 0 ? await runsOf(join(own, "queue"), name) : [];
  const different = expected.filter((run, i) => run !== found[i]).length + Math.abs(found.length - expected.length);
  const counts = [...new Set(done)].map((fault) => `${done.filter((one) => one === fault).length} × ${fault}`).join(", ");
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    `${append ? "with" : "without"} an append-only file: status ${status}, ${found.length} runs, ${different} of them different, ${seconds} s; ${counts}`,
  );
  if (status === 0 && different === 0) continue;
  console.error(`${stderr}\nAll that was written is in ${folder}.`);
  process.exitCode = 1;
}
