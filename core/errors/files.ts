/** Files and folders. @module */
import { EvokeError } from "./evoke-error.ts";

/** A file cannot be read. @param missing  what to do if it is not there */
export function cannotReadFile(file: string, what: string, cause: Error & { code?: string | undefined }, missing = ""): EvokeError {
  const reason = cause.code === "ENOENT" ? "there is no such file" : cause.code === "EISDIR" ? "it is a folder" : cause.message;
  const remedy = missing && cause.code === "ENOENT" ? `\n  ${missing}` : "";
  return new EvokeError("CANNOT_READ", `Cannot read ${what} ${file}: ${reason}.${remedy}`, { cause });
}

/** A file cannot be written. */
export function cannotWriteFile(file: string, cause: Error & { code?: string | undefined }): EvokeError {
  const elsewhere = ["EACCES", "EROFS", "EPERM", "EEXIST", "ENOTDIR"].includes(cause.code ?? "")
    ? " Choose another folder with --out."
    : "";
  return new EvokeError("CANNOT_WRITE", `Cannot write ${file}: ${cause.message}.\n  What was written before is kept.${elsewhere}`, {
    cause,
  });
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
