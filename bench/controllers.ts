/**
 * Parts of a query of each controller, in whole searches of 160 queries.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import process from "node:process";
import { NOTHING_KEPT } from "../app/host/run/kept-runs.ts";
import type { Engine } from "../core/engine/engine.ts";
import type { AdamOptions } from "../core/engine/optimizers.ts";
import type { Run } from "../core/search/search.ts";
import { built, url } from "./built.ts";
import { alternate, ratioOf, type Spread, spreadOf } from "./measure.ts";
import { type Part, row } from "./report.ts";
import { CONTROLLERS, manifest, onTable, SOURCE } from "./subject.ts";

const { composeLoaded, loadExperiment } = await built<typeof import("../app/host/experiment.ts")>("app/host/experiment.js");
const { execute } = await built<typeof import("../app/host/run/execute.ts")>("app/host/run/execute.js");
const { ResultsOutput } = await built<typeof import("../app/host/store/output.ts")>("app/host/store/output.js");
const { ObserverGroup } = await built<typeof import("../app/host/run/observers.ts")>("app/host/run/observers.js");
const { runToEnd } = await built<typeof import("../core/search/run.ts")>("core/search/run.js");
const { Engine: BuiltEngine } = await built<typeof import("../core/engine/engine.ts")>("core/engine/engine.js");

/** An experiment that is ready to run; what it writes goes beside its manifest, which is a temporary one. */
async function opened(file: string) {
  const source = { file, changes: [] };
  const experiment = await composeLoaded(await loadExperiment(source), { output: new ResultsOutput(dirname(file), () => "") });
  return {
    source,
    experiment,
    composition: experiment.composition,
    observers: new ObserverGroup(await experiment.composition.observers(), () => {}),
  };
}
type Opened = Awaited<ReturnType<typeof opened>>;

/** Runs seeds as `evoke run` does in one thread, observers and all. @returns microseconds a query */
async function searched({ source, experiment, observers }: Opened, seeds: readonly number[]): Promise<number> {
  let queries = 0;
  const began = performance.now();
  const work = {
    experiments: [{ source, seeds, opened: experiment }],
    sharedTables: () => experiment.tables.share(),
    kept: NOTHING_KEPT,
  };
  await execute(
    work,
    { workers: 1 },
    {
      types: observers.types,
      events(events) {
        for (const event of events) observers.next(event);
      },
      async ended(run) {
        if ("message" in run) throw new Error(run.message);
        queries += run.result.queries;
        await observers.settled(run.result.seed);
      },
      wants: () => true,
      estimated() {},
    },
  );
  return ((performance.now() - began) * 1000) / queries;
}

/** Adds up how long calls of a function take. */
class Stopwatch {
  milliseconds = 0;
  around<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      const began = performance.now();
      const result = work(...args);
      this.milliseconds += performance.now() - began;
      return result;
    };
  }
}

const PARTS = ["propose: network forward, choices", "learn: backward", "learn: Adam", "look-up", "loop, bus, budget, fold"] as const;

/** Around Adam, which no plugin has apart: put there once, since a method that changes makes slow what has been compiled. */
const adam = new Stopwatch();
function watchAdam(): void {
  const step = BuiltEngine.prototype.adam;
  const timed = adam.around((engine: Engine, options: AdamOptions) => step.call(engine, options));
  BuiltEngine.prototype.adam = function (this: Engine, options) {
    timed(this, options);
  };
}

/** One search with a stopwatch around each part. @returns microseconds a query */
async function partsOf({ composition }: Opened, seed: number): Promise<number[]> {
  const { run, release } = await composition.run(seed);
  const [propose, observe, lookUp] = [new Stopwatch(), new Stopwatch(), new Stopwatch()];
  adam.milliseconds = 0;
  const { controller, evaluator } = run;
  const timed: Run = {
    ...run,
    controller: {
      ...controller,
      propose: propose.around(() => controller.propose()),
      observe: observe.around((outcome) => controller.observe(outcome)),
    },
    evaluator: { ...evaluator, evaluate: lookUp.around((...query) => evaluator.evaluate(...query)) },
  };
  const began = performance.now();
  try {
    const { queries } = await runToEnd(timed);
    const total = performance.now() - began;
    const [p, o, a, l] = [propose, observe, adam, lookUp].map(({ milliseconds }) => milliseconds) as [number, number, number, number];
    return [p, o - a, a, l, total - p - o - l].map((milliseconds) => (milliseconds * 1000) / queries);
  } finally {
    release();
  }
}

export async function controllerParts(repetitions: number): Promise<Part[]> {
  const names = Object.keys(CONTROLLERS) as (keyof typeof CONTROLLERS)[];
  const cases: Record<string, () => Promise<number>> = {};
  const opens = new Map<string, Opened>();
  let seed = 0;
  for (const [i, name] of names.entries()) {
    const plain = await opened(manifest(`plain-${i}`, { ...CONTROLLERS[name], observers: [] }));
    const recorded = await opened(manifest(`recorded-${i}`, { ...CONTROLLERS[name], observers: ["recorder"] }));
    opens.set(name, plain);
    // Enough searches that the cheap controllers are compiled and their time can be read off.
    const searches = name.startsWith("gnn-lstm") || name === "reinforce" ? 3 : 100;
    const seeds = () => Array.from({ length: searches }, () => ++seed);
    cases[name] = () => searched(plain, seeds());
    cases[`${name}, recorded`] = () => searched(recorded, seeds());
  }
  const whole = await alternate(cases, repetitions);
  const total: Part = {
    part: "controllers",
    title: `A query, everything included (160 queries a run, composition and result; ${SOURCE})`,
    rows: names.flatMap((name) => [
      row(name, "µs", whole[name]!, {
        ratio: ratioOf(whole[name]!, whole.random!),
        to: "random",
        ...(name === "random" || name === "uniform" ? { goal: "at most 5 µs" } : {}),
      }),
      row(`${name}, recorder on`, "µs", whole[`${name}, recorded`]!, {
        ratio: ratioOf(whole[`${name}, recorded`]!, whole[name]!),
        to: "off",
      }),
    ]),
  };

  watchAdam();
  const parts: Part[] = [];
  for (const name of names) {
    const open = opens.get(name)!;
    const searches = name.startsWith("gnn-lstm") || name === "reinforce" ? 3 * repetitions : 60 * repetitions;
    const found: number[][] = [];
    for (let i = 0; i < searches; i++) found.push(await partsOf(open, ++seed));
    const later = found.slice(Math.floor(searches / 4)); // the first are warm-up
    const spreads: Spread[] = PARTS.map((_, part) => spreadOf(later.map((times) => times[part]!)));
    const sum = spreads.reduce((sum, { median }) => sum + median, 0);
    const learns = spreads[2]!.median > 0;
    parts.push({
      part: "controllers",
      title: `Parts of a query of ${name}`,
      rows: PARTS.flatMap((part, i) =>
        !learns && (i === 1 || i === 2)
          ? []
          : row(learns ? part : part.split(":")[0]!, "µs", spreads[i]!, { ratio: spreads[i]!.median / sum, to: "all parts" }),
      ),
    });
  }
  return [total, ...parts];
}

/** Composition and whole-space throughput, and from a table's file to its first query. */
export async function loopParts(repetitions: number): Promise<Part[]> {
  const opens = await Promise.all(
    Object.entries(CONTROLLERS).map(async ([name, parts], i) => ({ name, open: await opened(manifest(`loop-${i}`, parts)) })),
  );
  let seed = 1000;
  const composition = await alternate(
    Object.fromEntries(
      opens.map(({ name, open }) => [
        name,
        async () => {
          const began = performance.now();
          for (let i = 0; i < 20; i++) (await open.composition.run(++seed)).release();
          return ((performance.now() - began) * 1000) / 20;
        },
      ]),
    ),
    4 * repetitions,
  );
  const whole = opens.filter(({ name }) => name === "random" || name === "reinforce");
  const throughput = await alternate(
    Object.fromEntries(
      whole.map(({ name, open }) => [
        name,
        async () =>
          1e6 /
          (await searched(
            open,
            Array.from({ length: name === "random" ? 100 : 3 }, () => ++seed),
          )),
      ]),
    ),
    repetitions,
  );
  const rows = [
    ...whole.map(({ name }) => row(`${name}: queries per second`, "", throughput[name]!)),
    ...opens.map(({ name }) => row(`composing a run of ${name}`, "µs", composition[name]!)),
  ];
  const parts: Part[] = [{ part: "loop", title: `The loop around the controller (${SOURCE})`, rows }];
  parts.push(
    onTable ? await tableLoad(repetitions) : { part: "loop", title: "Loading the table", rows: [], skipped: "the table is absent" },
  );
  return parts;
}

async function tableLoad(repetitions: number): Promise<Part> {
  const { readTableBytes, tableFile } = await built<typeof import("../app/host/tables/tables.ts")>("app/host/tables/tables.js");
  const { readTable } = await built<typeof import("../core/table/table-file.ts")>("core/table/table-file.js");
  const { composition } = await opened(manifest("load", CONTROLLERS.random));
  const { space } = (await composition.run(1)).run;
  const architecture = space.decode("|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|");
  const load = async () => {
    const began = performance.now();
    const bytes = await readTableBytes(tableFile("nas-bench-201"));
    const table = await readTable(bytes, "the table", (part) => createHash("sha256").update(part).digest());
    if (table.rowsOf({ ...space })(architecture) < 0) throw new Error("the table lacks a cell");
    return performance.now() - began;
  };
  const cold = coldLoads(repetitions, composition.experiment.space.options);
  const { warm } = await alternate({ warm: load }, 4 * repetitions);
  return {
    part: "loop",
    title: "Loading the table of NAS-Bench-201: from the file to the first look-up, all checks included",
    rows: [row("in a new process", "ms", cold, { goal: "under 20 ms" }), row("again in the same process", "ms", warm)],
  };
}

/** In processes of their own, where nothing is compiled yet. */
function coldLoads(repetitions: number, spaceOptions: object): Spread {
  const script = `
    const { TableFolder } = await import("${url("app/host/tables/tables.js")}");
    const { default: plugin } = await import("${url("spaces/nas-bench-201.js")}");
    const space = plugin.create(${JSON.stringify(spaceOptions)}, {});
    const began = performance.now();
    const table = await new TableFolder(".").open("nas-bench-201");
    if (table.rowsOf(space)([3, 3, 3, 1, 3, 3]) < 0) throw new Error("the table lacks a cell");
    console.log(performance.now() - began);`;
  const loads = Array.from({ length: 2 * repetitions }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    if (!(Number(stdout) > 0)) throw new Error(stderr);
    return Number(stdout);
  });
  return spreadOf(loads);
}
