/**
 * `evoke matrix`: all cells of an ablation matrix over its seeds, with one progress on stderr and a table on stdout.
 *
 * @module
 */
import { existsSync } from "node:fs";
import process from "node:process";
import type { Terminal } from "../../../core/plugin/dependencies.ts";
import { loadMatrix } from "../../host/experiment.ts";
import {
  type CellRuns,
  type Commits,
  type MatrixListener,
  matrixDocument,
  type Plan,
  planOf,
  runMatrix,
  storeFile,
  writeMatrixDocument,
} from "../../host/run/matrix-run.ts";
import { RunStore } from "../../host/store/run-store.ts";
import { changesOf, count, onInterrupt } from "../arguments.ts";
import { failureLines, seedsText } from "../failures.ts";
import { type CellForecast, forecastText, summaryOf, summaryText } from "../matrix-summary.ts";
import { duration, StatusLine, whole } from "../terminal.ts";

export interface MatrixOptions {
  readonly json?: boolean;
  readonly seeds?: string;
  readonly set: readonly string[];
  readonly out: string;
  readonly workers?: string;
  readonly quiet?: boolean;
  readonly dryRun?: boolean;
  readonly debug?: boolean;
}

export async function matrixCommand(file: string, options: MatrixOptions): Promise<void> {
  const workers = options.workers === undefined ? undefined : count("--workers", options.workers);
  const seeds = options.seeds === undefined ? [] : [{ pointer: "/seeds/count", value: count("--seeds", options.seeds) }];
  const matrix = await loadMatrix({ file, changes: [...changesOf(options.set), ...seeds] });
  const plan = await planOf(matrix);
  if (options.dryRun) return forecast(plan, options);

  const store = await RunStore.open(storeFile(options.out), "write");
  const progress = new Progress(matrix.name, options.quiet ?? false);
  for (const { cell, digest } of plan.cells) {
    const damaged = store.discardDamaged(digest);
    if (damaged.length > 0)
      progress.say(
        `${seedsText(damaged)} of "${cell.name}" in ${store.file} was damaged, and is done again where it belongs to this matrix.`,
      );
  }
  const folder = await writeMatrixDocument(options.out, matrixDocument(plan, store));
  let commits: Commits | undefined;
  onInterrupt(async () => {
    commits?.commit();
    store.close();
    progress.say(`Interrupted. Every run that was over is kept in ${store.file}; the same command goes on from there.`);
  });
  try {
    const runs = await runMatrix(plan, store, workers, progress, (begun) => {
      commits = begun;
    });
    progress.finish();
    await writeMatrixDocument(options.out, matrixDocument(plan, store));
    const summary = summaryOf(plan, runs, store);
    process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : summaryText(summary, folder));
    tellFailures(runs, progress, options.debug ?? false);
  } finally {
    store.close();
  }
}

/** Names the runs that failed, together those of one cell and reason. They are kept nowhere, so they are done again. */
function tellFailures(runs: readonly CellRuns[], progress: Progress, debug: boolean): void {
  for (const { cell, failed } of runs) {
    for (const line of failureLines(failed, { of: ` of "${cell.cell.name}"`, debug })) progress.say(line);
  }
  const failed = runs.flatMap((cell) => cell.failed);
  if (failed.length === 0) return;
  progress.say("The same command does them again, and only them.");
  process.exitCode = 1;
}

/** Lists the cells, what differs from the base in each, and what is still to be done. */
async function forecast({ matrix, cells }: Plan, options: MatrixOptions): Promise<void> {
  const file = storeFile(options.out);
  const store = existsSync(file) ? await RunStore.open(file, "read") : undefined;
  const { first, count } = matrix.seeds;
  const forecasts: CellForecast[] = cells.map(({ cell, digest }) => {
    const { queries, seconds } = cell.experiment.budget;
    const known = [...(store?.seeds(digest) ?? [])].filter((seed) => seed >= first && seed < first + count).length;
    const { name, differs } = cell;
    const limits = { ...(queries !== undefined && { queries }), ...(seconds !== undefined && { seconds }) };
    return { name, digest, differs, ...limits, runs: count, known };
  });
  store?.close();
  process.stdout.write(
    options.json ? `${JSON.stringify({ matrix: matrix.name, cells: forecasts })}\n` : forecastText(matrix.name, forecasts, file),
  );
}

/** Runs done of the whole matrix, and how long the others will take, on stderr. */
class Progress implements MatrixListener {
  readonly #name: string;
  readonly #status: StatusLine;
  readonly #began = performance.now();
  #runs = 0;
  #done = 0;
  #known = 0;
  #secondsLeft: number | undefined;
  constructor(name: string, quiet: boolean) {
    this.#name = name;
    this.#status = new StatusLine(quiet, { rewritten: 100, written: 10_000 });
  }

  get terminal(): Terminal {
    return this.#status.terminal;
  }

  say(line: string): void {
    this.#status.say(line);
  }

  began(runs: number, known: number, cells: number): void {
    [this.#runs, this.#known, this.#done] = [runs, known, known];
    const there = known > 0 ? `, ${whole(known)} of them there already` : "";
    this.#status.terminal.write(`${this.#name}: ${cells} cells, ${whole(runs)} runs${there}\n`);
  }

  ended(): void {
    this.#done++;
    this.#show(false);
  }

  estimated(seconds: number): void {
    this.#secondsLeft = seconds;
  }

  finish(): void {
    if (this.#done > this.#known) this.#show(true);
  }

  #show(final: boolean): void {
    this.#status.show(() => {
      const left = final || this.#secondsLeft === undefined ? "" : `, ${duration(this.#secondsLeft)} left`;
      const share = ((100 * this.#done) / this.#runs).toFixed(0);
      const passed = duration((performance.now() - this.#began) / 1000);
      return `${this.#name}: ${whole(this.#done)} of ${whole(this.#runs)} runs (${share} %), ${passed}${left}`;
    }, final);
  }
}
