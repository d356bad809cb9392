/** Results, stores, records and reports. @module */
import { EvokeError } from "./evoke-error.ts";

/** A results file holds a line that is not a run. */
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

/** What was kept in a store is not found again: the file was removed, moved or replaced while it was used. */
export function storeGone(file: string, problem: string): EvokeError {
  return new EvokeError(
    "STORE_GONE",
    `Cannot keep runs in ${file}: ${problem}. It was removed, moved or replaced while it was used.\n  If it was moved, it has what was kept until then: move it back. If not, that is lost. The same command does again what is not there.`,
  );
}

/** The file that should hold runs is something else. */
export function storeForeign(file: string, problem: string): EvokeError {
  return new EvokeError(
    "STORE_FOREIGN",
    `Cannot keep runs in ${file}: ${problem}.\n  Nothing was changed. Choose another folder with --out DIR.`,
  );
}

/** A store was made by another version of Evoke. */
export function storeNewer(file: string, found: number, known: number): EvokeError {
  return new EvokeError(
    "STORE_NEWER",
    `Cannot use the runs in ${file}: it is of format ${found}, and this version of Evoke knows format ${known}.\n  Nothing was changed. Use the version of Evoke that made it, or choose another folder with --out DIR.`,
  );
}

/** A store is to be read, and the call that made it was ended before anything was in it. */
export function storeEmpty(file: string): EvokeError {
  return new EvokeError(
    "STORE_EMPTY",
    `Cannot read the runs in ${file}: it is empty.\n  The call that made it was ended too early: make it again.`,
  );
}

/**
 * The database that keeps the runs of a matrix does not load, or does not open its file.
 * @param library  the package that is not installed, if that is why
 */
export function storeUnavailable(file: string, cause: Error, library?: string): EvokeError {
  const remedy = library
    ? `Its library is an optional package, which was left out when this was installed: npm install ${library}\n  Or use Node 22.13 or newer, or Deno: they keep runs by a SQLite of their own.`
    : "See what this installation can do with: evoke doctor";
  return new EvokeError(
    "STORE_UNAVAILABLE",
    `Cannot open ${file}: ${cause.message.split("\n")[0]}\n  Runs are kept by the package libsql. ${remedy}`,
    { cause },
  );
}

/** A folder that is to be reported on holds no results. */
export function reportSourceMissing(folder: string, exists: boolean, inside: readonly string[]): EvokeError {
  const found = exists ? "it holds no matrix.json" : "there is no such folder";
  const remedy =
    inside.length > 0
      ? `Name one of the folders in it: ${inside.join(", ")}.`
      : "Name the folder that evoke run or evoke matrix has made, OUT/NAME: results/NAME where no --out was given.";
  return new EvokeError("REPORT_SOURCE_MISSING", `Cannot report on ${folder}: ${found}.\n  ${remedy}`);
}

/** A file with the right name is not what `evoke run` and `evoke matrix` write under it. */
export function resultsInvalid(file: string, problems: readonly string[]): EvokeError {
  return new EvokeError(
    "RESULTS_INVALID",
    `Cannot use ${file}: it is not as evoke run and evoke matrix write it.\n${problems.map((problem) => `  ${problem}\n`).join("")}  Nothing was changed. The command that wrote it writes it anew, and keeps the runs.`,
  );
}

/** The store that a matrix names is not there. */
export function reportStoreMissing(store: string, file: string): EvokeError {
  return new EvokeError(
    "REPORT_STORE_MISSING",
    `Cannot report on ${file}: the runs should be in ${store}, and there is no such file.\n  Keep the folder beside its runs.sqlite, or have the runs done again by the same evoke run or evoke matrix.`,
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

/** Two stores that are to be merged have a run that is not the same in both. */
export function runsDiffer(
  [first, second]: readonly [string, string],
  seed: number,
  experiment: string,
  digest: string,
  difference: string,
): EvokeError {
  return new EvokeError(
    "RUNS_DIFFER",
    `Cannot merge ${first} and ${second}: the run of seed ${seed} of ${experiment}, digest ${digest.slice(0, 12)}, differs: ${difference}.\n  Nothing was merged. Something in it does not repeat, as a training on another card may not. Leave one of the two out; where they overlap, keep the one that has more.`,
  );
}

/** What is to be merged has the same name, and is not the same. */
export function resultsDiffer(name: string, [first, second]: readonly [string, string], difference: string): EvokeError {
  return new EvokeError(
    "RESULTS_DIFFER",
    `Cannot merge "${name}": ${first} and ${second} are of different manifests or versions: ${difference}.\n  Nothing was merged. Remove the one that is out of date, or have its shard done again with the same manifest and options as the others.`,
  );
}

/** There is nothing to be merged in a folder. @param isOut  whether its own runs.sqlite is the one that gets everything */
export function mergeSourceMissing(folder: string, exists: boolean, isOut: boolean): EvokeError {
  const shards = "folder shard-I-of-N with a runs.sqlite in it";
  const found = !exists ? "there is no such folder" : isOut ? `it has no ${shards}` : `it has neither a runs.sqlite nor a ${shards}`;
  return new EvokeError(
    "MERGE_SOURCE_MISSING",
    `Cannot merge ${folder}: ${found}.\n  Name folders that were --out of evoke run or evoke matrix: results where no --out was given.`,
  );
}

/** The folder that the studio is to show is not one. */
export function studioFolderMissing(folder: string, exists: boolean): EvokeError {
  return new EvokeError(
    "STUDIO_FOLDER_MISSING",
    `Cannot show ${folder}: ${exists ? "it is no folder" : "there is no such folder"}.\n  Name the --out of evoke run or evoke matrix, results where none was given. The studio may be opened while they run, once they have made it.`,
  );
}

/** The studio cannot listen where it is to. */
export function addressUnusable(address: string, problem: string, remedy: string): EvokeError {
  return new EvokeError("ADDRESS_UNUSABLE", `Cannot listen at ${address}: ${problem}.\n  ${remedy}`);
}
