/** The files of an experiment under one root, as they are sent. @module */
import { realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { cannotReadFile, parcelLarge } from "../../../../core/errors/index.ts";
import type { OpenedFiles } from "../../opened-files.ts";
import { shortPath } from "../../short-path.ts";
import type { Content, ParcelFile, ParcelLink, ParcelTree } from "../parcel.ts";
import { codeFilesOf } from "./code-files.ts";
import { eachOf, type FileContent, fileContent, sha256Of } from "./file-content.ts";

/** What content can be read from: a file, or bytes. */
export type Source = FileContent | Uint8Array;
export type Sources = ReadonlyMap<string, Source>;

/** Most of what a parcel may have. */
export const MOST_FILES = 200_000;
export const MOST_BYTES = 64 * 2 ** 20;

const AT_ONCE = 8;

/** Content that stands for a tree, and where that and its files are. */
export interface PackedTree extends Content {
  readonly sources: Sources;
}

/** Those of a matrix's cells are mostly the same. */
const packed = new WeakMap<OpenedFiles, Promise<PackedTree>>();

/** @throws EvokeError PARCEL_LARGE, CANNOT_READ */
export function packTree(files: OpenedFiles, title: string): Promise<PackedTree> {
  const before = packed.get(files) ?? pack(files, title);
  packed.set(files, before);
  return before;
}

async function pack(opened: OpenedFiles, title: string): Promise<PackedTree> {
  const folder = realpathSync(opened.folder);
  // Modules are where links lead. What manifests name is put where it is when no link leads to their folder.
  const placed = (path: string) => resolve(folder, relative(opened.folder, path));
  const { files: code, replaced, links } = codeFilesOf(opened.modules, placed);
  for (const path of links.keys()) if (linked(dirname(path), links) !== dirname(path)) links.delete(path);
  const wanted = new Map<string, { readonly file: string; readonly use: ParcelFile["use"] }>();
  for (const file of opened.besideModules) wanted.set(file, { file, use: "data" });
  for (const file of opened.named) wanted.set(linked(placed(file), links), { file, use: opened.programs.has(file) ? "command" : "data" });
  for (const file of code) wanted.set(file, { file, use: "code" });
  if (wanted.size > MOST_FILES) throw parcelLarge(title, `it consists of ${wanted.size} files, and ${MOST_FILES} is the most`);

  const root = commonFolder([folder, ...[...wanted.keys(), ...links.keys()].map(dirname), ...links.values()]);
  const under = (path: string) => relative(root, path).replaceAll(sep, "/");
  const files: ParcelFile[] = [];
  const sources = new Map<string, Source>();
  await eachOf(wanted, AT_ONCE, async ([place, { file, use }]) => {
    const text = replaced.get(file);
    const source = text === undefined ? await contentOf(file) : new TextEncoder().encode(text);
    const { sha256, bytes, executable } = source instanceof Uint8Array ? contentOfBytes(source) : source;
    sources.set(sha256, source);
    files.push({ path: under(place), sha256, bytes, use, ...(executable && use !== "data" && { executable }) });
  });
  const tree: ParcelTree = {
    folder: under(folder),
    files: files.sort(byPath),
    links: [...links].map(([path, to]): ParcelLink => ({ path: under(path), to: under(to) })).sort(byPath),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(tree));
  if (bytes.length > MOST_BYTES) throw parcelLarge(title, `the list of its files has ${bytes.length} bytes, and ${MOST_BYTES} is the most`);
  const sha256 = sha256Of(bytes);
  return { sha256, bytes: bytes.length, sources: sources.set(sha256, bytes) };
}

/** Where a path leads. */
function linked(path: string, links: ReadonlyMap<string, string>): string {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    const to = links.get(at);
    if (to !== undefined) return join(to, relative(at, path));
  }
  return path;
}

function contentOfBytes(bytes: Uint8Array) {
  return { sha256: sha256Of(bytes), bytes: bytes.length, executable: false };
}

/** @throws EvokeError CANNOT_READ */
export async function contentOf(file: string): Promise<FileContent> {
  return fileContent(file).catch((error: NodeJS.ErrnoException) => {
    throw cannotReadFile(shortPath(file), "the file", error);
  });
}

function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : 1;
}

/** The deepest folder that all of these are in, or are. */
function commonFolder([first, ...others]: readonly string[]): string {
  let common = first!;
  for (const path of others) while (common !== path && !path.startsWith(join(common, sep))) common = dirname(common);
  return common;
}
