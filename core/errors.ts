/**
 * Every error that a user can meet, from one file: a stable code, what could not be done, where,
 * what was found, and what to do next. `docs/errors.md` lists them; a test holds both equal.
 *
 * @module
 */
import leven from "leven";

export type ErrorCode =
  | "ANSWER_MISSING"
  | "ARCHITECTURE_INVALID"
  | "ARCHITECTURE_UNTABULATED"
  | "BACKEND_UNAVAILABLE"
  | "BLOCKS_MISSING"
  | "CANNOT_READ"
  | "CANNOT_WRITE"
  | "CONSTRAINT_INVALID"
  | "COST_MISSING"
  | "DATASET_INVALID"
  | "DEPENDENCY_MISSING"
  | "FIDELITIES_MISSING"
  | "FIDELITY_INVALID"
  | "DRAWING_MISSING"
  | "FOLDER_BUSY"
  | "INITIAL_INVALID"
  | "LIMITS_UNMET"
  | "LATENCY_TABLE_INVALID"
  | "LATENCY_UNKNOWN"
  | "MANIFEST_INVALID"
  | "MANIFEST_OF_ANOTHER_KIND"
  | "METRIC_UNKNOWN"
  | "MODULE_UNLOADABLE"
  | "NETWORK_MISFIT"
  | "NETWORK_MISSING"
  | "NODES_MISSING"
  | "NOTHING_TRAINED"
  | "NOT_JSON"
  | "ONLY_INVALID"
  | "OPERATION_UNKNOWN"
  | "OPTION_INVALID"
  | "PAIRS_FEW"
  | "PLUGIN_DUPLICATE"
  | "PLUGIN_FAILED"
  | "PLUGIN_INSTANCE_INVALID"
  | "PLUGIN_MALFORMED"
  | "PLUGIN_NAME_UNKNOWN"
  | "PLUGIN_UNKNOWN"
  | "POINTER_INVALID"
  | "POINTER_UNKNOWN"
  | "PREDICTOR_DIVERGED"
  | "PREDICTOR_INVALID"
  | "PREDICTOR_MISMATCH"
  | "RECORD_INVALID"
  | "REPORT_EMPTY"
  | "REPORT_SOURCE_INVALID"
  | "REPORT_SOURCE_MISSING"
  | "REPORT_STORE_MISSING"
  | "RESULTS_DAMAGED"
  | "SIMD_MISSING"
  | "SUBSPACES_UNWANTED"
  | "SUPERNET_IMPOSSIBLE"
  | "SPACE_UNDECIDED"
  | "STORE_DAMAGED"
  | "STORE_FOREIGN"
  | "STORE_UNAVAILABLE"
  | "TABLE_INVALID"
  | "TABLE_MISMATCH"
  | "TABLE_MISSING"
  | "TABLE_NAME_INVALID"
  | "TRAINING_DIVERGED";

/** An error that the user can mend. Everything else that is thrown is a defect. */
export class EvokeError extends Error {
  override readonly name = "EvokeError";
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The known name that a mistyped one most likely meant, if any is near. */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  const near = known.map((name) => ({ name, edits: leven(wanted.toLowerCase(), name.toLowerCase()) })).sort((a, b) => a.edits - b.edits)[0];
  return near && near.edits <= Math.max(2, Math.floor(wanted.length / 3)) ? near.name : undefined;
}

function suggestion(wanted: string, known: readonly string[], plural: string): string {
  const near = nearest(wanted, known);
  return near ? `Did you mean "${near}"?` : known.length > 0 ? `Known ${plural}: ${known.join(", ")}.` : `There are no ${plural} yet.`;
}

/** A text does not name a member of the space. */
export function architectureInvalid(space: string, found: string, expected: string): EvokeError {
  return new EvokeError(
    "ARCHITECTURE_INVALID",
    `Cannot read ${JSON.stringify(found)} as an architecture of ${space}.\n  Expected ${expected}.`,
  );
}

/** A manifest is not JSON. */
export function notJson(
  file: string,
  text: string,
  { offset, problem }: { readonly offset: number; readonly problem: string },
  cause: SyntaxError,
): EvokeError {
  const before = text.slice(0, offset).split("\n");
  const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  const found = text.trim() === "" ? "it is empty" : `${problem} at ${place}`;
  return new EvokeError("NOT_JSON", `Cannot read ${file} as JSON: ${found}.`, { cause });
}

/** A manifest, or the options of a plugin that it names, are not as their schema says. */
export function manifestInvalid(file: string, problems: readonly string[]): EvokeError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new EvokeError(
    "MANIFEST_INVALID",
    `Cannot use the manifest ${file}: ${count}.\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
  );
}

/** A manifest is one for another command. */
export function manifestOfAnotherKind(file: string, wanted: string, found: string, remedy: string): EvokeError {
  return new EvokeError(
    "MANIFEST_OF_ANOTHER_KIND",
    `Cannot use ${file} as the manifest of ${wanted}: it is that of ${found}.\n  ${remedy}`,
  );
}

/** A slot names a plugin that nobody gave. */
export function pluginUnknown(kind: string, name: string, at: string, known: readonly string[]): EvokeError {
  const hint = suggestion(name, known, `plugins of kind ${kind}`);
  return new EvokeError(
    "PLUGIN_UNKNOWN",
    `Cannot load ${kind} "${name}" at ${at}: no plugin has that name.\n  ${hint}  See all with: evoke plugins`,
  );
}

/** Two plugins have one kind and one name. */
export function pluginDuplicate(kind: string, name: string, at: string): EvokeError {
  return new EvokeError(
    "PLUGIN_DUPLICATE",
    `Cannot add ${kind} "${name}" from ${at}: there is a ${kind} of that name already.\n  Give it another name.`,
  );
}

/** A module that a manifest names under /plugins does not hold what a plugin is. */
export function pluginMalformed(specifier: string, at: string, problem: string): EvokeError {
  return new EvokeError("PLUGIN_MALFORMED", `Cannot use the module "${specifier}" at ${at}: ${problem}.\n  See docs/plugin-guide.md.`);
}

/** Where in the code an error was thrown that nobody foresaw: the first line of its stack, in V8's form. */
export function thrownAt(error: Error): string | undefined {
  return error.stack
    ?.split("\n")
    .find((line) => /^\s+at /.test(line))
    ?.trim();
}

/** A plugin's own code failed when it was to create its instance. */
export function pluginFailed(kind: string, name: string, at: string, cause: Error): EvokeError {
  const place = thrownAt(cause) ?? "somewhere";
  return new EvokeError("PLUGIN_FAILED", `Cannot create ${kind} "${name}" at ${at}: ${cause.message}\n  Thrown ${place}`, { cause });
}

/** What a plugin has created is not what its kind promises. */
export function pluginInstanceInvalid(kind: string, name: string, at: string, problem: string): EvokeError {
  return new EvokeError(
    "PLUGIN_INSTANCE_INVALID",
    `Cannot use what ${kind} "${name}" at ${at} creates: ${problem}.\n  See what each kind has in docs/plugin-guide.md.`,
  );
}

/** A plugin needs something that this experiment does not have. */
export function dependencyMissing(kind: string, name: string, at: string, need: string, known: readonly string[]): EvokeError {
  const remedy =
    need === "subspaces"
      ? 'The manifest has no /subspaces. Add "subspaces": { "count": 4, "radius": 4 }, or choose a plugin for a search of the whole space.'
      : need === "output"
        ? "Say where the results go, with --out DIR."
        : suggestion(need, known, "dependencies");
  return new EvokeError("DEPENDENCY_MISSING", `Cannot compose ${kind} "${name}" at ${at}: it needs "${need}".\n  ${remedy}`);
}

/** A plugin searches at several fidelities, and the evaluator has one. */
export function fidelitiesMissing(kind: string, name: string, at: string): EvokeError {
  return new EvokeError(
    "FIDELITIES_MISSING",
    `Cannot compose ${kind} "${name}" at ${at}: it needs an evaluator that also measures after fewer epochs, and this one does not.\n  Search at more epochs than the fewest of the table, with "epochs" of the evaluator benchmark, or give the evaluator training "fidelities".`,
  );
}

/** The lower fidelities that an evaluator is to have are not below the full one. */
export function fidelityInvalid(found: number, epochs: number): EvokeError {
  return new EvokeError(
    "FIDELITY_INVALID",
    `Cannot train for ${found} epochs as a lower fidelity: a full training has ${epochs}.\n  Give fewer under /evaluator/options/fidelities, or more under /evaluator/options/training/epochs.`,
  );
}

/** A rule under /constraints compares with a centre, and does not say which architectures it admits. */
export function constraintInvalid(name: string, at: string): EvokeError {
  return new EvokeError(
    "CONSTRAINT_INVALID",
    `Cannot use acceptance "${name}" at ${at} as a limit: it compares a candidate with its centre, and does not say which architectures it admits.\n  Move it to /subspaces/accept, or choose a rule that is a limit.`,
  );
}

/** Hardly any architecture keeps the limits of the manifest. */
export function limitsUnmet(draws: number): EvokeError {
  return new EvokeError(
    "LIMITS_UNMET",
    `Cannot draw an architecture that the limits of the manifest admit: ${draws} were drawn, and none of them is.\n  Loosen the rules under /constraints and /subspaces/accept, or give admitted architectures to begin with.`,
  );
}

/** Nothing that a run has evaluated can be its answer. */
export function answerMissing(evaluated: number): EvokeError {
  return new EvokeError(
    "ANSWER_MISSING",
    `Cannot answer: of ${evaluated} evaluations none was at full fidelity and of an architecture that the limits of the manifest admit.\n  Give the run a larger /budget, or loosen the rules under /constraints and /subspaces/accept.`,
  );
}

/** A plugin is for a search of the whole space, and the manifest has subspaces. */
export function subspacesUnwanted(kind: string, name: string, at: string): EvokeError {
  return new EvokeError(
    "SUBSPACES_UNWANTED",
    `Cannot compose ${kind} "${name}" at ${at}: it is for a search of the whole space, and the manifest has /subspaces.\n  Leave one of them out. The first centres are chosen at /subspaces/initial, for example by "given".`,
  );
}

/** A JSON pointer, given with --set for example, is not one. */
export function pointerInvalid(found: string): EvokeError {
  return new EvokeError(
    "POINTER_INVALID",
    `Cannot read ${JSON.stringify(found)} as a JSON pointer.\n  Write it like /budget/queries (RFC 6901).`,
  );
}

/** A JSON pointer leads to nothing in the manifest. */
export function pointerUnknown(file: string, pointer: string, missing: string, known: readonly string[]): EvokeError {
  const hint = suggestion(missing.split("/").at(-1)!, known, "properties there");
  return new EvokeError("POINTER_UNKNOWN", `Cannot set ${pointer} in ${file}: there is nothing at ${missing}.\n  ${hint}`);
}

/** The first centres that an initial plugin gives do not fit the search. */
export function initialInvalid(problem: string): EvokeError {
  return new EvokeError("INITIAL_INVALID", `Cannot begin the search with the centres that /subspaces/initial gives: ${problem}.`);
}

/** The runtime cannot run the engine's kernels. */
export function simdMissing(): EvokeError {
  return new EvokeError(
    "SIMD_MISSING",
    "Cannot run the networks of learning controllers: this runtime has no WebAssembly SIMD.\n" +
      "  Use Node 20 or later, Deno, or a browser of 2023 or later, on a processor with SIMD (SSE4.1 or NEON).",
  );
}

/** A file cannot be read. */
export function cannotReadFile(file: string, what: string, cause: Error & { code?: string | undefined }): EvokeError {
  const reason = cause.code === "ENOENT" ? "there is no such file" : cause.code === "EISDIR" ? "it is a folder" : cause.message;
  return new EvokeError("CANNOT_READ", `Cannot read ${what} ${file}: ${reason}.`, { cause });
}

/** A file cannot be written. */
export function cannotWriteFile(file: string, cause: Error & { code?: string | undefined }): EvokeError {
  return new EvokeError("CANNOT_WRITE", `Cannot write ${file}: ${cause.message}.\n  What was written before is kept.`, { cause });
}

/**
 * A module that a manifest names under /plugins cannot be imported.
 * @param file  its path, if it is there
 */
export function moduleUnloadable(
  specifier: string,
  manifest: string,
  file: string | undefined,
  cause: Error & { code?: string | undefined },
): EvokeError {
  const typescript = cause.code === "ERR_UNKNOWN_FILE_EXTENSION" && specifier.endsWith("ts");
  const remedy = typescript
    ? "This version of Node does not read TypeScript: use Node 22.18 or newer, Deno, or JavaScript."
    : file === undefined
      ? "Name a file relative to the manifest, as ./my-plugin.js, or an installed package."
      : `The file is there, but its code does not load. See where it fails with: node ${file}`;
  const reason = cause.message.split("\n")[0]!;
  return new EvokeError("MODULE_UNLOADABLE", `Cannot import "${specifier}" at /plugins of ${manifest}: ${reason}\n  ${remedy}`, { cause });
}

/** A results file holds a line that is no run. */
export function resultsDamaged(file: string, line: number, cause: Error): EvokeError {
  return new EvokeError(
    "RESULTS_DAMAGED",
    `Cannot read the results in ${file}, line ${line}: ${cause.message}.\n  Nothing was changed. Remove that line to have its run done again, or choose another --out.`,
    { cause },
  );
}

/** A stored run, or the whole store, is not what was written. */
export function storeDamaged(file: string, problem: string, remedy: string, cause?: Error): EvokeError {
  return new EvokeError("STORE_DAMAGED", `Cannot use the runs in ${file}: ${problem}.\n  ${remedy}`, cause ? { cause } : {});
}

/** The file that should hold runs is something else, or of a newer version of Evoke. */
export function storeForeign(file: string, problem: string): EvokeError {
  return new EvokeError(
    "STORE_FOREIGN",
    `Cannot keep runs in ${file}: ${problem}.\n  Nothing was changed. Choose another folder with --out DIR.`,
  );
}

/** The database that keeps the runs of a matrix does not load, or does not open its file. */
export function storeUnavailable(file: string, cause: Error): EvokeError {
  return new EvokeError(
    "STORE_UNAVAILABLE",
    `Cannot open ${file}: ${cause.message.split("\n")[0]}\n  Runs of matrices are kept by the package libsql. See what this installation can do with: evoke doctor`,
    { cause },
  );
}

/** A folder that is to be reported on holds no results. */
export function reportSourceMissing(folder: string, exists: boolean, inside: readonly string[]): EvokeError {
  const found = exists ? "it holds neither matrix.json nor experiment.json" : "there is no such folder";
  const remedy =
    inside.length > 0
      ? `Name one of the folders in it: ${inside.join(", ")}.`
      : "Name the folder that evoke matrix, or evoke run --out DIR, has made: results/NAME.";
  return new EvokeError("REPORT_SOURCE_MISSING", `Cannot report on ${folder}: ${found}.\n  ${remedy}`);
}

/** A file with the right name is not what `evoke matrix` or `evoke run` writes under it. */
export function reportSourceInvalid(file: string, command: string, problems: readonly string[]): EvokeError {
  return new EvokeError(
    "REPORT_SOURCE_INVALID",
    `Cannot report on ${file}: it is not as ${command} writes it.\n${problems.map((problem) => `  ${problem}\n`).join("")}  Nothing was changed. The same ${command} again writes it anew, and keeps the runs.`,
  );
}

/** The store that a matrix names is not there. */
export function reportStoreMissing(store: string, file: string): EvokeError {
  return new EvokeError(
    "REPORT_STORE_MISSING",
    `Cannot report on ${file}: the runs should be in ${store}, and there is no such file.\n  Keep the folder of a matrix beside its runs.sqlite, or have the runs done again by evoke matrix.`,
  );
}

/** No run of what is to be reported on is finished. */
export function reportEmpty(folder: string): EvokeError {
  return new EvokeError(
    "REPORT_EMPTY",
    `Cannot report on ${folder}: none of its runs is finished.\n  Have some done first, by the same evoke matrix or evoke run again.`,
  );
}

/** A record of events is not one. */
export function recordInvalid(file: string, problem: string): EvokeError {
  return new EvokeError("RECORD_INVALID", `Cannot use the record ${file}: ${problem}.\n  Records are made by the observer "recorder".`);
}

/** The space does not say what its architectures look like. */
export function drawingMissing(space: string): EvokeError {
  return new EvokeError(
    "DRAWING_MISSING",
    `Cannot draw architectures of the space "${space}": it does not say what they look like.\n  A space can do so with the method "drawing", as nas-bench-201 does: see docs/plugin-guide.md.`,
  );
}

/** No built-in space reads a text as an architecture, or more than one does. */
export function spaceUndecided(text: string, fitting: readonly string[], known: readonly string[]): EvokeError {
  const found = fitting.length === 0 ? "no built-in space reads it" : `${fitting.join(" and ")} read it`;
  const names = fitting.length === 0 ? known : fitting;
  return new EvokeError(
    "SPACE_UNDECIDED",
    `Cannot tell which space ${JSON.stringify(text)} is of: ${found}.\n  Name the space with --space, one of ${names.join(", ")}, or a manifest with it: then what is wrong with the text is told.`,
  );
}

/** Another process writes into the folder. */
export function folderBusy(folder: string, pid: number, lock: string): EvokeError {
  return new EvokeError(
    "FOLDER_BUSY",
    `Cannot write into ${folder}: process ${pid} is writing there.\n  Wait for it, or choose another --out. If that process is no evoke any more, remove ${lock}.`,
  );
}

/** An option of the command is wrong. */
export function optionInvalid(option: string, found: string, expected: string): EvokeError {
  return new EvokeError("OPTION_INVALID", `Cannot use ${option} ${JSON.stringify(found)}: expected ${expected}.`);
}

/** A file with the architectures to be trained has one that is none. */
export function onlyInvalid(file: string, line: number, cause: Error): EvokeError {
  return new EvokeError("ONLY_INVALID", `Cannot use line ${line} of ${file}: ${cause.message}`, { cause });
}

/** `evoke plugins` was asked for a kind or name that no plugin has. */
export function pluginNameUnknown(wanted: string, known: readonly string[]): EvokeError {
  return new EvokeError(
    "PLUGIN_NAME_UNKNOWN",
    `Cannot list plugins of the name or kind "${wanted}": there are none.\n  ${suggestion(wanted, known, "names and kinds")}`,
  );
}

/** A table file, or what it holds, is not right. */
export function tableInvalid(table: string, problem: string, cause?: Error): EvokeError {
  return new EvokeError("TABLE_INVALID", `Cannot use ${table}: ${problem}.`, cause ? { cause } : {});
}

/** A manifest names a table that was not imported. */
export function tableMissing(name: string, folder: string, remedy: string, known: readonly string[]): EvokeError {
  const near = nearest(name, known);
  const hint = near ? `Did you mean "${near}"?  ` : known.length > 0 ? `There are ${known.join(", ")}.  ` : "";
  return new EvokeError("TABLE_MISSING", `Cannot open the table "${name}": it is not in ${folder}.\n  ${hint}Import it with: ${remedy}`);
}

/** A table is not of the manifest's space. */
export function tableMismatch(table: string, space: string, row: number, text: string, cause?: Error): EvokeError {
  return new EvokeError(
    "TABLE_MISMATCH",
    `Cannot use the table "${table}" with this experiment's space: row ${row}, ${JSON.stringify(text)}, is not the architecture that it should be there.\n  The table is of the space "${space}": set /space to it, or choose another table.`,
    cause ? { cause } : {},
  );
}

/** A file of a dataset is of another kind, damaged or cut off; or a manifest asks for more than a dataset has. */
export function datasetInvalid(what: string, problem: string): EvokeError {
  return new EvokeError("DATASET_INVALID", `Cannot use ${what}: ${problem}.`);
}

/** A file that should hold a predictor is of another kind, damaged, cut off, or would run something. */
export function predictorInvalid(file: string, problem: string): EvokeError {
  return new EvokeError("PREDICTOR_INVALID", `Cannot use the predictor ${file}: ${problem}.`);
}

/** A predictor did not learn. */
export function predictorDiverged(problem: string): EvokeError {
  return new EvokeError("PREDICTOR_DIVERGED", `Cannot fit this predictor: ${problem}.\n  A lower /training/learningRate may help.`);
}

/** There is too little to learn a predictor from. */
export function pairsFew(file: string, found: string, remedy: string): EvokeError {
  return new EvokeError("PAIRS_FEW", `Cannot fit a predictor to the pairs of ${file}: ${found}.\n  ${remedy}`);
}

/** A predictor is for architectures of another space. */
export function predictorMismatch(file: string, problem: string): EvokeError {
  return new EvokeError(
    "PREDICTOR_MISMATCH",
    `Cannot use the predictor ${file} with this experiment's space: ${problem}.\n  Choose another predictor, or set /space to the one that it was made for.`,
  );
}

/** A name for a table is not one. */
export function tableNameInvalid(name: string): EvokeError {
  return new EvokeError(
    "TABLE_NAME_INVALID",
    `Cannot name a table ${JSON.stringify(name)}: a name is lower-case letters and digits in words joined by hyphens, as nas-bench-201.`,
  );
}

/** A table has no metric as wanted. */
export function metricUnknown(
  table: string,
  aspect: string,
  wanted: string | number,
  settled: readonly string[],
  known: readonly (string | number)[],
): EvokeError {
  const among = settled.length > 0 ? ` for ${settled.join(", ")}` : "";
  const hint = typeof wanted === "string" ? suggestion(wanted, known.map(String), `values of ${aspect}`) : `It has ${known.join(", ")}.`;
  return new EvokeError("METRIC_UNKNOWN", `Cannot find ${aspect} ${JSON.stringify(wanted)}${among} in the table "${table}".\n  ${hint}`);
}

/** A table has no row for an architecture. */
export function architectureUntabulated(table: string, architecture: string): EvokeError {
  return new EvokeError("ARCHITECTURE_UNTABULATED", `Cannot look up ${architecture}: the table "${table}" has no row for it.`);
}

/** No backend of TensorFlow.js loads, or not the one that is asked for. */
export function backendUnavailable(choice: string, reasons: readonly string[]): EvokeError {
  const what = choice === "fastest" ? "any backend" : `the backend ${choice}`;
  return new EvokeError(
    "BACKEND_UNAVAILABLE",
    `Cannot load ${what} of TensorFlow.js.\n${reasons.map((reason) => `  ${reason}`).join("\n")}\n  See what there is with: evoke doctor`,
  );
}

/** The space does not say what networks its architectures are. */
export function networkMissing(): EvokeError {
  return new EvokeError(
    "NETWORK_MISSING",
    "Cannot train architectures of this space: it does not say what networks they are.\n  Choose another evaluator, or a space with networks, such as nas-bench-201.",
  );
}

/** A network is to be exported, and the evaluator of the manifest trains none. */
export function nothingTrained(evaluator: string, file: string): EvokeError {
  return new EvokeError(
    "NOTHING_TRAINED",
    `Cannot export a network: the evaluator "${evaluator}" at /evaluator of ${file} trains none.\n  Name a manifest with the evaluator "supernet" or "training".`,
  );
}

/** The networks of a space cannot share weights, or not be trained together as the manifest says. */
export function supernetImpossible(problem: string, remedy: string): EvokeError {
  return new EvokeError("SUPERNET_IMPOSSIBLE", `Cannot make a supernet of this space: ${problem}.\n  ${remedy}`);
}

/** An option of a controller needs a space of cells, and this one's architectures have no nodes. */
export function nodesMissing(option: string): EvokeError {
  return new EvokeError(
    "NODES_MISSING",
    `Cannot use ${option} in this space: it does not say which components lead into which node.\n  Leave the option out, or choose a space of cells, such as nas-bench-201.`,
  );
}

/** An option of a controller names an operation that the space does not have. */
export function operationUnknown(option: string, found: string, operations: readonly string[]): EvokeError {
  return new EvokeError(
    "OPERATION_UNKNOWN",
    `Cannot use ${JSON.stringify(found)} as ${option}: the space has no operation of that name.\n  ${suggestion(found, operations, "operations")}`,
  );
}

/** A limit or a penalty is about what architectures cost, and the space cannot tell. */
export function costMissing(): EvokeError {
  return new EvokeError(
    "COST_MISSING",
    "Cannot weigh what architectures cost: the space does not count their multiply-adds and parameters.\n  Leave the plugin out, or choose a space that does, such as mobilenet or nas-bench-201.",
  );
}

/** A limit is on latency, and the space does not say which blocks its networks consist of. */
export function blocksMissing(): EvokeError {
  return new EvokeError(
    "BLOCKS_MISSING",
    "Cannot add up the latency of architectures: the space does not say which blocks they consist of.\n  Leave the plugin out, or choose a space that does, such as mobilenet.",
  );
}

/** A table of latencies is no YAML, or lacks a number. */
export function latencyTableInvalid(table: string, problem: string): EvokeError {
  return new EvokeError(
    "LATENCY_TABLE_INVALID",
    `Cannot use the table of latencies ${table}: ${problem}.\n  Expected YAML with a key for each block, and its milliseconds under "mean".`,
  );
}

/** A table of latencies has no row for a block. */
export function latencyUnknown(table: string, key: string): EvokeError {
  return new EvokeError(
    "LATENCY_UNKNOWN",
    `Cannot add up a latency: the table ${table} has no block ${key}.\n  Choose a table of the space's width and image size, or set the space's options to the table's.`,
  );
}

/** The space's networks do not take the images of the dataset, or tell other classes apart. */
export function networkMisfit(dataset: string, expected: string, found: string): EvokeError {
  return new EvokeError(
    "NETWORK_MISFIT",
    `Cannot train on ${dataset}: its images are ${expected}, and the networks of the space take ${found}.\n  Set the space's options to the dataset's, for example imageSize, imageChannels and classes of nas-bench-201.`,
  );
}

/** A training did not go anywhere. */
export function trainingDiverged(epoch: number, problem: string): EvokeError {
  return new EvokeError(
    "TRAINING_DIVERGED",
    `Cannot train this network: in epoch ${epoch} ${problem}.\n  A lower /learningRate may help; /failures of the manifest says whether to reject the architecture or to stop.`,
  );
}
