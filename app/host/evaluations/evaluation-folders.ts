/** Where evaluations keep files of their own, such as checkpoints: in `evaluations` beside the store. @module */
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { cannotWriteFile } from "../../../core/errors/index.ts";
import type { EvaluationFolders } from "./journal.ts";

/** So much of a digest is enough to tell folders apart. */
const SHORT = 16;

/** @param storeFile  the file of the store */
export function evaluationFolders(storeFile: string): EvaluationFolders {
  const made = async (...path: string[]) => {
    const folder = join(resolve(dirname(storeFile)), "evaluations", ...path);
    await mkdir(folder, { recursive: true }).catch((error) => {
      throw cannotWriteFile(folder, error);
    });
    return folder;
  };
  return {
    of: (digest, seed, query) => made(digest.slice(0, SHORT), `seed-${seed}`, query < 0 ? `centre-${-query}` : `query-${query}`),
    shared: (key) => made("shared", key.slice(0, SHORT)),
  };
}
