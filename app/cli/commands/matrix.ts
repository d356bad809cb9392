/**
 * `evoke matrix`: all cells of an ablation matrix over its seeds, with one progress on stderr and a table on stdout.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { matrixSummary } from "../../host/documents/matrix-summary.ts";
import { planMatrix, type RunPlan } from "../../host/run/plan.ts";
import { seedsOf, shardSummary } from "../../host/shards/shard.ts";
import { storeFile } from "../../host/store/matrix-document.ts";
import { RunStore } from "../../host/store/run-store.ts";
import { type CellForecast, forecastText, summaryText } from "../matrix-text.ts";
import { runAndKeep } from "../run-and-keep.ts";
import { callOf, type RunOptions } from "../run-options.ts";
import { print } from "../streams.ts";
import { checkSlurmOptions, slurmScript } from "./shards/slurm.ts";

export interface MatrixOptions extends RunOptions {
  readonly dryRun?: boolean;
}

export async function matrixCommand(file: string, options: MatrixOptions): Promise<void> {
  const { json = false, dryRun = false } = options;
  checkSlurmOptions(options);
  const { changes, shard, ...keep } = callOf(options);
  const whole = await planMatrix({ file, changes });
  const plan = { ...whole, ...(shard && { shard }) };
  if (options.slurm) return print(slurmScript(plan, ["matrix", file], options));
  if (dryRun) return forecast(plan, keep.out, json);
  await runAndKeep(plan, keep, (runs, store, folder) => {
    const summary = matrixSummary(plan, runs, store);
    print(json ? `${JSON.stringify(summary)}\n` : summaryText(summary, folder));
  });
}

/** Lists the cells, what differs from the base in each, and what is still to be done. */
async function forecast(plan: RunPlan, out: string, json: boolean): Promise<void> {
  const { name: matrix, cells, seeds, shard } = plan;
  const file = storeFile(out);
  const store = existsSync(file) ? await RunStore.open(file, "read") : undefined;
  const forecasts: CellForecast[] = cells.map(({ name, differs, digest, experiment }, cell) => {
    const { queries, seconds } = experiment.budget;
    const wanted = seedsOf(plan, cell);
    const there = store?.seeds(digest);
    const known = wanted.filter((seed) => there?.has(seed)).length;
    const limits = { ...(queries !== undefined && { queries }), ...(seconds !== undefined && { seconds }) };
    return { name, digest, differs, ...limits, runs: wanted.length, known };
  });
  store?.close();
  const part = shard && shardSummary({ cells, seeds, shard });
  print(
    json ? `${JSON.stringify({ matrix, ...(part && { shard: part }), cells: forecasts })}\n` : forecastText(matrix, forecasts, file, part),
  );
}
