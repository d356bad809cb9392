/**
 * The folder that a report is written into. `.report-files` in it lists what a report wrote, one path a line, so
 * that the next one removes figures that it has no more; files of others are never touched.
 *
 * @module
 */
import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { readIfThere, replaceFile } from "../../training/kept-file.ts";
import { ownPlace } from "../host/store/own-place.ts";

const LIST = ".report-files";
/** What may be listed: a list that somebody has changed leads to nothing else. */
const OWN = /^(?:[a-z]+\.[a-z]+|figures\/[a-z0-9-]+\.(?:svg|pdf|vl\.json))$/;

/**
 * Writes the files, each as one step, and removes those of the report before that are none of them.
 * @param out  in which the folder is, and of which no link leads out; left out, the folder itself
 */
export async function writeReport(folder: string, files: ReadonlyMap<string, string>, out = folder): Promise<void> {
  const listed = (await readIfThere(join(folder, LIST), "the list of the report's files"))?.toString("utf8") ?? "";
  const place = (path: string) => ownPlace(out, relative(out, folder), path);
  const before = listed.split("\n").filter((path) => OWN.test(path));
  // Listed before they are there: what is cut off on the way is removed by the next report all the same.
  await replaceFile(place(LIST), lines([...new Set([...files.keys(), ...before])]));
  for (const [path, content] of files) await replaceFile(place(path), content);
  for (const path of before) if (!files.has(path)) await rm(place(path), { force: true });
  await replaceFile(place(LIST), lines([...files.keys()]));
}

function lines(paths: readonly string[]): string {
  return paths.map((path) => `${path}\n`).join("");
}
