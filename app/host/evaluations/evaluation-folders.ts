/** Where evaluations keep files of their own, such as checkpoints: in `evaluations` beside the store. @module */
import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { cannotWriteFile } from "../../../core/errors/index.ts";
import { keptSearchesOf } from "../../../training/weight-sharing/kept-search.ts";
import { ownPlace } from "../store/own-place.ts";
import type { EvaluationFolders } from "./journal.ts";

/** So much of a digest is enough to tell folders apart. */
const SHORT = 16;

/** @param out  the folder of the store, of which no link leads out */
function folderOf(out: string, ...path: string[]): string {
  return ownPlace(resolve(out), "evaluations", ...path);
}

/**
 * Where an experiment keeps its trainings while its runs are not over.
 * @param out  the folder of the store
 * @param digest  the experiment's
 */
export function trainingsFolder(out: string, digest: string): string {
  return folderOf(out, digest.slice(0, SHORT), "trainings");
}

/**
 * Removes the trainings of an experiment, whose runs are in the store.
 * @param seed  only what is of the run of this seed alone: its shared weights
 */
export async function removeTrainings(out: string, digest: string, seed?: number): Promise<void> {
  const folder = trainingsFolder(out, digest);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (seed === undefined || name.startsWith(keptSearchesOf(seed))) await rm(join(folder, name), { force: true });
  for (const empty of [folder, dirname(folder)]) await rmdir(empty).catch(() => {}); // or it is not empty, or was never there
}

/** Paths of the folders of evaluations, which may not be there. @param out  the folder of the store */
export function evaluationPaths(out: string) {
  return {
    of: (digest: string, seed: number, query: number) =>
      folderOf(out, digest.slice(0, SHORT), `seed-${seed}`, query < 0 ? `centre-${-query}` : `query-${query}`),
    shared: (key: string) => folderOf(out, "shared", key.slice(0, SHORT)),
  };
}

/** Makes a folder of an evaluation, where it is not there. */
export async function madeFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw cannotWriteFile(folder, error);
  });
  return folder;
}

/** @param storeFile  the file of the store */
export function evaluationFolders(storeFile: string): EvaluationFolders {
  const paths = evaluationPaths(dirname(storeFile));
  return {
    of: async (...evaluation) => madeFolder(paths.of(...evaluation)),
    shared: async (key) => madeFolder(paths.shared(key)),
  };
}
