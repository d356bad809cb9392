/**
 * What a report is made of: the folder of a matrix (`matrix.json` and the store that it names), or that
 * of one experiment (`experiment.json`, `runs.jsonl`, and the records of its events where there are
 * some).
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { cannotReadFile, reportSourceInvalid, reportSourceMissing, reportStoreMissing, resultsDamaged } from "../../core/errors/index.ts";
import { problemsOf } from "../../core/json/schema.ts";
import type { Metric } from "../../core/plugin/metric.ts";
import type { SearchEvent } from "../../core/record/events.ts";
import type { RunResult } from "../../core/record/result.ts";
import { type Trajectory, TrajectoryFold } from "../../core/record/trajectory.ts";
import type { MatrixCell, MatrixDocument } from "../host/store/matrix-document.ts";
import { RunStore } from "../host/store/run-store.ts";

/** Finished runs, cell by cell. */
export interface ReportSource extends Pick<MatrixDocument, "question" | "evoke" | "seeds" | "targets" | "axes"> {
  readonly name: string;
  /** Where the runs are, for errors. */
  readonly file: string;
  /** Left out for a single experiment. */
  readonly design?: MatrixDocument["design"];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly cells: readonly ReportCell[];
  /** The finished runs of a cell among the seeds, by seed. */
  runs(cell: ReportCell): Iterable<SourceRun>;
  close(): void;
}

/** A cell of a matrix; results of a single experiment without records do not say what the metric is. */
export type ReportCell = Omit<MatrixCell, "metric"> & { readonly metric?: Metric };

export interface SourceRun {
  readonly result: RunResult;
  /** Left out where no events were recorded. */
  readonly trajectory?: Trajectory;
  readonly wallSeconds?: number;
}

/** Opens a folder. @throws EvokeError if it holds no results, or damaged ones */
export async function openReportSource(folder: string): Promise<ReportSource> {
  if (existsSync(join(folder, "matrix.json"))) return openMatrix(folder);
  if (existsSync(join(folder, "experiment.json"))) return openExperiment(folder);
  throw reportSourceMissing(folder, existsSync(folder), foldersWithResults(folder));
}

/** The folders directly inside that could be reported on. */
function foldersWithResults(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .filter((inner) => ["matrix.json", "experiment.json"].some((file) => existsSync(join(inner, file))))
    .sort();
}

async function openMatrix(folder: string): Promise<ReportSource> {
  const file = join(folder, "matrix.json");
  const { matrix, store, ...document } = await readJson<MatrixDocument>(file, "evoke matrix", matrixDocumentSchema);
  const storeFile = resolve(folder, store);
  if (!existsSync(storeFile)) throw reportStoreMissing(storeFile, file);
  const runs = await RunStore.open(storeFile, "read");
  return { ...document, name: matrix, file: storeFile, runs: ({ digest }) => runs.runs(digest, document.seeds), close: () => runs.close() };
}

async function openExperiment(folder: string): Promise<ReportSource> {
  const file = join(folder, "experiment.json");
  const { experiment, digest, evoke, inputs, manifest } = await readJson<ExperimentDocument>(file, "evoke run", experimentDocumentSchema);
  const timings = new Map((await readLines<Timing>(join(folder, "timings.jsonl"))).map(({ seed, wallSeconds }) => [seed, wallSeconds]));
  const bySeed = new Map<number, SourceRun>();
  let metrics: Pick<ReportCell, "metric" | "testMetric"> = {};
  for (const name of ["runs.jsonl", "runs.partial.jsonl"]) {
    for (const result of await readLines<RunResult>(join(folder, name))) {
      const wallSeconds = timings.get(result.seed);
      const record = await readRecord(join(folder, "events"), result.seed);
      if (record) metrics = record.metrics;
      bySeed.set(result.seed, {
        result,
        ...(record && { trajectory: record.course }),
        ...(wallSeconds !== undefined && { wallSeconds }),
      });
    }
  }
  const runs = [...bySeed.values()].sort((a, b) => a.result.seed - b.result.seed);
  const first = runs[0]?.result.seed ?? 1;
  const cell: ReportCell = {
    ...{ name: experiment, digest, variant: "base", at: {}, panel: "", baseline: experiment, differs: [] },
    ...metrics,
    budget: manifest.budget,
    ...(typeof manifest.space === "string"
      ? { space: manifest.space }
      : { space: manifest.space.use, spaceOptions: manifest.space.options ?? {} }),
  };
  return {
    ...{ name: experiment, file: join(folder, "runs.jsonl"), evoke, inputs, axes: [], cells: [cell] },
    ...(manifest.question !== undefined && { question: manifest.question }),
    seeds: { first, count: runs.length },
    runs: () => runs,
    close: () => {},
  };
}

/** `experiment.json`, as app/host/store/results.ts writes it. */
interface ExperimentDocument {
  readonly experiment: string;
  readonly digest: string;
  readonly evoke: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly manifest: {
    readonly question?: string;
    readonly space: string | { readonly use: string; readonly options?: object };
    readonly budget: { readonly queries?: number; readonly seconds?: number };
  };
}
interface Timing {
  readonly seed: number;
  readonly wallSeconds: number;
}

/** The course of a run, folded from its record; undefined if there is none. */
async function readRecord(
  folder: string,
  seed: number,
): Promise<{ readonly course: Trajectory; readonly metrics: { readonly metric?: Metric; readonly testMetric?: Metric } } | undefined> {
  const file = join(folder, `${seed}.jsonl.gz`);
  if (!existsSync(file)) return undefined;
  const fold = new TrajectoryFold();
  const metrics: { metric?: Metric; testMetric?: Metric } = {};
  const text = await readFile(file).then(
    (bytes) => gunzipSync(bytes).toString("utf8"),
    (error) => {
      throw cannotReadFile(file, "the record", error);
    },
  );
  for (const [i, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const event = parsed<SearchEvent>(file, i + 1, line);
    if (event.type === "run.started") metrics.metric = event.metric;
    if (event.type === "run.finished" && event.test) metrics.testMetric = event.test.metric;
    fold.next(event);
  }
  return { course: fold.trajectory(), metrics };
}

async function readLines<T extends { readonly seed: number }>(file: string): Promise<T[]> {
  if (!existsSync(file)) return [];
  const text = await readFile(file, "utf8").catch((error) => {
    throw cannotReadFile(file, "the results", error);
  });
  // A last line without its end was cut off by a kill, and never reported as done.
  return text
    .split("\n")
    .slice(0, -1)
    .map((line, i) => parsed<T>(file, i + 1, line));
}

function parsed<T>(file: string, line: number, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw resultsDamaged(file, line, error as Error);
  }
}

async function readJson<T>(file: string, command: string, schema: object): Promise<T> {
  const text = await readFile(file, "utf8").catch((error) => {
    throw cannotReadFile(file, "the results", error);
  });
  let value: T;
  try {
    value = JSON.parse(text) as T;
  } catch (error) {
    throw reportSourceInvalid(file, command, [(error as Error).message]);
  }
  const problems = problemsOf(schema, value);
  if (problems.length > 0) throw reportSourceInvalid(file, command, problems);
  return value;
}

const digest = { type: "string", pattern: "^[0-9a-f]{64}$" } as const;
const name = { type: "string", minLength: 1 } as const;
const number = { type: "number" } as const;
const metric = {
  type: "object",
  required: ["name", "dataset", "split", "epochs", "trainedOn", "unit"],
  properties: { name, dataset: name, split: { enum: ["validation", "test"] }, epochs: number, scheduled: number, unit: { type: "string" } },
} as const;
const budget = { type: "object", properties: { queries: number, seconds: number } } as const;

const matrixDocumentSchema = {
  type: "object",
  required: ["matrix", "evoke", "store", "design", "seeds", "axes", "cells"],
  properties: {
    matrix: name,
    question: { type: "string" },
    evoke: name,
    store: name,
    design: { enum: ["one-factor", "leave-one-out", "factorial"] },
    seeds: { type: "object", required: ["first", "count"], properties: { first: number, count: number } },
    targets: { type: "object", properties: { test: number, score: number } },
    axes: {
      type: "array",
      items: {
        type: "object",
        required: ["pointer", "label", "values"],
        properties: { pointer: { type: "string" }, label: name, values: { type: "array" } },
      },
    },
    cells: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["name", "digest", "variant", "at", "panel", "baseline", "differs", "metric", "budget", "space"],
        properties: {
          ...{
            name,
            digest,
            variant: name,
            panel: { type: "string" },
            baseline: name,
            metric,
            testMetric: metric,
            budget,
            space: name,
            spaceOptions: { type: "object" },
          },
          at: { type: "object" },
          differs: { type: "array", items: { type: "object", required: ["pointer"], properties: { pointer: { type: "string" } } } },
        },
      },
    },
  },
} as const;

const experimentDocumentSchema = {
  type: "object",
  required: ["experiment", "digest", "evoke", "inputs", "manifest"],
  properties: {
    ...{ experiment: name, digest, evoke: name, inputs: { type: "object" } },
    manifest: { type: "object", required: ["space", "budget"], properties: { budget, question: { type: "string" } } },
  },
} as const;
