/**
 * A process of its own that reads hostile files in places where people name files, and says what came of it:
 * `node --expose-gc --import tsx named-places.ts FOLDER PLACE...`. Each line is JSON: the place, the file, what was said, the
 * seconds of the processor, and the most memory that the process has had so far, in MB. Without arguments it lists the places.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { tabulateCommand } from "../../../app/cli/commands/tabulate.ts";
import { loadExperiment, loadFit, loadMatrix, loadTableImport, loadTabulation, openExperiment } from "../../../app/host/experiment.ts";
import { recordedPairs } from "../../../app/host/fit.ts";
import { readRecord } from "../../../app/host/store/record.ts";
import { readSource } from "../../../app/host/tables/source/read-source.ts";
import { readToAdd } from "../../../app/host/tables/table-add.ts";
import { readTableBytes, TableFolder } from "../../../app/host/tables/tables.ts";
import { openReportSource } from "../../../app/report/source.ts";
import { openDataset } from "../../../training/datasets/dataset.ts";
import { tinySpace } from "../../fixtures.ts";

/** Absolute paths of the repository's own files. */
const own = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const experiment = {
  name: "hostile",
  space: "nas-bench-201",
  evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
  controller: "random",
  budget: { queries: 2 },
  seeds: { first: 1, count: 1 },
};

/** Composes the experiment with changes that name the file. */
const composed = (folder: string, changes: object) =>
  openExperiment({
    file: join(folder, "manifest.json"),
    changes: [],
    inline: { title: "manifest.json", text: JSON.stringify({ ...experiment, ...changes }) },
  });
const datasetOf = (dataset: object) => openDataset({ normalise: { mean: [0], std: [1] }, ...dataset } as never, "/");

/** How each place reads a file that is named there; some need an ending, or a folder around it. */
const PLACES: Readonly<Record<string, (file: string, folder: string) => Promise<unknown>>> = {
  experiment: (file) => loadExperiment({ file, changes: [] }),
  matrix: (file) => loadMatrix({ file, changes: [] }),
  fit: (file) => loadFit({ file, changes: [] }),
  tabulation: (file) => loadTabulation({ file, changes: [] }),
  "table-import": (file) => loadTableImport({ file, changes: [] }),
  base: (file, folder) => {
    writeFileSync(
      join(folder, "matrix.json"),
      JSON.stringify({ name: "m", base: file, design: "one-factor", variants: {}, seeds: { first: 1, count: 1 } }),
    );
    return loadMatrix({ file: join(folder, "matrix.json"), changes: [] });
  },
  "experiment-begun-with": (file, folder) =>
    composed(folder, { subspaces: { count: 2, radius: 2, initial: { use: "from-run", options: { experiment: file } } } }),
  table: (file, folder) => new TableFolder(folder).open(file),
  "table-add": (file) => readToAdd(file),
  "table-description": (file) => readToAdd(own("examples/own-table/losses.csv"), { as: file }),
  "table-describe": async (file) => readSource(await readTableBytes(file), file),
  predictor: (file, folder) => composed(folder, { evaluator: { use: "predictor", options: { file } } }),
  latencies: (file, folder) =>
    composed(folder, {
      space: "mobilenet",
      subspaces: { count: 2, radius: 2, accept: ["improvement", { use: "latency-limit", options: { milliseconds: 9, table: file } }] },
    }),
  input: (file, folder) =>
    composed(folder, {
      evaluator: {
        use: "command",
        options: { command: ["true"], inputs: [file], metric: { name: "a", dataset: "d", epochs: 1, unit: "percent" } },
      },
    }),
  module: (file, folder) => composed(folder, { plugins: [file] }),
  "dataset-npz": (file) => datasetOf({ name: "npz", files: { train: [file] } }),
  "dataset-idx": (file) => datasetOf({ name: "idx", files: { train: [file, file] } }),
  "dataset-cifar10": (file) => datasetOf({ name: "cifar10", files: { train: [file] } }),
  "dataset-archive": (file) => datasetOf({ name: "cifar10", folder: file }),
  "dataset-images": (file) => datasetOf({ name: "images", folder: file }),
  record: async (file) => {
    for await (const _ of readRecord(file));
  },
  "fit-runs": (file) => recordedPairs("/fit.json", [file], tinySpace(2, 2)),
  // What is compared with is not there, so that nothing is trained.
  "tabulate-only": (file) =>
    tabulateCommand(own("manifests/tabulate/digits-201.json"), { set: [], out: "/nowhere", only: file, compare: "./absent.arrow" }),
  report: (file) => openReportSource(file),
  "report-document": (file, folder) => {
    mkdirSync(folder, { recursive: true });
    symlinkSync(file, join(folder, "matrix.json"));
    return openReportSource(folder);
  },
  "report-store": async (file, folder) => {
    const cell = { name: "c", digest: "0".repeat(64), variant: "v", at: {}, panel: "", baseline: "c", differs: [], space: "s" };
    const metric = { name: "a", dataset: "d", split: "validation", epochs: 1, trainedOn: "t", unit: "u" };
    const document = { matrix: "m", evoke: "1", store: file, seeds: { first: 1, count: 1 }, axes: [] };
    writeFileSync(join(folder, "matrix.json"), JSON.stringify({ ...document, cells: [{ ...cell, metric, budget: {} }] }));
    return openReportSource(folder);
  },
};

/** Forgets how much memory this process had at most, where the system can. */
function forgetPeak(): void {
  if (existsSync("/proc/self/clear_refs")) writeFileSync("/proc/self/clear_refs", "5");
}

/** Megabytes. What resourceUsage() says begins with those of the process that has started this one. */
function peak(): number {
  if (!existsSync("/proc/self/status")) return process.memoryUsage().rss / 1e6;
  return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))![1]) / 1e3;
}

const [hostile, ...places] = process.argv.slice(2);
if (hostile === undefined) process.stdout.write(Object.keys(PLACES).join("\n"));
for (const place of places)
  for (const [i, name] of readdirSync(hostile!).sort().entries()) {
    const folder = resolve(hostile!, "..", `${place}-${i}`);
    mkdirSync(folder, { recursive: true });
    globalThis.gc!(); // so that the most memory is that of one file, and not of those before it as well
    forgetPeak();
    const begin = process.cpuUsage();
    const said = await PLACES[place]!(resolve(hostile!, name), folder).then(
      () => "accepted",
      (error: Error) => `${error.name}: ${error.message}`,
    );
    const { user, system } = process.cpuUsage(begin);
    const seconds = (user + system) / 1e6;
    process.stdout.write(`${JSON.stringify({ place, name, said, seconds, megabytes: peak() })}\n`);
  }
process.exit(0); // a thread that trains, or a pool, may be left
