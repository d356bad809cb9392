/**
 * `--slurm` of `evoke run` and `evoke matrix`: a script that has SLURM do the runs, as an array job of shards, and then
 * merge them and write their report.
 *
 * @module
 */
import { join, resolve } from "node:path";
import process from "node:process";
import { optionInvalid, optionMissing, optionUnfit } from "../../../../core/errors/index.ts";
import { VERSION } from "../../../../core/version.ts";
import type { RunPlan } from "../../../host/run/plan.ts";
import { count } from "../../arguments.ts";
import type { RunOptions } from "../../run-options.ts";
import { whole } from "../../terminal.ts";

type SlurmOptions = RunOptions & { readonly dryRun?: boolean };

/** Options of sbatch that say who and where: what a merge needs too. The others say how much a shard gets. */
const WHO_AND_WHERE = [
  ...["--account", "-A", "--clusters", "-M", "--partition", "-p", "--qos", "-q", "--reservation", "--wckey"],
  ...["--mail-type", "--mail-user"],
];

/** @throws EvokeError OPTION_MISSING, OPTION_UNFIT if the options do not go together, with --slurm or without */
export function checkSlurmOptions({ slurm = false, shards, sbatch, shard, json, dryRun, queue }: SlurmOptions): void {
  if (slurm) {
    if (shards === undefined)
      throw optionMissing("write a script for SLURM", "it is open how many shards there are", "Say it: --shards 8.");
    const other = shard !== undefined ? "--shard" : json ? "--json" : dryRun ? "--dry-run" : undefined;
    if (other !== undefined) throw optionUnfit(other, "--slurm prints a script");
    if (queue !== undefined)
      throw optionUnfit(
        "--queue",
        "the shards of --slurm compute where SLURM starts them",
        "Leave out one of them: with a queue, SLURM can start evoke worker as often as there are nodes.",
      );
    return;
  }
  const without = shards !== undefined ? "--shards" : sbatch.length > 0 ? "--sbatch" : undefined;
  if (without !== undefined)
    throw optionUnfit(without, "it belongs to --slurm", "Add --slurm for a script; one shard is done with --shard I/N.");
}

/**
 * The script. It is for bash, and can be submitted from any folder.
 * @param command  that was called, with its manifest
 */
export function slurmScript({ name, cells, seeds }: RunPlan, command: readonly ["run" | "matrix", string], options: SlurmOptions): string {
  const { out } = options;
  const shards = count("--shards", options.shards!);
  const runs = cells.length * seeds.count;
  if (shards > runs) throw optionInvalid("--shards", options.shards!, `at most ${runs}, since there are so many runs`);
  const wanted = options.sbatch.flatMap(optionsOfSbatch);
  const forMerge = wanted.filter(([option]) => WHO_AND_WHERE.includes(option!.split("=")[0]!));
  const folder = process.cwd();
  const logs = join(out, "slurm");
  const log = (file: string) => quoted(`--output=${join(resolve(logs).replaceAll("%", "%%"), file)}`);
  const evoke = thisCommand().map(quoted).join(" ");
  const workers = options.workers === undefined ? `"\${SLURM_CPUS_ON_NODE:-1}"` : quoted(options.workers);
  const carried = [
    ...(options.seeds === undefined ? [] : ["--seeds", options.seeds]),
    ...options.set.flatMap((change) => ["--set", change]),
    ...(options.parallel === undefined ? [] : ["--parallel", options.parallel]),
    ...(options.quiet ? ["--quiet"] : []),
    ...(options.debug ? ["--debug"] : []),
  ].map(quoted);
  const shard = [
    evoke,
    command[0],
    quoted(command[1]),
    `--shard "$SLURM_ARRAY_TASK_ID/${shards}"`,
    "--out",
    quoted(out),
    "--workers",
    workers,
  ];
  return `#!/bin/bash
# ${name}: ${whole(runs)} runs in ${shards} shards, then their merge and its report. Written by Evoke ${VERSION}.
# bash runs this file; it submits the two jobs, from whatever folder. Submitted again, finished runs are not done again.

# Options of sbatch: of each shard, and of the merge. Of two that contradict each other the later one counts.
shard=(${wanted.flat().map(quoted).join(" ")})
merge=(${forMerge.flat().map(quoted).join(" ")})

cd ${quoted(folder)} || exit
mkdir -p ${quoted(logs)} || exit

array=$(sbatch --parsable --job-name=${name} --array=1-${shards} --chdir=${quoted(folder)} \\
  ${log("shard-%A_%a.out")} "\${shard[@]}" <<'JOB'
#!/bin/bash
cd ${quoted(folder)} || exit
exec ${[...shard, ...carried].join(" ")}
JOB
) || exit
array=\${array%%;*}

merged=$(sbatch --parsable --job-name=${name}-merge --dependency="afterany:$array" --chdir=${quoted(folder)} \\
  ${log("merge-%j.out")} "\${merge[@]}" <<'JOB'
#!/bin/bash
cd ${quoted(folder)} || exit
${evoke} merge ${quoted(out)} --quiet
status=$?
[ "$status" -gt 1 ] || ${evoke} report ${quoted(join(out, name))} --quiet
exit "$status"
JOB
) || exit
merged=\${merged%%;*}

echo "Job $array does the shards; job $merged merges them, and writes the report."
echo "What they print:" ${quoted(join(resolve(logs), "/"))}
`;
}

/** How this command was called: the same runtime, and the same file. */
function thisCommand(): string[] {
  const file = resolve(process.argv[1]!);
  if (!("Deno" in globalThis)) return [process.execPath, ...process.execArgv, file];
  return [process.execPath, "run", "-A", "--v8-flags=--no-maglev", file];
}

/** The options in a text, each with its values. @throws EvokeError OPTION_INVALID */
function optionsOfSbatch(text: string): string[][] {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const options: string[][] = [];
  for (const word of words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"))) {
    if (word.startsWith("-")) options.push([word]);
    else if (options.length > 0) options.at(-1)!.push(word);
    else throw optionInvalid("--sbatch", text, 'options of sbatch, such as "--partition=gpu --time=04:00:00"');
  }
  return options;
}

/** As bash reads it back. */
function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
