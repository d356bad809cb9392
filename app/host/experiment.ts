/**
 * Experiments from files: reading a manifest, importing the modules that it names, and the host that
 * its plugins see on Node and Deno.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { initialInvalid, parcelInvalid, parcelUntrusted } from "../../core/errors/index.ts";
import type { Host } from "../../core/kernel.ts";
import type { Change } from "../../core/manifest/changes.ts";
import { type Experiment, type ManifestSource, readManifest, slotsOf } from "../../core/manifest/experiment.ts";
import type { Fit } from "../../core/manifest/fit.ts";
import type { Cell, Matrix } from "../../core/manifest/matrix/matrix.ts";
import type { ImportedModule, Slot } from "../../core/manifest/slots.ts";
import type { TableImport } from "../../core/manifest/table-import.ts";
import type { Tabulation } from "../../core/manifest/tabulation.ts";
import type { FinalCentre, Output, Runs, Terminal } from "../../core/plugin/dependencies.ts";
import { oriented } from "../../core/plugin/metric.ts";
import type { Processes } from "../../core/plugin/processes.ts";
import { isTableName } from "../../core/table/table-description.ts";
import type { Trainer } from "../../core/training/trainer.ts";
import { catalogue } from "../../plugins/catalogue.ts";
import { MOST } from "../../training/files/limits.ts";
import { readNamedText } from "../../training/files/named-file.ts";
import { homeFolder } from "../../training/home-folder.ts";
import type { TrainerThreads } from "../../training/trainer.ts";
import { ManifestFiles } from "./files.ts";
import type { Opened } from "./opened.ts";
import { OpenedFiles } from "./opened-files.ts";
import { programIn, textsIn } from "./program-in.ts";
import { type KeptRuns, keptRuns, NOTHING_KEPT } from "./run/kept-runs.ts";
import { shortPath } from "./short-path.ts";
import { OWN_FOLDER } from "./tables/own-folder.ts";
import { type SharedTables, TableFolder } from "./tables/tables.ts";
import { checkTrusted } from "./trust.ts";

/** Names an experiment; a value that worker threads can be sent. */
export interface ExperimentFile {
  /** Path of the manifest; what it names is relative to it. */
  readonly file: string;
  /** What --set and --seeds change in it. */
  readonly changes: readonly Change[];
  /** A manifest that is in no file of its own: what it is called, and its text. */
  readonly inline?: { readonly title: string; readonly text: string };
  /** Of one that another machine has sent. */
  readonly sent?: Sent;
  /** The folders of manifests that lead to it: code runs where all are trusted, since each says what is run. */
  readonly by?: readonly string[];
}

/** What is different for a manifest that another machine has sent. */
export interface Sent {
  /** What its manifest is of; as an experiment, a fit is that which measures its sample. */
  readonly kind: "experiment" | "fit" | "tabulation";
  /** The files of tables, by the names that it names them by. */
  readonly tables: Readonly<Record<string, string>>;
  /** Whether plugins of its own are imported, and programs that it names are started. */
  readonly trusted: boolean;
  /** The folder in which its programs are started, in place of the manifest's, and which of its files are taken from there. */
  readonly workdir?: { readonly folder: string; readonly files: readonly string[] };
}

/** Reads and checks the manifest. */
export async function loadExperiment(source: ExperimentFile): Promise<Experiment> {
  const experiment = source.sent?.kind === "fit" ? await sampleOf(source) : await readManifest(await manifestSource(source));
  if (isForeign(source)) refusePrograms(source, experiment.resolved, slotsOf(experiment));
  return experiment;
}

/** Reads and checks the manifest of a matrix, its base and its cells. */
export async function loadMatrix(source: ExperimentFile): Promise<Matrix> {
  const { file } = source;
  const { readMatrix } = await import("../../core/manifest/matrix/matrix.ts");
  const own = dirname(resolve(file));
  const readBase = async (path: string) => {
    const base = shortPath(resolve(dirname(file), path));
    return { file: base, text: readText(base, `the base of ${file},`) };
  };
  return readMatrix({
    ...(await manifestSource(source)),
    changes: source.changes,
    readBase,
    importModule: (specifier, base) => importTrusted(specifier, base, [own]),
  });
}

/** A cell of a matrix as an experiment. */
export function cellFile({ file, baseFile }: Matrix, { title, text }: Cell): ExperimentFile {
  return { file: baseFile, changes: [], inline: { title, text }, by: [dirname(resolve(file))] };
}

/** Reads and checks the manifest of a predictor that is to be made. */
export async function loadFit(source: ExperimentFile): Promise<Fit> {
  const { readFit } = await import("../../core/manifest/fit.ts");
  return readFit(await manifestSource(source));
}

async function sampleOf(source: ExperimentFile): Promise<Experiment> {
  const { file, pairs } = await loadFit(source);
  if ("sample" in pairs) return pairs.sample;
  throw parcelInvalid(`${file} measures nothing`);
}

/** Reads and checks the manifest of a table that is to be made. */
export async function loadTabulation(source: ExperimentFile): Promise<Tabulation> {
  const { readTabulation } = await import("../../core/manifest/tabulation.ts");
  const tabulation = await readTabulation(await manifestSource(source));
  if (isForeign(source)) refusePrograms(source, tabulation, [tabulation.space]);
  return tabulation;
}

/** Reads and checks the description of a table that is to be imported. */
export async function loadTableImport(source: ExperimentFile): Promise<TableImport> {
  const { readTableImport } = await import("../../core/manifest/table-import.ts");
  return readTableImport(await manifestSource(source));
}

async function manifestSource(source: ExperimentFile): Promise<ManifestSource> {
  const { file, changes, inline } = source;
  const text = inline?.text ?? readText(file, "the manifest");
  const own = (specifier: string) => {
    if (isForeign(source)) return refuseModule(source, specifier);
    return source.sent ? importModule(specifier, file) : importTrusted(specifier, file, source.by);
  };
  return { file: inline?.title ?? file, text, changes, catalogue, importModule: own };
}

/** Whether another machine has sent it, which this one does not trust. */
function isForeign({ sent }: ExperimentFile): boolean {
  return sent !== undefined && !sent.trusted;
}

async function refuseModule({ file, inline }: ExperimentFile, specifier: string): Promise<never> {
  throw parcelUntrusted(inline?.title ?? file, `the module ${specifier}`);
}

/** Refuses what would start programs that the manifest of another machine names. */
function refusePrograms({ file, inline }: ExperimentFile, manifest: object, slots: readonly Slot[]): void {
  const program = programIn(manifest, slots);
  if (program !== undefined) throw parcelUntrusted(inline?.title ?? file, program);
}

/**
 * Whoever starts what a manifest on this machine names looks first whether it is trusted.
 * @param folder  the manifest's
 * @throws EvokeError UNTRUSTED
 */
export async function checkPrograms(folder: string, title: string, manifest: object, slots: readonly Slot[]): Promise<void> {
  const program = programIn(manifest, slots);
  if (program !== undefined) await checkTrusted(folder, title, program);
}

function readText(path: string, what: string): string {
  return readNamedText({ path, what, most: MOST.manifest });
}

/** What of the host only some commands have. */
export interface HostParts {
  readonly terminal?: Terminal;
  readonly output?: Output | undefined;
  /** Tables that another thread has loaded. */
  readonly sharedTables?: SharedTables;
  /** The manifest, if it has been read already. */
  readonly experiment?: Experiment;
  /** Compose only: nothing will be run, so nothing can be trained and no thread is started. */
  readonly dry?: boolean;
  /** The folder in which an experiment keeps its trainings while they are under way, by its digest; left out, they are not kept. */
  readonly trainings?: (digest: string) => string;
  /** Where runs of other experiments are kept, for those that begin with them. */
  readonly keptRuns?: KeptRuns;
}

/** Reads and composes an experiment. */
export async function openExperiment(source: ExperimentFile, parts: HostParts = {}): Promise<Opened> {
  const file = resolve(source.file);
  // An experiment without a file of its own is no link of a chain that leads back to that file.
  return composeLoaded(parts.experiment ?? (await loadExperiment(source)), parts, {
    folder: dirname(file),
    chain: source.inline ? [] : [file],
    by: source.by ?? [],
    ...(source.sent && { sent: source.sent }),
  });
}

/** Where an experiment comes from. */
interface Place {
  /** What the paths in it are relative to. */
  readonly folder: string;
  /** The manifests that are being opened, each by the one before it. */
  readonly chain: readonly string[];
  readonly sent?: Sent;
  /** The folders of manifests that lead to it. */
  readonly by: readonly string[];
}

/** Composes a loaded experiment. */
export async function composeLoaded(
  experiment: Experiment,
  parts: HostParts = {},
  place: Place = placeOf(experiment.file),
): Promise<Opened> {
  const { folder, sent, by } = place;
  if (!parts.dry && !sent)
    for (const within of [folder, ...by]) await checkPrograms(within, experiment.file, experiment.resolved, slotsOf(experiment));
  const inputs = new Map<string, string>();
  const files = new OpenedFiles(folder);
  const named = sent && new Map(Object.entries(sent.tables));
  const tables = new TableFolder(folder, parts.sharedTables, OWN_FOLDER, named);
  const runs = new OtherRuns(place, parts, inputs, files);
  const workdir = sent?.workdir?.folder ?? folder;
  const moved = (file: string) => (sent?.workdir?.files.includes(file) ? resolve(workdir, relative(folder, file)) : file);
  let digest = ""; // of what is composed here: known before anything is trained
  const host: Host = {
    tables: {
      open: async (name) => {
        const table = await tables.open(name);
        inputs.set(`table ${table.name}`, table.digest);
        if (!isTableName(name)) files.addNamed(name, folder);
        return table;
      },
    },
    files: new ManifestFiles(folder, inputs, { opened: files, moved }),
    trainer: parts.dry
      ? (await import("./dry-trainer.ts")).dryTrainer(folder)
      : lazyTrainer(
          folder,
          inputs,
          () => parts.trainings?.(digest),
          (file) => files.addNamed(file, folder),
        ),
    processes: lazyProcesses(workdir),
    runs,
    terminal: parts.terminal ?? { interactive: false, columns: 80, write: () => {} },
    ...(parts.output && { output: parts.output }),
    clock: () => performance.now(),
    inputs,
  };
  const { compose } = await import("../../core/kernel.ts"); // a quarter of a second
  const composition = await compose(experiment, host);
  digest = composition.digest;
  const places = composition.places ?? runs.places;
  for (const [name, file] of tables.named) files.addTable(name, file);
  files.addModules((experiment.resolved as { readonly plugins: readonly string[] }).plugins, folder);
  for (const { plugin, options } of slotsOf(experiment))
    if (plugin.needs.includes("processes")) files.addPrograms(textsIn(options), folder);
  return { composition, tables, inputs, files, beginsWithRuns: runs.beginsWithRuns, ...(places !== undefined && { places }) };
}

function placeOf(file: string): Place {
  const path = resolve(file);
  return { folder: dirname(path), chain: [path], by: [] };
}

/** Of all trainers of this thread. */
let threads: TrainerThreads | undefined;

/** The trainer, loaded when it is first used: most experiments train nothing. */
function lazyTrainer(
  folder: string,
  inputs: Map<string, string>,
  trainings: () => string | undefined,
  opened: (file: string) => void,
): Trainer {
  let loaded: Promise<Trainer> | undefined;
  const places = availableParallelism();
  const trainer = () =>
    (loaded ??= import("../../training/trainer.ts").then(({ WorkerTrainer, trainerThreads }) => {
      threads ??= trainerThreads(places);
      const keeping = { supernets: join(homeFolder(), "supernets"), timings: join(homeFolder(), "timings"), trainings };
      return new WorkerTrainer(folder, inputs, threads, keeping, opened);
    }));
  return {
    places,
    prepare: async (...wanted) => (await trainer()).prepare(...wanted),
    train: async (...request) => (await trainer()).train(...request),
    supernet: async (...request) => (await trainer()).supernet(...request),
    shareWeights: async (...request) => (await trainer()).shareWeights(...request),
  };
}

/** The processes of programs, loaded when there is the first. */
function lazyProcesses(folder: string): Processes {
  const processes = async () => (await import("./processes/processes.ts")).processesIn(folder);
  return {
    find: async (program) => (await processes()).find(program),
    ask: async (...request) => (await processes()).ask(...request),
  };
}

/** The runs of other manifests, done when their centres are asked for. */
class OtherRuns implements Runs {
  readonly #opened = new Map<string, Promise<Opened>>();
  /** The most of those that were opened. */
  places: number | undefined;
  readonly #place: Place;
  readonly #parts: HostParts;
  readonly #inputs: Map<string, string>;
  readonly #files: OpenedFiles;
  constructor(place: Place, parts: HostParts, inputs: Map<string, string>, files: OpenedFiles) {
    this.#place = place;
    this.#parts = parts;
    this.#inputs = inputs;
    this.#files = files;
  }

  async open(experiment: string): Promise<void> {
    const { composition, places, files } = await this.#open(experiment);
    if (places !== undefined) this.places = Math.max(places, this.places ?? 0);
    if (!composition.experiment.subspaces) throw initialInvalid(`${experiment} searches the whole space and has no centres`);
    this.#inputs.set(`experiment ${experiment}`, composition.digest);
    if (isAbsolute(experiment)) return; // with all that it names
    this.#files.addNamed(experiment, this.#place.folder);
    this.#files.include(files);
  }

  async centres(experiment: string, seed: number): Promise<readonly FinalCentre[]> {
    const { keptRuns: kept = keptRuns(NOTHING_KEPT) } = this.#parts;
    const opened = await this.#open(experiment);
    const { composition } = opened;
    const { centres } = await kept.trajectory(opened, seed);
    const last: FinalCentre[] = [];
    for (const { subspace, architecture, score } of centres) last[subspace] = { architecture, score: oriented(score, composition.metric) };
    return last;
  }

  get beginsWithRuns(): boolean {
    return this.#opened.size > 0;
  }

  #open(experiment: string): Promise<Opened> {
    const { folder, chain, sent, by: before } = this.#place;
    const file = resolve(folder, experiment);
    let opened = this.#opened.get(file);
    if (!opened) {
      if (chain.includes(file)) throw initialInvalid(`${[...chain, file].map(shortPath).join(" → ")} lead back to themselves`);
      const shared = { by: [...before, folder], ...(sent && { sent: { ...sent, kind: "experiment" as const } }) };
      opened = loadExperiment({ file: shortPath(file), changes: [], ...shared }).then((loaded) =>
        composeLoaded(loaded, { ...this.#parts, output: undefined }, { folder: dirname(file), chain: [...chain, file], ...shared }),
      );
      this.#opened.set(file, opened);
    }
    return opened;
  }
}

/**
 * Imports a module for a manifest on this machine.
 * @param by  the folders of manifests that lead to it
 * @throws EvokeError UNTRUSTED, MODULE_UNLOADABLE
 */
async function importTrusted(specifier: string, manifest: string, by: readonly string[] = []): Promise<ImportedModule> {
  for (const within of [dirname(resolve(manifest)), ...by]) await checkTrusted(within, manifest, `the module ${specifier}`);
  return importModule(specifier, manifest);
}

/** Loaded when a manifest names a module: most name none. */
async function importModule(specifier: string, manifest: string): Promise<ImportedModule> {
  const modules = await import("./modules/import-module.ts");
  return modules.importModule(specifier, manifest);
}
