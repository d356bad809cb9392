/**
 * `evoke tabulate`: trains the architectures of a space and writes a benchmark table, with progress on
 * stderr and a summary on stdout.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { EvokeError, onlyInvalid } from "../../../core/errors/index.ts";
import type { FunctionClass, Tabulation, TrainingPlan } from "../../../core/manifest/tabulation.ts";
import type { Terminal } from "../../../core/plugin/dependencies.ts";
import type { Space } from "../../../core/plugin/space.ts";
import type { ProgressLine } from "../../../core/record/progress-line.ts";
import { MOST } from "../../../training/files/limits.ts";
import { readNamedText } from "../../../training/files/named-file.ts";
import { checkPrograms, loadTabulation } from "../../host/experiment.ts";
import type { QueueCall } from "../../host/queue/call/queue-call.ts";
import { TableFolder } from "../../host/tables/tables.ts";
import { type FailedTraining, type Tabulated, type TabulateListener, type TabulatePlan, tabulate } from "../../host/tabulate/tabulate.ts";
import { type Comparison, compareTables } from "../../host/tabulate/tabulate-table.ts";
import { changesOf, count } from "../arguments.ts";
import { onInterrupt } from "../ending.ts";
import { print } from "../streams.ts";
import { duration, progressLine, say, stderrTerminal, whole } from "../terminal.ts";
import { queueOf, withQueue } from "./queues/open-queue.ts";

export interface TabulateOptions {
  readonly json?: boolean;
  readonly set: readonly string[];
  readonly out: string;
  readonly workers?: string;
  readonly queue?: string;
  readonly sample?: string;
  readonly only?: string;
  readonly compare?: string;
  readonly quiet?: boolean;
}

export async function tabulateCommand(file: string, options: TabulateOptions): Promise<void> {
  const workers = options.workers === undefined ? availableParallelism() : count("--workers", options.workers);
  const address = queueOf(options);
  const tabulation = await loadTabulation({ file, changes: changesOf(options.set) });
  await checkPrograms(dirname(resolve(file)), tabulation.file, tabulation, []);
  const only = options.only === undefined ? undefined : lines(options.only);
  const sample = options.sample === undefined ? undefined : count("--sample", options.sample);
  const compared = options.compare === undefined ? undefined : await new TableFolder(process.cwd()).open(options.compare);
  const progress = new Progress(tabulation.name, options.quiet ?? false);
  onInterrupt(() => progress.say("Interrupted. Every training that was over is kept; the same command goes on from there."));
  const { name } = tabulation;
  const done = await withQueue(address, { name, store: join(options.out, name), say: (line) => progress.say(line) }, async (queue) => {
    const trainer = await openTrainer(queue, tabulation, dirname(resolve(file)), workers);
    return tabulate({
      tabulation,
      trainer,
      out: options.out,
      listener: progress,
      choose: (plan, space) => {
        const chosen = only ? classesOf(only, options.only!, plan, space) : plan.classes;
        return sample === undefined ? chosen : chosen.slice(0, sample);
      },
    }).finally(() => trainer.close());
  });
  const comparison = compared && done.made && compareTables(done.made.table, compared);
  if (options.json) print(`${JSON.stringify(documentOf(done, comparison))}\n`);
  else print(textOf(done, options.compare, comparison));
  if (done.failed.length > 0 || (comparison && (comparison.different > 0 || comparison.architectures === 0))) process.exitCode = 1;
}

/** Here, or elsewhere. */
async function openTrainer(queue: QueueCall | undefined, tabulation: Tabulation, folder: string, workers: number) {
  if (queue) return (await import("../../host/queue/call/trainings.ts")).queueTrainer(queue, tabulation, folder);
  return (await import("../../host/tabulate/tabulate-trainer.ts")).openTrainer(tabulation, folder, workers);
}

/** The architectures of a file, one a line. */
function lines(path: string): readonly string[] {
  return readNamedText({ path, what: "the architectures", most: MOST.list })
    .split(/\r?\n/)
    .map((line) => line.trim());
}

/** The classes that the architectures of a file belong to, in the order of the file. */
function classesOf(
  wanted: readonly string[],
  file: string,
  { architectures, classes }: TrainingPlan,
  space: Space,
): readonly FunctionClass[] {
  const known = new Map(classes.map((one) => [space.functionKey(architectures[one.members[0]!]!), one]));
  const chosen = wanted.flatMap((text, i) => {
    try {
      return text === "" ? [] : [known.get(space.functionKey(space.decode(text)))!];
    } catch (error) {
      throw error instanceof EvokeError ? onlyInvalid(file, i + 1, error) : error;
    }
  });
  if (chosen.length === 0) throw onlyInvalid(file, 1, new Error("it is empty"));
  return [...new Set(chosen)];
}

/** Trainings done, and how long the others will take, on stderr. */
class Progress implements TabulateListener {
  readonly #name: string;
  readonly #terminal: Terminal;
  readonly #line: ProgressLine;
  #total = 0;
  #done = 0;
  #epochs = 0;
  #epochsLeft = 0;
  #began = 0;
  constructor(name: string, quiet: boolean) {
    this.#name = name;
    this.#terminal = stderrTerminal(quiet);
    this.#line = progressLine(this.#terminal);
  }

  say(line: string): void {
    say(this.#terminal, line);
  }

  began({ folder, functions, trainings, known, epochs }: TabulatePlan): void {
    this.#total = trainings;
    this.#done = known;
    this.#epochsLeft = epochs;
    this.#began = performance.now();
    const there = known > 0 ? `, ${whole(known)} of them there already` : "";
    this.#terminal.write(`${this.#name}: ${whole(functions)} functions, ${whole(trainings)} trainings${there}, in ${folder}\n`);
  }

  trained({ epochs }: { readonly epochs: number }): void {
    this.#done++;
    this.#epochs += epochs;
    this.#epochsLeft -= epochs;
    this.#show();
  }

  failed({ architecture, epochs, seed, reason }: FailedTraining): void {
    this.#epochsLeft -= epochs;
    this.say(`The training of ${architecture} over ${epochs} epochs with seed ${seed} failed: ${reason}`);
  }

  #show(): void {
    const last = this.#done === this.#total;
    this.#line.show(() => {
      const share = ((100 * this.#done) / this.#total).toFixed(1);
      const left = ((performance.now() - this.#began) / 1000 / this.#epochs) * this.#epochsLeft;
      return `${this.#name}: ${whole(this.#done)} of ${whole(this.#total)} trainings (${share} %)${last ? "" : `, ${duration(left)} left`}`;
    }, last);
  }
}

function documentOf({ folder, file, made, trained, failed }: Tabulated, comparison: Comparison | undefined): object {
  return {
    folder,
    table: file ?? null,
    name: made?.table.description.name ?? null,
    complete: made?.table.description.complete ?? false,
    rows: made?.table.architectures.length ?? 0,
    functions: made?.functions ?? 0,
    reproducible: made?.reproducible ?? null,
    trained,
    failed,
    ...(comparison && { comparison }),
  };
}

function textOf({ file, made, trained }: Tabulated, against: string | undefined, comparison: Comparison | undefined): string {
  if (!made) return "No function has all its trainings, so there is no table.\n";
  const { description, architectures } = made.table;
  const part = description.complete ? "the whole space" : "a part of the space";
  const text =
    `The table "${description.name}" is in ${file}.\n` +
    `${whole(architectures.length)} rows, ${part}; ${whole(made.functions)} functions; ${whole(trained)} trainings in this call.\n` +
    `SHA-256 of all but the seconds: ${made.reproducible}\n`;
  if (!comparison) return text;
  const { architectures: both, columns, different, differences } = comparison;
  const common = `${whole(both)} architectures and ${columns.length} columns in common with ${against}: `;
  if (both === 0) return `${text}\nNo architecture in common with ${against}.\n`;
  return `${text}\n${common}${different === 0 ? "all values are equal." : `${whole(different)} values differ.`}\n${differences.map((line) => `  ${line}\n`).join("")}`;
}
