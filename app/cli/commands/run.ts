/**
 * `evoke run`: an experiment over its seeds, with progress on stderr and the result on stdout.
 *
 * @module
 */
import process from "node:process";
import type { Change, Experiment } from "../../../core/manifest/experiment.ts";
import type { SearchEvent } from "../../../core/record/events.ts";
import { composeLoaded, type ExperimentFile, loadExperiment } from "../../host/experiment.ts";
import { execute } from "../../host/run/execute.ts";
import { ObserverGroup } from "../../host/run/observers.ts";
import type { Ended, FailedRun } from "../../host/run/run-seed.ts";
import { type FinishedRun, ResultsFolder } from "../../host/store/results.ts";
import { changesOf, count, onInterrupt } from "../arguments.ts";
import { failureLines } from "../failures.ts";
import { runDocument, runText } from "../run-document.ts";
import { say as sayOn, stderrTerminal } from "../terminal.ts";

export interface RunOptions {
  readonly json?: boolean;
  readonly seeds?: string;
  readonly set: readonly string[];
  readonly out?: string;
  readonly workers?: string;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

export async function runCommand(file: string, options: RunOptions): Promise<void> {
  const source: ExperimentFile = { file, changes: changes(options) };
  const workers = options.workers === undefined ? undefined : count("--workers", options.workers);
  const experiment = await loadExperiment(source);
  const seeds = seedsOf(experiment);
  const terminal = stderrTerminal(options.quiet ?? false);
  const say = (line: string) => sayOn(terminal, line);

  let results: ResultsFolder | undefined;
  // Observers write into the results folder, whose name is known once the experiment is composed.
  const output =
    options.out === undefined ? undefined : { write: (path: string, content: string | Uint8Array) => results!.write(path, content) };
  const plan = { runs: seeds.length, ...(experiment.budget.queries !== undefined && { queries: experiment.budget.queries }) };
  const opened = await composeLoaded(experiment, { terminal, output, plan });
  if (options.out !== undefined) results = await ResultsFolder.open(options.out, opened.composition, opened.inputs);

  const finished = new Map<number, FinishedRun>();
  for (const seed of seeds) {
    const known = results?.get(seed);
    if (known) finished.set(seed, known);
  }
  const todo = seeds.filter((seed) => !finished.has(seed));
  if (finished.size > 0) say(`${finished.size} of ${seeds.length} runs are in ${results!.path} already.`);
  plan.runs = todo.length;
  if (todo.length > 0) await opened.composition.prepare?.();

  const failed: FailedRun[] = [];
  if (todo.length > 0) {
    const observers = new ObserverGroup(await opened.composition.observers(), say);
    onInterrupt(async () => {
      await results?.saved();
      say(
        results
          ? `Interrupted. ${finished.size} of ${seeds.length} runs are kept in ${results.path}; the same command goes on from there.`
          : "Interrupted. Nothing is kept without --out.",
      );
    });
    const listener = {
      types: observers.types,
      events(events: readonly SearchEvent[]) {
        for (const event of events) observers.next(event);
      },
      async ended(run: Ended) {
        if ("reason" in run) {
          failed.push(run);
          return;
        }
        await observers.settled(run.result.seed);
        await results?.add(run);
        finished.set(run.result.seed, run);
      },
    };
    await execute({ experiments: [{ source, seeds: todo, opened }], sharedTables: () => opened.tables.share() }, workers, listener);
    await observers.finish();
  }
  await results?.close();

  const { name } = experiment;
  const document = runDocument(name, opened.composition.digest, seeds, finished, failed);
  process.stdout.write(options.json ? `${JSON.stringify(document)}\n` : runText(document, results?.path));
  if (failed.length === 0) return;
  for (const line of failureLines(failed, { debug: options.debug ?? false })) say(line);
  process.exitCode = 1;
}

function seedsOf({ seeds: { first, count } }: Experiment): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

function changes({ seeds, set }: RunOptions): Change[] {
  return seeds === undefined ? changesOf(set) : [...changesOf(set), { pointer: "/seeds/count", value: count("--seeds", seeds) }];
}
