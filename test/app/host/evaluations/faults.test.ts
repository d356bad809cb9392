/**
 * A program that fails for a third of the space, hangs for a twentieth and prints garbage for another: the search goes on,
 * tells what failed and why, and leaves no process behind, however it ends.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { RunDocument } from "../../../../app/host/documents/run-document.ts";
import { thorough, when } from "../../../when.ts";
import { Scratch } from "../../cli/command.ts";

const scratch = new Scratch();
const linux = when(test, existsSync("/proc/self/cmdline"), "there is no /proc to look for processes in");
const SEEDS = thorough ? 12 : 8;

/** What becomes of an architecture follows from it. Its argument is in the command line of each of its processes. */
scratch.write(
  "faulty.sh",
  `
read -r request || exit 1
architecture=\${request##*'"architecture":"'}
architecture=\${architecture%%'"'*}
sum=$(printf %s "$architecture" | cksum)
sum=\${sum%% *}
case $((sum % 20)) in
  0|1|2|3|4|5|6) echo "CUDA out of memory" >&2; exit 3 ;;
  7) sleep 1000 ;;
  8) echo '{"score": "good"}'; echo '{[' ;;
  *) echo "{\\"score\\": $((sum % 10000)).5}" ;;
esac
`,
);

function experiment(name: string, more: object = {}): string {
  return scratch.write(`${name}.json`, {
    name,
    space: "nas-bench-201",
    evaluator: {
      use: "command",
      options: {
        command: ["/bin/sh", "faulty.sh", `${scratch.folder}/${name}`],
        metric: { name: "accuracy", dataset: "none", epochs: 1, unit: "percent" },
        slots: 8,
        timeout: 0.4,
        ...more,
      },
    },
    subspaces: { count: 4, radius: 2 },
    controller: { use: "gnn-lstm", options: { hidden: 8, batch: 2 } },
    budget: { queries: 8 },
    seeds: { count: SEEDS },
  });
}

/** How many processes there are of the program of an experiment. */
function processes(name: string): number {
  const isOf = (pid: string) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return words[0]!.includes("sh") && words.includes(`${scratch.folder}/${name}`);
    } catch {
      return false; // it is gone
    }
  };
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isOf(pid)).length;
}

async function noneLeft(name: string): Promise<void> {
  for (let waited = 0; processes(name) > 0; waited++) {
    assert.ok(waited < 300, `${processes(name)} processes are left`);
    await setTimeout(50);
  }
}

linux("all seeds finish, what failed is told with its reasons, and nothing is left running", async () => {
  const { status, stdout, stderr } = await scratch.evoke("run", experiment("faulty"), "--json", "--out", "faulty-out");
  assert.is(status, 0, stderr);
  await noneLeft("faulty");
  const { runs } = JSON.parse(stdout) as RunDocument;
  assert.is(runs.length, SEEDS);
  assert.ok(runs.every(({ queries, best }) => queries === 8 && best.score >= 0));
  for (const reason of [/ended with exit code 3/, /had not finished after 0\.4 seconds/, /score is not a finite number/])
    assert.match(stderr, reason);
  assert.ok(runs.reduce((sum, { failed = 0 }) => sum + failed, 0) > SEEDS);
  const report = await scratch.evoke("report", join(scratch.folder, "faulty-out", "faulty"));
  assert.is(report.status, 0, report.stderr);
  const page = readFileSync(join(scratch.folder, "faulty-out", "faulty", "report", "report.html"), "utf8");
  for (const reason of [/exit code 3/, /had not finished after 0\.4 seconds/, /score is not a finite number/, /CUDA out of memory/])
    assert.match(page, reason);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const)
  linux(`nothing is left running after ${signal}`, async () => {
    const name = signal.toLowerCase();
    const manifest = experiment(name, { timeout: 1000 });
    const { status } = await scratch.interrupt(signal, () => processes(name) >= 3, "run", manifest, "--out", `${name}-out`);
    if (signal !== "SIGKILL") assert.is(status, 130);
    await noneLeft(name);
    assert.ok(existsSync(join(scratch.folder, `${name}-out`, "runs.sqlite")));
  });

test.run();
