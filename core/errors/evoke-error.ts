/**
 * The error that a user can fix, and its stable codes. The factories beside this file make every one of them: what
 * could not be done, where, what was found, and what to do next. `docs/errors.md` lists them; a test holds both equal.
 *
 * @module
 */
import leven from "leven";

/** What went wrong, for programs: docs/errors.md says of each what it means. It stays the same from version to version. */
export type ErrorCode =
  | "ADDRESS_UNUSABLE"
  | "ANSWER_MISSING"
  | "ARCHITECTURE_INVALID"
  | "ARCHITECTURE_UNTABULATED"
  | "BACKEND_BUILD_FAILED"
  | "BACKEND_UNAVAILABLE"
  | "BACKEND_UNBUILDABLE"
  | "BACKEND_UNFIT"
  | "BLOCKS_MISSING"
  | "BUDGET_SPENT"
  | "CANNOT_READ"
  | "CANNOT_WRITE"
  | "COMMAND_FAILED"
  | "CONSTRAINT_INVALID"
  | "COST_INVERTED"
  | "COST_MISSING"
  | "COST_NOT_ADDITIVE"
  | "COST_SMALL"
  | "DATASET_INVALID"
  | "DEPENDENCY_FORBIDDEN"
  | "DEPENDENCY_MISSING"
  | "DRAWING_MISSING"
  | "EVALUATIONS_FAILED"
  | "EXECUTOR_ENDED"
  | "FIDELITIES_MISSING"
  | "FIDELITY_INVALID"
  | "FILES_THERE"
  | "FILE_TOO_LARGE"
  | "FOLDER_BUSY"
  | "INITIAL_INVALID"
  | "INPUT_CHANGED"
  | "LANDSCAPE_INVALID"
  | "LATENCY_TABLE_INVALID"
  | "LATENCY_UNKNOWN"
  | "LIMITS_UNMET"
  | "LIMIT_INVALID"
  | "LIMIT_UNREADABLE"
  | "MANIFEST_INVALID"
  | "MANIFEST_OF_ANOTHER_KIND"
  | "MERGE_SOURCE_MISSING"
  | "MEMORY_EXCEEDED"
  | "MEMORY_REFUSED"
  | "METRIC_DECLARED_TWICE"
  | "METRIC_TWICE"
  | "METRIC_UNKNOWN"
  | "METRIC_UNNAMED"
  | "MODULE_UNLOADABLE"
  | "NAME_INVALID"
  | "NAME_TAKEN"
  | "NETWORK_MISFIT"
  | "NETWORK_MISSING"
  | "NEVER_SETTLES"
  | "NODES_MISSING"
  | "NOTHING_TO_EXAMINE"
  | "NOTHING_TRAINED"
  | "NOT_ASKED"
  | "NOT_JSON"
  | "ONLY_INVALID"
  | "OPEN_NETWORK_MISSING"
  | "OPERATION_UNKNOWN"
  | "OPTIONS_UNFIT"
  | "OPTION_INVALID"
  | "OPTION_MISSING"
  | "OPTION_UNFIT"
  | "OUTCOMES_UNTOLD"
  | "OUTCOME_INVALID"
  | "PAIRS_FEW"
  | "PARCEL_DIFFERS"
  | "PARCEL_INVALID"
  | "PARCEL_LARGE"
  | "PARCEL_MISSING"
  | "PARCEL_UNTRUSTED"
  | "PLUGIN_ANSWER_INVALID"
  | "PLUGIN_DUPLICATE"
  | "PLUGIN_EXITED"
  | "PLUGIN_FAILED"
  | "PLUGIN_INSTANCE_INVALID"
  | "PLUGIN_MALFORMED"
  | "PLUGIN_NAME_UNKNOWN"
  | "PLUGIN_UNKNOWN"
  | "PLUGINS_NOT_NAMED"
  | "POINTER_INVALID"
  | "POINTER_UNKNOWN"
  | "PREDICTOR_DIVERGED"
  | "PREDICTOR_INVALID"
  | "PREDICTOR_MISMATCH"
  | "PROGRAM_UNUSABLE"
  | "QUEUE_ADDRESS_INVALID"
  | "QUEUE_PACKAGES_MISSING"
  | "QUEUE_REFUSED"
  | "QUEUE_UNREACHABLE"
  | "RANGE_INVALID"
  | "RECORD_INVALID"
  | "REPORT_EMPTY"
  | "REPORT_SOURCE_MISSING"
  | "REPORT_STORE_MISSING"
  | "RESULTS_DAMAGED"
  | "RESULTS_DIFFER"
  | "RESULTS_INVALID"
  | "RUNS_DIFFER"
  | "SEARCH_BUSY"
  | "SEARCH_OVER"
  | "SEARCH_STOPPED"
  | "SEARCH_UNFINISHED"
  | "SEEDS_MISSING"
  | "SHARED_WEIGHTS_UNNEEDED"
  | "SIMD_MISSING"
  | "SKIP_MISSING"
  | "SPACE_INVALID"
  | "SPACE_UNDECIDED"
  | "STORE_DAMAGED"
  | "STORE_EMPTY"
  | "STORE_FOREIGN"
  | "STORE_GONE"
  | "STORE_NEWER"
  | "STORE_UNAVAILABLE"
  | "STRAY_ERROR"
  | "STUDIO_FOLDER_MISSING"
  | "SUBSPACES_UNWANTED"
  | "SUITES_MISSING"
  | "SUPERNET_IMPOSSIBLE"
  | "TABLE_INVALID"
  | "TABLE_MISMATCH"
  | "TABLE_MISSING"
  | "TABLE_NAME_INVALID"
  | "TABLE_UNDESCRIBED"
  | "TARGET_INVALID"
  | "TOLD_ALREADY"
  | "TOLD_ONLY"
  | "TRAINING_DIVERGED"
  | "TRAINING_FAILED"
  | "TRUST_TOO_WIDE"
  | "UNTRUSTED"
  | "WORKERS_LOST";
/** An error that the user can fix. Everything else that is thrown is a defect. */
export class EvokeError extends Error {
  override readonly name = "EvokeError";
  readonly code: ErrorCode;
  /** Each thing that is wrong, where the message lists them. */
  readonly problems: readonly string[];
  /** The errors that it is made of, where several things are wrong. */
  readonly parts: readonly EvokeError[];
  /** The last of what the program has printed that failed; undefined where none did. */
  readonly log: string | undefined;
  /** True if no other try and no other architecture can help. */
  readonly final: boolean;
  constructor(code: ErrorCode, message: string, options: EvokeErrorOptions = {}) {
    super(bounded(message), options);
    this.code = code;
    this.problems = options.problems ?? [];
    this.parts = options.parts ?? [];
    this.log = options.log;
    this.final = options.final ?? false;
  }

  /** The codes of its parts, or its own. */
  get codes(): readonly ErrorCode[] {
    return this.parts.length > 0 ? this.parts.flatMap(({ codes }) => codes) : [this.code];
  }
}

interface EvokeErrorOptions extends ErrorOptions {
  readonly problems?: readonly string[];
  readonly parts?: readonly EvokeError[];
  readonly log?: string;
  readonly final?: boolean;
}

/** Characters of a line of a message, whatever it quotes. */
const MOST_IN_LINE = 2000;

function bounded(message: string): string {
  if (message.length <= MOST_IN_LINE) return message;
  return message
    .split("\n")
    .map((line) => (line.length <= MOST_IN_LINE ? line : `${line.slice(0, MOST_IN_LINE)}… (${line.length} characters)`))
    .join("\n");
}

/** Characters of a name that others are compared with, and names that are compared. */
const [MOST_IN_NAME, MOST_NAMES] = [100, 5000];

/** The known name that a mistyped one most likely meant, if any is near. */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  if (wanted.length > MOST_IN_NAME) return undefined;
  const short = known.slice(0, MOST_NAMES).filter((name) => name.length <= MOST_IN_NAME);
  const near = short.map((name) => ({ name, edits: leven(wanted.toLowerCase(), name.toLowerCase()) })).sort((a, b) => a.edits - b.edits)[0];
  return near && near.edits <= Math.max(2, Math.floor(wanted.length / 3)) ? near.name : undefined;
}

/** What a message says of a name that there is not: the one that is nearest, or all that there are. */
export function suggestion(wanted: string, known: readonly string[], plural: string): string {
  const near = nearest(wanted, known);
  return near ? `Did you mean "${near}"?` : known.length > 0 ? `Known ${plural}: ${listed(known)}.` : `There are no ${plural} yet.`;
}

/** Names that a message lists. */
const LISTED = 60;

/** Names, one after the other; of many the first. */
export function listed(names: readonly string[], separator = ", "): string {
  const more = names.length - LISTED;
  return more > 0 ? `${names.slice(0, LISTED).join(separator)} and ${more} more` : names.join(separator);
}
