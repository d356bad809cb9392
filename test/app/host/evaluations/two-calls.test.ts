/** Two calls on one store, whose evaluations are done by a program that writes down what it begins. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { RunDocument } from "../../../../app/host/documents/run-document.ts";
import { Scratch } from "../../cli/command.ts";

const scratch = new Scratch();
const [SEEDS, QUERIES, CENTRES] = [6, 6, 2];
scratch.write(
  "evaluate.sh",
  `
read -r request || exit 1
architecture=\${request##*'"architecture":"'}
architecture=\${architecture%%'"'*}
folder=\${request##*'"folder":"'}
echo "\${folder%%'"'*}" >> "$LOG"
sleep 0.1
score=$(printf %s "$architecture" | cksum)
echo "{\\"score\\": $((\${score%% *} % 10000)).5}"
`,
);

const experiment = (name: string, evaluations: "own" | "shared") =>
  scratch.write(`${name}.json`, {
    name,
    ...{ space: "nas-bench-201", evaluations },
    evaluator: {
      use: "command",
      options: {
        command: ["/bin/sh", "evaluate.sh"],
        environment: { LOG: join(scratch.folder, `${name}.log`) },
        metric: { name: "accuracy", dataset: "none", epochs: 1, unit: "percent" },
        ...{ slots: 2, charge: "nothing" },
      },
    },
    subspaces: { count: CENTRES, radius: 1 },
    controller: "uniform",
    budget: { queries: QUERIES },
    seeds: { count: SEEDS },
  });

const begun = (name: string) => {
  const file = join(scratch.folder, `${name}.log`);
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
};
const never = () => false;
const runsOf = (stdout: string) => (JSON.parse(stdout) as RunDocument).runs.map(({ wallSeconds: _, ...run }) => run);

for (const evaluations of ["own", "shared"] as const)
  test(`two calls share the work, and do none twice: ${evaluations} evaluations`, async () => {
    const args = ["run", experiment(evaluations, evaluations), "--json", "--out", `${evaluations}-out`];
    const [a, b] = await Promise.all([scratch.interrupt("SIGINT", never, ...args), scratch.interrupt("SIGINT", never, ...args)]);
    for (const { status, stderr } of [a, b]) assert.is(status, 0, stderr);
    assert.equal(runsOf(a.stdout), runsOf(b.stdout));
    const folders = begun(evaluations);
    assert.is(new Set(folders).size, folders.length);
    if (evaluations === "own") assert.is(folders.length, SEEDS * (QUERIES + CENTRES));
    else assert.ok(folders.length <= SEEDS * (QUERIES + CENTRES));
  });

test("what a call had that was killed is taken over by the other", async () => {
  const args = ["run", experiment("killed", "own"), "--json", "--out", "killed-out"];
  const killed = scratch.interrupt("SIGKILL", () => begun("killed").length >= 14, ...args);
  const other = scratch.interrupt("SIGINT", never, ...args);
  assert.is((await killed).status, null);
  const { status, stdout, stderr } = await other;
  assert.is(status, 0, stderr);
  assert.is(runsOf(stdout).length, SEEDS);
  const folders = begun("killed");
  assert.is(new Set(folders).size, SEEDS * (QUERIES + CENTRES));
  assert.ok(folders.length - new Set(folders).size <= 2, "more than what was under way was done again");
});

test("runs to begin with are done once, kept, bounded, and found again, by `run` and by `matrix`", async () => {
  const base = experiment("base", "own");
  const initial = { use: "from-run", options: { experiment: "base.json" } };
  const begins = JSON.parse(readFileSync(base, "utf8"));
  const log = join(scratch.folder, "begins.log");
  begins.evaluator.options.environment.LOG = log;
  const begin = {
    ...begins,
    name: "begins",
    subspaces: { count: CENTRES, radius: 1, initial },
    budget: { queries: 1 },
    seeds: { count: 2 },
  };
  const args = ["run", scratch.write("begins.json", begin), "--json", "--out", "begins-out", "--parallel", "1"];
  const killed = await scratch.interrupt("SIGKILL", () => begun("base").length >= 5, ...args);
  assert.is(killed.status, null);
  const { status, stderr } = await scratch.interrupt("SIGINT", never, ...args);
  assert.is(status, 0, stderr);
  const folders = begun("base");
  assert.is(new Set(folders).size, 2 * (QUERIES + CENTRES));
  assert.ok(folders.length <= new Set(folders).size + 1, "more than what was under way was done again");
  assert.is((await scratch.interrupt("SIGINT", never, "run", base, "--seeds", "2", "--out", "begins-out")).status, 0);
  assert.is(begun("base").length, folders.length);
});

test.run();
