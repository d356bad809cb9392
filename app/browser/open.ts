/**
 * Experiments where there is no disk, as in a web page: the manifest and its tables are handed over, and results are
 * handed back. Composition and search are those of everywhere else, and so are the results, to the last bit.
 *
 * @module
 */
import { manifestInvalid, moduleUnloadable, tableMissing } from "../../core/errors/index.ts";
import { compose } from "../../core/kernel.ts";
import { readManifest } from "../../core/manifest/experiment.ts";
import type { ImportedModule } from "../../core/manifest/slots.ts";
import type { Metric } from "../../core/plugin/metric.ts";
import type { ListedPlugin } from "../../core/plugin/plugin.ts";
import type { Space } from "../../core/plugin/space.ts";
import type { EventType, SearchEvent } from "../../core/record/events.ts";
import type { RunResult } from "../../core/record/result.ts";
import { TRAJECTORY_EVENTS, type Trajectory, TrajectoryFold } from "../../core/record/trajectory.ts";
import { AT_ONCE, type EvaluationRequest, type Evaluations } from "../../core/search/evaluations.ts";
import { runToEnd } from "../../core/search/run.ts";
import type { Table, Tables } from "../../core/table/table.ts";
import { readTable } from "../../core/table/table-file.ts";

/** What errors call the manifest. */
const FILE = "the manifest";

/** What a manifest names. */
export interface Given {
  /** Benchmark tables, by the names that the manifest has for them: the bytes of their files, gzipped or not, or as they were read. */
  readonly tables?: Readonly<Record<string, Uint8Array | Table>>;
  /** Modules with plugins, by the names that the manifest has for them under "plugins". */
  readonly modules?: Readonly<Record<string, GivenModule>>;
}

/** A module that the page has imported. */
export interface GivenModule {
  readonly exports: object;
  /** Identifies its code, for the digest of the experiment. */
  readonly version: string;
}

/** How a seed is run. */
export interface SeedOptions {
  /** The event types to be told of; all, if left out. */
  readonly types?: readonly EventType[];
  /** Told of each event, in order. */
  onEvent?(event: SearchEvent): void;
  /**
   * Awaited before each evaluation: here a page lets others have the thread, or waits until somebody wants to see more. A
   * run whose turn never comes is given up.
   */
  turn?(request: Pick<EvaluationRequest, "query" | "architecture">): Promise<void>;
}

/** A run that has reached its end. */
export interface SeedRun {
  readonly result: RunResult;
  /** What figures are drawn from. */
  readonly trajectory: Trajectory;
}

/** An experiment, ready to run any seed. */
export interface OpenExperiment {
  readonly name: string;
  /** Names its runs; the same as on other runtimes. */
  readonly digest: string;
  /** Of the scores. */
  readonly metric: Metric;
  readonly space: Space;
  /** Those that the manifest asks for, in order. */
  readonly seeds: readonly number[];
  /** @throws EvokeError of what stopped the run */
  run(seed: number, options?: SeedOptions): Promise<SeedRun>;
}

/**
 * Opens an experiment.
 * @param manifest  its text, or the manifest itself
 * @param catalogue  the plugins that it can name without a module
 * @throws EvokeError of what is wrong in it, or is not given
 */
export async function openWith(
  manifest: string | object,
  { tables = {}, modules = {} }: Given,
  catalogue: readonly ListedPlugin[],
): Promise<OpenExperiment> {
  const text = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
  const importModule = async (specifier: string) => imported(specifier, modules);
  const experiment = await readManifest({ file: FILE, text, catalogue, importModule });
  if (experiment.observers.length > 0) throw manifestInvalid(FILE, ["/observers: take them out; here events are told to onEvent of run()"]);
  const inputs = new Map<string, string>();
  const composition = await compose(experiment, {
    tables: tablesOf(tables, inputs),
    terminal: { interactive: false, columns: 80, write() {} },
    clock: () => performance.now(),
    inputs,
  });
  const { digest, metric, space } = composition;
  const { first, count } = experiment.seeds;
  return {
    ...{ name: experiment.name, digest, metric, space },
    seeds: Array.from({ length: count }, (_, i) => first + i),
    async run(seed, { types, onEvent, turn } = {}) {
      const { run, release } = await composition.run(seed, turn ? inTurns(turn) : AT_ONCE);
      const fold = new TrajectoryFold();
      const hearing = run.bus.on(TRAJECTORY_EVENTS).subscribe((event) => fold.next(event));
      if (onEvent) hearing.add(run.bus.on(types).subscribe((event) => onEvent(event)));
      try {
        const result = await runToEnd(run);
        return { result, trajectory: fold.trajectory() };
      } finally {
        hearing.unsubscribe();
        await release();
      }
    },
  };
}

function inTurns(turn: NonNullable<SeedOptions["turn"]>): Evaluations {
  return { ...AT_ONCE, perform: (request, work) => turn(request).then(() => AT_ONCE.perform(request, work)) };
}

function imported(specifier: string, modules: NonNullable<Given["modules"]>): ImportedModule {
  const given = modules[specifier];
  const called = `"${specifier}" at /plugins of ${FILE}`;
  if (!given) throw moduleUnloadable(called, undefined, new Error("it is not among the modules that were given"));
  return { ...given, module: { file: specifier, url: specifier } };
}

/** @param inputs  is given the digest of each table that is opened, by name */
function tablesOf(given: NonNullable<Given["tables"]>, inputs: Map<string, string>): Tables {
  const read = new Map<string, Promise<Table>>();
  return {
    async open(name) {
      const one = given[name];
      if (!one) throw tableMissing(name, "what was given", `tables: { ${JSON.stringify(name)}: bytes }`, Object.keys(given));
      let reading = read.get(name);
      if (!reading) read.set(name, (reading = one instanceof Uint8Array ? readTable(one, `the table "${name}"`) : Promise.resolve(one)));
      const table = await reading;
      inputs.set(`table ${table.name}`, table.digest);
      return table;
    },
  };
}
