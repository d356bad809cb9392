/**
 * Calls of the command that are killed, each with all that it needs in one folder. They are short, so that kills are many.
 *
 * @module
 */
import { readFileSync } from "node:fs";

export interface Scenario {
  readonly name: string;
  /** What the folder has, by path; objects are JSON. */
  readonly files: Readonly<Record<string, string | object>>;
  /** Calls that were made in it before, and are not killed. */
  readonly before?: readonly (readonly string[])[];
  /** The arguments of the call. */
  readonly call: readonly string[];
  /** How many such calls there are at once, if more than one. */
  readonly together?: number;
}

/** Where evaluations by a program are written down, `begin NAME` and `end NAME`, by the folder that each has. */
export const LOG = "begun.log";

/** The score follows from the architecture. */
const EVALUATE = `
read -r request || exit 1
folder=\${request##*'"folder":"'}
folder=\${folder%%'"'*}
name=\${folder##*/evaluations/}
architecture=\${request##*'"architecture":"'}
echo "begin $name" >> ${LOG}
sleep 0.02
score=$(printf %s "\${architecture%%'"'*}" | cksum)
echo "end $name" >> ${LOG}
echo '{"epoch": 1, "value": 1}'
echo "{\\"score\\": $((\${score%% *} % 10000)).5, \\"metrics\\": {\\"latency\\": 3}}"
`;
const LOOKED_UP = { use: "benchmark", options: { table: "digits-201", dataset: "digits" } };
const BY_PROGRAM = {
  use: "command",
  options: {
    command: ["/bin/sh", "evaluate.sh"],
    metric: { name: "accuracy", dataset: "none", epochs: 1, unit: "percent" },
    ...{ slots: 3, charge: "nothing" },
  },
};
/** Digits, few enough that an epoch takes a hundredth of a second. */
const DIGITS = { name: "digits", split: { train: 60, validation: 40, test: 20 }, augmentation: { shift: 1, noise: 0.4 } };
const SMALL_CELLS = {
  use: "nas-bench-201",
  options: { channels: 2, cellsPerStage: 1, stages: 1, reduction: "pool", imageSize: 8, imageChannels: 1 },
};

const search = {
  name: "search",
  ...{ space: "nas-bench-201", subspaces: { count: 2, radius: 2 } },
  controller: { use: "gnn-lstm", options: { hidden: 8 } },
};
const lookUps = { ...search, evaluator: LOOKED_UP, observers: ["recorder"], budget: { queries: 60 }, seeds: { count: 8 } };
const programs = { ...search, evaluator: BY_PROGRAM, budget: { queries: 12 }, seeds: { count: 2 } };
const trainings = {
  ...{ ...search, space: SMALL_CELLS, budget: { queries: 6 }, seeds: { count: 2 } },
  evaluator: { use: "training", options: { dataset: DIGITS, training: { epochs: 3, batchSize: 20 }, backend: "wasm" } },
};
const supernet = {
  ...{ ...search, space: SMALL_CELLS, budget: { queries: 10 }, seeds: { count: 2 } },
  evaluator: {
    use: "supernet",
    options: { dataset: DIGITS, training: { epochs: 8, batchSize: 20 }, sampling: "fair", backend: "wasm", charge: "nothing" },
  },
};
const sharedWeights = {
  ...{ name: "search", space: SMALL_CELLS, evaluator: LOOKED_UP, controller: "darts", budget: { queries: 1 }, seeds: { count: 2 } },
  sharedWeights: { dataset: DIGITS, schedule: { epochs: 5, batchSize: 20 }, ranked: 0, backend: "wasm" },
};
const matrix = {
  name: "matrix",
  base: { ...lookUps, observers: [] },
  design: "one-factor",
  variants: { uniform: { controller: "uniform" }, "random-search": { controller: "random", subspaces: null } },
  seeds: { count: 6 },
};
const tabulation = {
  ...{ name: "table", description: "Cells in a network of two channels", space: SMALL_CELLS, dataset: DIGITS, backend: "wasm" },
  ...{ training: { batchSize: 20, validateEvery: 2 }, fidelities: [{ epochs: 2 }, { epochs: 4 }] },
};
const fitted = { name: "fitted", space: "nas-bench-201", network: { layers: 2, width: 16 }, training: { epochs: 40, batchSize: 16 } };
const example = (name: string) => readFileSync(new URL(`../../examples/own-table/${name}`, import.meta.url), "utf8");

const run = (...more: string[]) => ["run", "search.json", "--out", "out", "--quiet", ...more];
const ofMatrix = (...more: string[]) => ["matrix", "matrix.json", "--out", "out", "--quiet", ...more];
const withProgram = (manifest: object) => ({ "search.json": manifest, "evaluate.sh": EVALUATE });

export const SCENARIOS: readonly Scenario[] = [
  ...["1", "2"].flatMap((workers): Scenario[] => [
    { name: `run-look-ups-${workers}`, files: { "search.json": lookUps }, call: run("--workers", workers) },
    { name: `run-programs-${workers}`, files: withProgram(programs), call: run("--workers", workers) },
    { name: `run-trainings-${workers}`, files: { "search.json": trainings }, call: run("--workers", workers) },
    { name: `run-supernet-${workers}`, files: { "search.json": supernet }, call: run("--workers", workers) },
    { name: `run-shared-weights-${workers}`, files: { "search.json": sharedWeights }, call: run("--workers", workers) },
    { name: `matrix-${workers}`, files: { "matrix.json": matrix }, call: ofMatrix("--workers", workers) },
    {
      name: `tabulate-${workers}`,
      files: { "table.json": tabulation },
      call: ["tabulate", "table.json", "--sample", "5", "--out", "out", "--quiet", "--workers", workers],
    },
  ]),
  {
    name: "run-shared-evaluations",
    files: withProgram({ ...programs, evaluations: "shared" }),
    call: run("--workers", "1"),
  },
  {
    name: "fit-look-ups",
    files: { "fit.json": { ...fitted, pairs: { evaluator: LOOKED_UP, sample: 300 } } },
    call: ["fit", "fit.json", "--out", "out", "--quiet"],
  },
  {
    name: "fit-programs",
    files: { "fit.json": { ...fitted, pairs: { evaluator: BY_PROGRAM, sample: 24 } }, "evaluate.sh": EVALUATE },
    call: ["fit", "fit.json", "--out", "out", "--quiet"],
  },
  {
    name: "table-add",
    files: {
      "losses.csv": example("losses.csv"),
      "table.json": example("table.json"),
      "earlier.json": { ...(JSON.parse(example("table.json")) as object), description: "Another table of this name" },
    },
    before: [["table", "add", "losses.csv", "--as", "earlier.json"]],
    call: ["table", "add", "losses.csv", "--as", "table.json"],
  },
  {
    name: "merge",
    files: { "matrix.json": matrix },
    before: [ofMatrix("--shard", "1/2", "--workers", "1"), ofMatrix("--shard", "2/2", "--workers", "1")],
    call: ["merge", "out", "--quiet"],
  },
  {
    name: "report",
    files: { "matrix.json": matrix },
    before: [ofMatrix("--workers", "1")],
    call: ["report", "out/matrix", "--quiet"],
  },
  { name: "two-matrices", files: { "matrix.json": matrix }, call: ofMatrix("--workers", "1"), together: 2 },
  { name: "two-runs-of-programs", files: withProgram(programs), call: run("--workers", "1"), together: 2 },
  {
    name: "two-reports",
    files: { "matrix.json": matrix },
    before: [ofMatrix("--workers", "1")],
    call: ["report", "out/matrix", "--quiet"],
    together: 2,
  },
];
