import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Called, Scratch, toy, toyEvaluator } from "../../command.ts";
import { toyMatrix } from "../../toy-matrix.ts";
import { contentsOf } from "./contents.ts";

/** The folder of the experiment has a name that must be quoted, and that SLURM would read as a pattern. */
const FOLDER = "it's 100%j";
const OUT = "my results/50%a";
const scratch = new Scratch();
const folder = join(scratch.folder, FOLDER);
scratch.write(`${FOLDER}/toy.js`, toyEvaluator);
scratch.write(`${FOLDER}/toy.json`, toy);
scratch.write(`${FOLDER}/toy matrix.json`, toyMatrix);
const evoke = (...args: string[]) => scratch.call(process.execPath, [scratch.command, ...args], folder);

/**
 * Does at once, elsewhere, what sbatch would have done later: the tasks of an array one by one, or a job after others. It
 * writes down its arguments.
 */
const sbatch = `#!/bin/bash
log=$FAKE/jobs
id=$(($(cat "$FAKE/last" 2>/dev/null || echo 100) + 1))
echo $id > "$FAKE/last"
printf '%s\\n' "$@" "" >> "$log"
cat > "$FAKE/job-$id"
tasks=0
for argument in "$@"; do
  case $argument in
    --array=1-*) tasks=\${argument#--array=1-}; tasks=\${tasks%\\%*} ;;
    --chdir=*) folder=\${argument#--chdir=} ;;
    --output=*) output=\${argument#--output=} ;;
    --dependency=*) [ -e "$FAKE/job-\${argument#--dependency=afterany:}" ] || exit 9 ;;
  esac
done
head -1 "$FAKE/job-$id" | grep -q '^#!/bin/bash$' || exit 8
cd "$folder" || exit 7
place() { printf %s "$output" | sed "s/%%/\\x01/g; s/%A/$id/; s/%j/$id/; s/%a/$1/; s/\\x01/%/g"; }
if [ "$tasks" -gt 0 ]; then
  for task in $(seq "$tasks"); do
    (cd / && export SLURM_ARRAY_TASK_ID=$task SLURM_CPUS_ON_NODE=1 && bash "$FAKE/job-$id" > "$(place "$task")" 2>&1)
  done
else
  (cd / && bash "$FAKE/job-$id" > "$(place 0)" 2>&1)
fi
echo "$id;cluster"
`;
let clusters = 0;
/** Submits a script from another folder, to a cluster of its own. */
function submit(script: string): Called & { readonly jobs: string[][] } {
  const fake = join(scratch.folder, `cluster-${++clusters}`);
  mkdirSync(fake);
  writeFileSync(join(fake, "sbatch"), sbatch);
  chmodSync(join(fake, "sbatch"), 0o755);
  writeFileSync(join(fake, "job.sh"), script);
  const set = { PATH: `${fake}${delimiter}${process.env.PATH}`, FAKE: fake };
  const called = scratch.call(
    "env",
    [...Object.entries(set).map(([name, value]) => `${name}=${value}`), "bash", join(fake, "job.sh")],
    "/",
  );
  const jobs = existsSync(join(fake, "jobs")) ? readFileSync(join(fake, "jobs"), "utf8").trimEnd().split("\n\n") : [];
  return { ...called, jobs: jobs.map((job) => job.split("\n")) };
}

function scriptOf(...args: string[]): string {
  const { status, stdout, stderr } = evoke(...args);
  assert.is(status, 0, stderr);
  assert.equal(scratch.call("bash", ["-n", scratch.write("checked.sh", stdout)]).stderr, "");
  return stdout;
}

test("the script of --slurm does the shards, merges them and writes the report, from whatever folder it is submitted", async () => {
  const changes = ["--seeds", "3", "--set", '/question="What\'s \\"it\\"?"'];
  const whole = evoke("matrix", "toy matrix.json", ...changes, "--out", "whole", "--workers", "1");
  assert.is(whole.status, 0, whole.stderr);
  const resources = [`--sbatch=--partition=gpu --gres=gpu:1 -A "my account" --time 04:00:00`, "--sbatch=--array=1-3%2"];
  const script = scriptOf("matrix", "toy matrix.json", ...changes, "--out", OUT, "--slurm", "--shards", "3", ...resources);
  const { status, stdout, stderr, jobs } = submit(script);
  assert.is(status, 0, stderr);
  const logs = join(folder, OUT, "slurm");
  const told = `Job 101 does the shards; job 102 merges them, and writes the report.\nWhat they print: ${logs}/\n`;
  assert.is(stdout, told);
  assert.equal(jobs, [
    [
      ...["--parsable", "--job-name=toy-matrix", "--array=1-3", `--chdir=${folder}`],
      `--output=${logs.replaceAll("%", "%%")}/shard-%A_%a.out`,
      ...["--partition=gpu", "--gres=gpu:1", "-A", "my account", "--time", "04:00:00", "--array=1-3%2"],
    ],
    [
      ...["--parsable", "--job-name=toy-matrix-merge", "--dependency=afterany:101", `--chdir=${folder}`],
      `--output=${logs.replaceAll("%", "%%")}/merge-%j.out`,
      ...["--partition=gpu", "-A", "my account"],
    ],
  ]);
  const shard = readFileSync(join(logs, "shard-101_2.out"), "utf8");
  assert.match(shard, "shard 2 of 3: 4 of its 4 runs finished; of the 12 in all, other shards do 8\n");
  assert.match(readFileSync(join(logs, "merge-102.out"), "utf8"), "toy-matrix · 4 cells · 12 of 12 runs\n");
  assert.equal(await contentsOf(join(folder, OUT, "runs.sqlite")), await contentsOf(join(folder, "whole/runs.sqlite")));
  assert.ok(existsSync(join(folder, OUT, "toy-matrix/report/report.html")));
  assert.match(readFileSync(join(folder, OUT, "toy-matrix/matrix.json"), "utf8"), `What's \\"it\\"?`);

  // Submitted again it does what is missing.
  rmSync(join(folder, OUT, "shard-3-of-3"), { recursive: true });
  assert.is(submit(script).status, 0);
  assert.match(readFileSync(join(logs, "shard-101_1.out"), "utf8"), "4 of them there already");
  assert.match(readFileSync(join(logs, "shard-101_3.out"), "utf8"), "4 runs, 4 of them done in this call");
});

test("evoke run has --slurm too, and what the call says goes on to the shards: options, and as many workers as SLURM gives", () => {
  const options = ["--seeds", "4", "--parallel", "2", "--quiet", "--out", "one"];
  const script = scriptOf("run", "toy.json", "--slurm", "--shards", "2", ...options);
  const command = `run toy.json --shard "$SLURM_ARRAY_TASK_ID/2" --out one --workers "\${SLURM_CPUS_ON_NODE:-1}" --seeds 4 --parallel 2 --quiet\n`;
  assert.match(script, command);
  assert.match(scriptOf("run", "toy.json", "--slurm", "--shards", "2", "--workers", "3"), " --workers 3\n");
  const { status, stderr } = submit(script);
  assert.is(status, 0, stderr);
  assert.match(readFileSync(join(folder, "one/slurm/merge-102.out"), "utf8"), "toy · 4 of 4 runs\n");
});

test("a shard that fails does not keep the merge from what there is, and the merge fails then too", () => {
  const failing = { ...toy, name: "failing", evaluator: { use: "toy", options: { failSeed: 2 } }, seeds: { count: 3 } };
  scratch.write(`${FOLDER}/failing.json`, failing);
  submit(scriptOf("run", "failing.json", "--slurm", "--shards", "3", "--out", "failed"));
  const said = readFileSync(join(folder, "failed/slurm/merge-102.out"), "utf8");
  assert.match(
    said,
    /failing · 2 of 3 runs\n1 run is missing; these calls do them.*\n {2}evoke run MANIFEST … --shard 3\/3 --out failed\n/,
  );
  assert.ok(existsSync(join(folder, "failed/failing/report/report.html")));
});

test("what cannot be a script is refused", () => {
  const refused = (...args: string[]) => {
    const { status, stdout, stderr } = evoke("matrix", "toy matrix.json", ...args);
    assert.equal([status, stdout], [2, ""]);
    return stderr;
  };
  assert.match(refused("--slurm"), "it is open how many shards there are.\n  Say it: --shards 8.\n");
  assert.match(refused("--slurm", "--shards", "0"), 'Cannot use --shards "0": expected a whole number from 1.\n');
  assert.match(refused("--slurm", "--shards", "21"), 'Cannot use --shards "21": expected at most 20, since there are so many runs.\n');
  assert.match(refused("--slurm", "--shards", "2", "--sbatch", "gpu"), 'Cannot use --sbatch "gpu": expected options of sbatch, such as');
  assert.match(refused("--slurm", "--shards", "2", "--json"), "Cannot use --json here: --slurm prints a script.\n  Leave --json out.\n");
  assert.match(refused("--slurm", "--shards", "2", "--queue", "redis://box"), "Cannot use --queue here: the shards of --slurm compute");
  assert.match(refused("--shards", "2"), "Cannot use --shards here: it belongs to --slurm.\n");
  assert.match(refused("--sbatch", "--partition=gpu"), "Cannot use --sbatch here: it belongs to --slurm.\n");
});

test.run();
