/**
 * A matrix of the toy for tests, and what its store has.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MatrixDocument } from "../../../app/host/store/matrix-document.ts";
import { RunStore } from "../../../app/host/store/run-store.ts";
import type { StoredRun } from "../../../app/host/store/stored-run.ts";
import type { Scratch } from "./command.ts";

export const toyMatrix = {
  name: "toy-matrix",
  question: "Does the matrix work?",
  base: "toy.json",
  design: "one-factor",
  variants: { "absolute-reward": { reward: ["absolute"] }, uniform: { controller: "uniform" } },
  axes: { "/subspaces/count": [2, 3] },
  seeds: { count: 5 },
};

const fileOf = (scratch: Scratch, out: string, name: string) => join(scratch.folder, out, name, "matrix.json");

/** What a call has written of the cells. @param name  of the matrix, or of the experiment */
export function documentOf(scratch: Scratch, out: string, name = "toy-matrix"): MatrixDocument {
  return JSON.parse(readFileSync(fileOf(scratch, out, name), "utf8")) as MatrixDocument;
}

/** A cell with all that is kept of it, but for the wall seconds. */
interface KeptCell {
  readonly name: string;
  readonly digest: string;
  readonly runs: readonly Omit<StoredRun, "wallSeconds">[];
}

/** All that the store has for the cells. */
export async function kept(scratch: Scratch, out: string, name = "toy-matrix"): Promise<KeptCell[]> {
  const store = await RunStore.open(join(scratch.folder, out, "runs.sqlite"), "read");
  try {
    return documentOf(scratch, out, name).cells.map(({ name, digest }) => ({
      name,
      digest,
      runs: [...store.runs(digest, { first: 0, count: 1000 })].map(({ result, trajectory }) => ({ result, trajectory })),
    }));
  } finally {
    store.close();
  }
}

/** How many of its runs are in the store of a call that may be under way. */
export async function keptCount(scratch: Scratch, out: string, name = "toy-matrix"): Promise<number> {
  if (!existsSync(fileOf(scratch, out, name))) return 0;
  const store = await RunStore.open(join(scratch.folder, out, "runs.sqlite"), "read");
  const count = documentOf(scratch, out, name).cells.reduce((sum, { digest }) => sum + store.seeds(digest).size, 0);
  store.close();
  return count;
}
