/**
 * Merges what several calls have kept in folders of their own, such as shards, into one folder, as if one call had done
 * it all.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { mergeSourceMissing } from "../../../core/errors/index.ts";
import { replaceFile } from "../../../training/kept-file.ts";
import { shortPath } from "../short-path.ts";
import { type DamagedRun, type JoinedStore, joinStores } from "../store/join-stores.ts";
import { type MatrixDocument, storeFile } from "../store/matrix-document.ts";
import { ownPlace } from "../store/own-place.ts";
import { DOCUMENT } from "../store/read-document.ts";
import { RunStore } from "../store/run-store.ts";
import { documentsIn, type Found, joinedDocuments } from "./documents.ts";
import { type Shard, seedsOf, shardFolder, shardOfFolder, shardsOfCell } from "./shard.ts";

/** What `evoke merge --json` prints; a contract, see docs/guide/json-documents.md. */
export interface Merged {
  /** The file that has all runs now. */
  readonly store: string;
  readonly stores: readonly (Omit<JoinedStore, "damaged"> & { readonly damaged: readonly (DamagedRun & { readonly cell?: string })[] })[];
  readonly matrices: readonly MergedMatrix[];
}

export interface MergedMatrix {
  readonly matrix: string;
  /** OUT/NAME, which `evoke report` takes. */
  readonly folder: string;
  /** The command that does its runs. */
  readonly command: "run" | "matrix";
  readonly cells: number;
  /** In all. */
  readonly runs: number;
  readonly missing: readonly { readonly cell: string; readonly seeds: readonly number[] }[];
  /** The shards that do the missing runs, where all of its stores are shards of one number. */
  readonly shards?: readonly MissingShard[];
}

export interface MissingShard extends Shard {
  /** Its --out. */
  readonly out: string;
  /** False if it has no store. */
  readonly begun: boolean;
}

/** A folder with a store. */
interface Source {
  readonly folder: string;
  readonly file: string;
}

/**
 * Merges stores, and writes the documents that reports are made of.
 * @param from  folders that were --out: their own stores, and those of the shards in them
 * @param out  the folder that gets everything; its own store may have some of it already
 * @param beginning  told of each store before it is read
 * @throws EvokeError MERGE_SOURCE_MISSING, RESULTS_DIFFER, RUNS_DIFFER, and what reading and writing stores throws
 */
export async function merge(from: readonly string[], out: string, beginning: (file: string) => void = () => {}): Promise<Merged> {
  const into = storeFile(out);
  const sources = uniqueSources(from.flatMap((folder) => sourcesIn(folder, into)));
  const found = sources.flatMap(({ folder }) => documentsIn(folder));
  const documents = joinedDocuments(found);
  const names = new Map([...documents.values()].flatMap(({ cells }) => cells.map(({ digest, name }) => [digest, name])));
  const nameOf = (digest: string) => (names.has(digest) ? `"${names.get(digest)}"` : "an experiment");
  const files = sources.map(({ file }) => file);
  const stores = await joinStores(files, into, nameOf, beginning);
  for (const [name, document] of documents) await replaceFile(ownPlace(out, name, DOCUMENT), `${JSON.stringify(document, null, 2)}\n`);
  const store = await RunStore.open(into, "read");
  try {
    return {
      store: into,
      stores: stores.map(({ damaged, ...one }) => ({
        ...one,
        damaged: damaged.map((run) => ({ ...run, ...(names.has(run.digest) && { cell: names.get(run.digest)! }) })),
      })),
      matrices: [...documents].map(([name, document]) => {
        const ofIt = found.filter((one) => one.name === name);
        return matrixOf(join(out, name), document, ofIt, store);
      }),
    };
  } finally {
    store.close();
  }
}

/** The stores of a folder: its own, and those of its shards, by their numbers. */
function sourcesIn(folder: string, into: string): Source[] {
  const own = { folder, file: storeFile(folder) };
  const shards = (existsSync(folder) ? readdirSync(folder) : [])
    .flatMap((name) => shardOfFolder(name) ?? [])
    .sort((a, b) => a.of - b.of || a.number - b.number)
    .map((shard) => join(folder, shardFolder(shard)))
    .map((folder) => ({ folder, file: storeFile(folder) }));
  const isTarget = resolve(own.file) === resolve(into);
  const sources = [...(isTarget ? [] : [own]), ...shards].filter(({ file }) => existsSync(file));
  if (sources.length === 0) throw mergeSourceMissing(folder, existsSync(folder), isTarget);
  return sources;
}

/** Without those that are named twice. */
function uniqueSources(sources: readonly Source[]): Source[] {
  return [...new Map(sources.map((source) => [resolve(source.file), source])).values()];
}

/** What there is of a matrix, and what is missing. */
function matrixOf(folder: string, document: MatrixDocument, found: readonly Found[], store: RunStore): MergedMatrix {
  const { matrix, cells, seeds, design } = document;
  const missing = cells.map(({ name, digest }, cell) => {
    const there = store.seeds(digest);
    return { cell: name, seeds: seedsOf({ cells, seeds }, cell).filter((seed) => !there.has(seed)) };
  });
  const seedsMissing = missing.map(({ seeds }) => seeds);
  const shards = shardsOf(document, seedsMissing, found);
  return {
    ...{ matrix, folder, command: design === undefined ? "run" : "matrix", cells: cells.length, runs: cells.length * seeds.count },
    missing: missing.filter(({ seeds }) => seeds.length > 0),
    ...(shards && { shards }),
  };
}

/** The shards that do the missing runs of the cells. */
function shardsOf({ cells }: MatrixDocument, missing: readonly (readonly number[])[], found: readonly Found[]): MissingShard[] | undefined {
  const there = found.map(({ folder }) => ({ shard: shardOfFolder(basename(resolve(folder))), out: shortPath(resolve(folder, "..")) }));
  const [first] = there;
  if (!first?.shard || there.some(({ shard }) => shard?.of !== first.shard!.of)) return undefined;
  const { of } = first.shard;
  const numbers = new Set(missing.flatMap((seeds, cell) => seeds.map(shardsOfCell({ cells }, cell, of))));
  return [...numbers]
    .sort((a, b) => a - b)
    .map((number) => {
      const begun = there.find(({ shard }) => shard!.number === number);
      return { number, of, out: (begun ?? first).out, begun: begun !== undefined };
    });
}
