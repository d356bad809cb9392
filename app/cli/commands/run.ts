/**
 * `evoke run`: an experiment over its seeds, as a matrix of one cell, with progress on stderr and the result on stdout.
 *
 * @module
 */
import { runDocument } from "../../host/documents/run-document.ts";
import { planExperiment } from "../../host/run/plan.ts";
import type { CellRuns } from "../../host/run/run-plan.ts";
import { changesOf, count, seedsChange } from "../arguments.ts";
import { runAndKeep } from "../run-and-keep.ts";
import { runText } from "../run-text.ts";
import { print } from "../streams.ts";
import { stderrTerminal } from "../terminal.ts";
import { queueOf } from "./queues/open-queue.ts";
import { outOf, shardOf } from "./shards/shard-option.ts";
import { checkSlurmOptions, slurmScript } from "./shards/slurm.ts";

export interface RunOptions {
  readonly json?: boolean;
  readonly seeds?: string;
  readonly set: readonly string[];
  readonly out: string;
  readonly workers?: string;
  readonly parallel?: string;
  readonly queue?: string;
  readonly shard?: string;
  /** Print a script for SLURM instead. */
  readonly slurm?: boolean;
  readonly shards?: string;
  readonly sbatch: readonly string[];
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

export async function runCommand(file: string, options: RunOptions): Promise<void> {
  const { json = false, quiet = false, debug = false } = options;
  checkSlurmOptions(options);
  const workers = options.workers === undefined ? undefined : count("--workers", options.workers);
  const queue = queueOf(options);
  const parallel = options.parallel === undefined ? undefined : count("--parallel", options.parallel);
  const changes = [...changesOf(options.set), ...seedsChange(options.seeds)];
  const shard = options.shard === undefined ? undefined : shardOf(options.shard);
  const out = outOf(options.out, shard);
  const whole = await planExperiment({ file, changes }, { terminal: stderrTerminal(quiet), out });
  const plan = { ...whole, ...(shard && { shard }) };
  if (options.slurm) return print(slurmScript(plan, ["run", file], options));
  await runAndKeep(plan, { out, workers, parallel, queue, quiet, debug }, (runs, store, folder) => {
    const document = runDocument(plan, runs as [CellRuns], store);
    print(json ? `${JSON.stringify(document)}\n` : runText(document, folder));
  });
}
