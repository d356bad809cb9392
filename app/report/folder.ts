/**
 * The folder that a report is written into. `.report-files` in it lists what a report wrote, one path a line, so
 * that the next one removes figures that it has no more; files of others are never touched.
 *
 * @module
 */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { cannotReadFile } from "../../core/errors/index.ts";
import { replaceFile } from "../host/store/replace-file.ts";

const LIST = ".report-files";
/** What may be listed: a list that somebody has changed leads to nothing else. */
const OWN = /^(?:[a-z]+\.[a-z]+|figures\/[a-z0-9-]+\.(?:svg|vl\.json))$/;

/** Writes the files, each as one step, and removes those of the report before that are none of them. */
export async function writeReport(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const list = join(folder, LIST);
  const listed = await readFile(list, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return ""; // the latter is told where the report is written
    throw cannotReadFile(list, "the list of what the last report wrote", error);
  });
  const before = listed.split("\n").filter((path) => OWN.test(path));
  // Listed before they are there: what is cut off on the way is removed by the next report all the same.
  await replaceFile(list, lines([...new Set([...files.keys(), ...before])]));
  for (const [path, content] of files) await replaceFile(join(folder, path), content);
  for (const path of before) if (!files.has(path)) await rm(join(folder, path), { force: true });
  await replaceFile(list, lines([...files.keys()]));
}

function lines(paths: readonly string[]): string {
  return paths.map((path) => `${path}\n`).join("");
}
