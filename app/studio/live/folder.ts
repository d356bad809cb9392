/**
 * What lies in the folder that the studio shows: its store, or one in each folder of it, and the documents of what was
 * run. Only what has these names, one folder deep, is ever opened.
 *
 * @module
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { EvokeError, errorThrown, studioFolderMissing } from "../../../core/errors/index.ts";
import { type MatrixDocument, storeFile } from "../../host/store/matrix-document.ts";
import { DOCUMENT, readMatrixDocument } from "../../host/store/read-document.ts";
import type { Problem } from "../api.ts";

/** A folder with a store. */
export interface StorePlace {
  /** "" of the folder that is shown, else its name in it. */
  readonly id: string;
  readonly folder: string;
  readonly file: string;
}

/** A document that was found: read, or why it cannot be. */
export interface FoundDocument {
  /** Of its folder. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
  readonly document?: MatrixDocument;
  readonly problem?: Problem;
}

/**
 * The folder that is meant: of OUT/NAME, where `evoke matrix` has put one document, it is OUT.
 * @throws EvokeError STUDIO_FOLDER_MISSING
 */
export function studioFolder(wanted: string): string {
  if (!statSync(wanted, { throwIfNoEntry: false })?.isDirectory()) throw studioFolderMissing(wanted, existsSync(wanted));
  const inside = existsSync(join(wanted, DOCUMENT)) && !existsSync(storeFile(wanted)) && existsSync(storeFile(dirname(resolve(wanted))));
  return inside ? dirname(resolve(wanted)) : wanted;
}

/** The stores: that of the folder itself, also where there is none yet and no folder in it has one. */
export function storesIn(folder: string): StorePlace[] {
  const inside = foldersIn(folder)
    .map((name) => ({ id: name, folder: join(folder, name), file: storeFile(join(folder, name)) }))
    .filter(({ file }) => existsSync(file));
  const own = { id: "", folder, file: storeFile(folder) };
  return existsSync(own.file) || inside.length === 0 ? [own, ...inside] : inside;
}

export class Documents {
  readonly #place: StorePlace;
  #known = new Map<string, FoundDocument & { readonly stamp: string }>();

  constructor(place: StorePlace) {
    this.#place = place;
  }

  get all(): readonly FoundDocument[] {
    return [...this.#known.values()];
  }

  /** Reads those that are new or were changed. @returns true if any is other than before */
  read(): boolean {
    const found = new Map<string, FoundDocument & { readonly stamp: string }>();
    let changed = false;
    for (const name of foldersIn(this.#place.folder)) {
      const file = join(this.#place.folder, name, DOCUMENT);
      const there = statSync(file, { bigint: true, throwIfNoEntry: false });
      if (!there) continue;
      const stamp = `${there.ino} ${there.mtimeNs} ${there.size}`;
      const known = this.#known.get(name);
      if (known?.stamp === stamp) {
        found.set(name, known);
        continue;
      }
      changed = true;
      found.set(name, { name, stamp, changed: Number(there.mtimeMs), ...this.#opened(file, name) });
    }
    changed ||= found.size !== this.#known.size;
    this.#known = found;
    return changed;
  }

  #opened(file: string, name: string): Pick<FoundDocument, "document" | "problem"> {
    try {
      const document = readMatrixDocument(file);
      if (resolve(dirname(file), document.store) === resolve(this.#place.file)) return { document };
      return { problem: { code: "REPORT_STORE_MISSING", message: `The runs of ${name} are in another folder: open the studio there.` } };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }
}

/** An error as the page tells it; one that is none of ours is a defect, and told as one: the studio goes on. */
export function problemOf(error: unknown): Problem {
  if (error instanceof EvokeError) return { code: error.code, message: error.message };
  return { code: "DEFECT", message: `A defect of Evoke itself: ${errorThrown(error).message}` };
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return []; // it was removed: its store tells so
  }
}
