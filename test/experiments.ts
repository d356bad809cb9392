/**
 * Small experiments for tests: a tiny space with a known optimum, an evaluator that the test
 * controls, and the host that plugins see.
 *
 * @module
 */
import gnnLstm from "../controllers/subspaces/gnn-lstm.ts";
import uniform from "../controllers/subspaces/uniform.ts";
import randomController from "../controllers/whole-space/random.ts";
import regularizedEvolution from "../controllers/whole-space/regularized-evolution.ts";
import { type Composition, compose, type Host } from "../core/kernel.ts";
import { type Experiment, readManifest } from "../core/manifest/experiment.ts";
import type { Evaluator } from "../core/plugin/evaluator.ts";
import { type Kind, type Kinds, type ListedPlugin, NO_OPTIONS, type Plugin, plugin } from "../core/plugin/plugin.ts";
import type { SearchEvent } from "../core/record/events.ts";
import type { RunResult } from "../core/record/result.ts";
import { runToEnd } from "../core/search/run.ts";
import acceptImprovement from "../plugins/acceptance/improvement.ts";
import never from "../plugins/acceptance/never.ts";
import hamming from "../plugins/distance/hamming.ts";
import given from "../plugins/initial/given.ts";
import randomInitial from "../plugins/initial/random.ts";
import noRepeats from "../plugins/middleware/no-repeats.ts";
import warmStart from "../plugins/middleware/warm-start.ts";
import recorder from "../plugins/observer/recorder.ts";
import absolute from "../plugins/reward/absolute.ts";
import improvement from "../plugins/reward/improvement.ts";
import { tinySpace } from "./fixtures.ts";

/** L components of C operations; the more of them are 1, the better. */
export const space = tinySpace(4, 3);
export const quality = (architecture: readonly number[]) => 50 + 10 * architecture.filter((operation) => operation === 1).length;

const metric = { name: "accuracy", dataset: "tiny", split: "validation", epochs: 1, trainedOn: "train", unit: "percent" } as const;
export const separable: Evaluator = {
  metric,
  evaluate: (architecture) => ({ score: quality(architecture), seconds: 2 }),
  test: (architecture) => ({ metric: { ...metric, split: "test" }, value: quality(architecture) - 1 }),
};

/** A plugin of any kind around an instance. */
export function around<K extends Kind>(kind: K, name: string, instance: Kinds[K]): Plugin<K> {
  return { kind, name, summary: `${name}, for tests`, options: NO_OPTIONS, needs: [], create: () => instance };
}

export const testCatalogue: readonly Plugin[] = [
  around("space", "tiny", space),
  plugin({ kind: "evaluator", name: "separable", summary: "For tests", options: NO_OPTIONS, needs: [], create: () => separable }),
  ...[
    hamming,
    gnnLstm,
    randomController,
    regularizedEvolution,
    uniform,
    noRepeats,
    warmStart,
    improvement,
    absolute,
    acceptImprovement,
    never,
    randomInitial,
    given,
    recorder,
  ],
];

/** The manifest of a small search in subspaces. */
export const small = {
  name: "small",
  space: "tiny",
  evaluator: "separable",
  subspaces: { count: 3, radius: 2 },
  controller: "uniform",
  budget: { queries: 20 },
};

/** As the catalogue of a manifest has it. */
export const listed = (plugin: Plugin): ListedPlugin => ({ kind: plugin.kind, name: plugin.name, load: async () => plugin });

export const read = (manifest: object | string, extra: readonly Plugin[] = []): Promise<Experiment> =>
  readManifest({
    file: "test.json",
    text: typeof manifest === "string" ? manifest : JSON.stringify(manifest),
    catalogue: [...testCatalogue, ...extra].map(listed),
    importModule: async (specifier) => {
      throw new Error(`tests import nothing, not ${specifier}`);
    },
  });

export const host: Host = {
  tables: { open: async () => Promise.reject(new Error("there are no tables")) },
  files: { read: async () => Promise.reject(new Error("there are no files")), changed: async () => false },
  runs: { open: async () => {}, centres: async () => [] },
  terminal: { interactive: false, columns: 80, write: () => {} },
  clock: () => 0,
  inputs: new Map(),
};

export const composed = async (manifest: object, extra: readonly Plugin[] = []): Promise<Composition> =>
  compose(await read(manifest, extra), host);

/** Runs one seed; gives the result, or the error, and every event. */
export async function runWith(
  manifest: object,
  extra: readonly Plugin[] = [],
  seed = 1,
): Promise<{ result?: RunResult; error?: Error; events: SearchEvent[] }> {
  const { run, release } = await (await composed(manifest, extra)).run(seed);
  const events: SearchEvent[] = [];
  run.bus.on().subscribe((event) => events.push(event));
  try {
    return { result: await runToEnd(run), events };
  } catch (error) {
    return { error: error as Error, events };
  } finally {
    release();
  }
}
