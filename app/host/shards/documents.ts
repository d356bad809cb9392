/** What was run, as the folders say that are to be merged. @module */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { resultsDiffer } from "../../../core/errors/index.ts";
import { type MatrixDocument, storeFile } from "../store/matrix-document.ts";
import { DOCUMENT, readMatrixDocument } from "../store/read-document.ts";

/** A matrix, or a single experiment, whose runs are in a store. */
export interface Found {
  /** The folder with the store. */
  readonly folder: string;
  /** Of the folder in it that has the document. */
  readonly name: string;
  readonly file: string;
  readonly document: MatrixDocument;
}

/** Those whose runs are in the store of a folder. @throws EvokeError RESULTS_INVALID, CANNOT_READ */
export function documentsIn(folder: string): Found[] {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, DOCUMENT)));
  return names
    .sort()
    .map((name) => {
      const file = join(folder, name, DOCUMENT);
      return { folder, name, file, document: readMatrixDocument(file) };
    })
    .filter(({ file, document }) => resolve(file, "..", document.store) === resolve(storeFile(folder)));
}

/**
 * One document for each name, with the seeds of all.
 * @throws EvokeError RESULTS_DIFFER if two of a name are of different cells
 */
export function joinedDocuments(found: readonly Found[]): Map<string, MatrixDocument> {
  const first = new Map<string, Found>();
  const joined = new Map<string, MatrixDocument>();
  for (const one of found) {
    const { name } = one;
    const other = first.get(name) ?? one;
    first.set(name, other);
    const difference = differenceOf(other.document, one.document);
    if (difference !== undefined) throw resultsDiffer(name, [other.file, one.file], difference);
    const [a, b] = [(joined.get(name) ?? one.document).seeds, one.document.seeds];
    const from = Math.min(a.first, b.first);
    const count = Math.max(a.first + a.count, b.first + b.count) - from;
    joined.set(name, { ...other.document, store: "../runs.sqlite", seeds: { first: from, count } });
  }
  return joined;
}

/** What is not the same in two documents of one name, but for the seeds; undefined if nothing is. */
function differenceOf(one: MatrixDocument, other: MatrixDocument): string | undefined {
  if (one.evoke !== other.evoke) return `Evoke ${one.evoke} and Evoke ${other.evoke}`;
  const [a, b] = [one, other].map(({ cells }) => new Map(cells.map(({ name, digest }) => [name, digest])));
  for (const name of new Set([...a!.keys(), ...b!.keys()])) {
    if (!b!.has(name) || !a!.has(name)) return `only ${a!.has(name) ? "the first" : "the second"} has the cell "${name}"`;
    const [first, second] = [a!.get(name)!, b!.get(name)!];
    if (first !== second) return `the cell "${name}" has the digests ${first.slice(0, 12)} and ${second.slice(0, 12)}`;
  }
  const members = Object.keys({ ...one, ...other }) as (keyof MatrixDocument)[];
  const member = members.find((name) => name !== "seeds" && JSON.stringify(one[name]) !== JSON.stringify(other[name]));
  return member === undefined ? undefined : `"${member}" is not the same`;
}
