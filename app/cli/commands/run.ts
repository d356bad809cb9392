/**
 * `evoke run`: an experiment over its seeds, as a matrix of one cell, with progress on stderr and the result on stdout.
 *
 * @module
 */
import { runDocument } from "../../host/documents/run-document.ts";
import { planExperiment } from "../../host/run/plan.ts";
import type { CellRuns } from "../../host/run/run-plan.ts";
import { runAndKeep } from "../run-and-keep.ts";
import { callOf, type RunOptions } from "../run-options.ts";
import { runText } from "../run-text.ts";
import { print } from "../streams.ts";
import { stderrTerminal } from "../terminal.ts";
import { checkSlurmOptions, slurmScript } from "./shards/slurm.ts";

export async function runCommand(file: string, options: RunOptions): Promise<void> {
  checkSlurmOptions(options);
  const { changes, shard, ...keep } = callOf(options);
  const whole = await planExperiment({ file, changes }, { terminal: stderrTerminal(keep.quiet), out: keep.out });
  const plan = { ...whole, ...(shard && { shard }) };
  if (options.slurm) return print(slurmScript(plan, ["run", file], options));
  await runAndKeep(plan, keep, (runs, store, folder) => {
    const document = runDocument(plan, runs as [CellRuns], store);
    print(options.json ? `${JSON.stringify(document)}\n` : runText(document, folder));
  });
}
