/** Files and folders. @module */
import { EvokeError, listed } from "./evoke-error.ts";

/** A file cannot be read. @param missing  what to do if it is not there */
export function cannotReadFile(file: string, what: string, cause: Error & { code?: string | undefined }, missing = ""): EvokeError {
  const refused = cause.message.startsWith("Requires read access"); // by Deno
  const reasons: Readonly<Record<string, string>> = { ENOENT: "there is no such file", EISDIR: "it is a folder" };
  const reason = refused ? "this Deno may not read it" : (reasons[cause.code ?? ""] ?? cause.message);
  const allow = "Allow it: name its folder in EVOKE_READ, or give Deno --allow-read.";
  const remedy = refused ? `\n  ${allow}` : missing && cause.code === "ENOENT" ? `\n  ${missing}` : "";
  return new EvokeError("CANNOT_READ", `Cannot read ${what} ${file}: ${reason}.${remedy}`, { cause });
}

/**
 * A file is larger than files of its kind are, unpacks to more, or holds more than its size says.
 * @param found  what is too large: "it has", "its rows take about"
 * @param bytes  how large it is; left out, more than may be read
 * @param most  bytes that may be read
 * @param variable  the environment variable that raises the limit
 */
export function fileTooLarge(
  { file, what, found, bytes }: { readonly file: string; readonly what: string; readonly found: string; readonly bytes?: number },
  most: number,
  variable: string,
): EvokeError {
  const excess =
    bytes === undefined
      ? `more than ${sizeText(most)}, and no more is read of such a file`
      : `${sizeText(bytes)}, and at most ${sizeText(most)} are read of such a file`;
  const enough = Math.ceil((bytes ?? 4 * most) / 1e9);
  return new EvokeError(
    "FILE_TOO_LARGE",
    `Cannot read ${what} ${file}: ${found} ${excess}.\n  If it is the right file, allow more in the environment, as ${variable}=${enough}GB, and have as much memory.`,
  );
}

/** What is set to raise the limit of files is no size. */
export function limitUnreadable(variable: string, found: string): EvokeError {
  return new EvokeError(
    "LIMIT_UNREADABLE",
    `Cannot read a file that is larger than usual: the environment variable ${variable} is ${JSON.stringify(found.slice(0, 40))}, and not a size.\n  Write bytes, or a number with a unit, as 500MB or 2GB.`,
  );
}

/** Bytes as people say them. */
function sizeText(bytes: number): string {
  for (const [unit, size] of [
    ["GB", 1e9],
    ["MB", 1e6],
    ["KB", 1e3],
  ] as const)
    if (bytes >= size) return `${Number((bytes / size).toPrecision(3))} ${unit}`;
  return `${bytes} bytes`;
}

/** A file cannot be written. */
export function cannotWriteFile(file: string, cause: Error & { code?: string | undefined }): EvokeError {
  const remedy = NO_PLACE.includes(cause.code ?? "")
    ? " Choose another folder with --out."
    : DISK_FULL.includes(cause.code ?? "")
      ? " Make room on that disk; the same command goes on from there."
      : "";
  return new EvokeError("CANNOT_WRITE", `Cannot write ${file}: ${cause.message}.\n  What was written before is kept.${remedy}`, { cause });
}

/** What was to be written in a folder would be written elsewhere. @param link  that leads there */
export function linkLeadsOut(file: string, link: string, out: string): EvokeError {
  return new EvokeError(
    "CANNOT_WRITE",
    `Cannot write ${file}: ${link === file ? "it" : link} is a link that leads out of ${out}.\n  Nothing is written through such a link. If it is yours, name the folder that it leads to with --out; else remove it.`,
  );
}

/** SQLite would remove a file that is none of a store's. */
export function namesOtherFile(journal: string): EvokeError {
  return new EvokeError(
    "CANNOT_WRITE",
    `Cannot write where ${journal} is: it names another file, which would be removed, and Evoke makes no such journal.\n  Remove it if you know whose it is, or choose another folder with --out DIR.`,
  );
}

/** Codes of the system, and of SQLite, where nothing can be written at a place, and where there is no room for more. */
const NO_PLACE = ["EACCES", "EROFS", "EPERM", "EEXIST", "ENOTDIR"];
const DISK_FULL = ["ENOSPC", "EDQUOT", "EFBIG", "SQLITE_FULL"];

/** Files that are to be made are there already. @param what  what they make */
export function filesThere(what: string, files: readonly string[]): EvokeError {
  const [are, them] = files.length === 1 ? ["is", "it"] : ["are", "them"];
  return new EvokeError(
    "FILES_THERE",
    `Cannot make ${what}: ${listed(files)} ${are} there already, and nothing is written over.\n  Choose another name, or move ${them} away.`,
  );
}

/** Another process writes into the folder. */
export function folderBusy(folder: string, pid: number, lock: string): EvokeError {
  return new EvokeError(
    "FOLDER_BUSY",
    `Cannot write into ${folder}: process ${pid} is writing there.\n  Wait for it, or choose another --out. If that process is no evoke any more, remove ${lock}.`,
  );
}

/** What a call has sent cannot be kept. */
export function contentUnwritable(home: string, cause: Error): EvokeError {
  return new EvokeError(
    "CANNOT_WRITE",
    `Cannot keep what was sent in ${home}: ${cause.message}.\n  Make room there, or set EVOKE_HOME to another folder.`,
    { cause },
  );
}
