/**
 * What the process does with its streams: stdout has the result of the command and nothing else, whatever plugins and
 * their packages print; a reader that has gone away ends nothing that is under way.
 *
 * @module
 */
import { Console } from "node:console";
import { lstat, writeFile } from "node:fs/promises";
import process from "node:process";
import { cannotWriteFile } from "../../core/errors/files.ts";
import { visible } from "../../core/visible.ts";

const write = process.stdout.write.bind(process.stdout);

/** Prints a part of the command's result. */
export function print(text: string): void {
  write(visible(text));
}

/** Says something on stderr. */
export function tell(text: string): void {
  process.stderr.write(visible(text));
}

/**
 * Prints it where the file is "-", or writes the file, in folders that are made: as one step, so that where there is no room
 * the one before stays as it is. What is no regular file, such as /dev/stdout, is written to.
 */
export async function printOrWrite(file: string, text: string): Promise<void> {
  if (file === "-") {
    print(text);
    return;
  }
  const there = await lstat(file).catch(() => undefined);
  if (!there || there.isFile()) {
    const { replaceFile } = await import("../../training/kept-file.ts"); // most commands write no such file
    return replaceFile(file, text);
  }
  await writeFile(file, text).catch((error: NodeJS.ErrnoException) => {
    throw cannotWriteFile(file, error);
  });
}

const toStderr = ((...chunk: Parameters<typeof process.stderr.write>) => process.stderr.write(...chunk)) as typeof process.stdout.write;

/**
 * Leaves stdout to `print`. What anything else writes there, worker threads included, goes to stderr.
 * @param failed  told that stdout cannot be written for another reason than that nobody reads it
 */
export function reserveStreams(failed: (error: Error) => void): void {
  if (process.stdout.write === toStderr) return;
  process.stdout.write = toStderr;
  if ("Deno" in globalThis) globalThis.console = new Console(process.stderr); // Deno's own does not go by way of process.stdout
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") failed(cannotWriteFile("stdout", error)); // `| head` has what it wanted
  });
  process.stderr.on("error", () => {}); // nobody is left to be told, and the results are not told there
}
