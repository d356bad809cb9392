/** Files that plugins read, and that an experiment's digest therefore covers. @module */
import { readFile } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { cannotReadFile } from "../../core/errors/index.ts";
import type { Files } from "../../core/plugin/dependencies.ts";
import { shortPath } from "./short-path.ts";

/** Files of an experiment, each read once: all its runs see the same bytes. */
export class ManifestFiles implements Files {
  readonly #read = new Map<string, Promise<Uint8Array>>();
  readonly #folder: string;
  readonly #inputs: Map<string, string>;

  /**
   * @param folder  the manifest's
   * @param inputs  is given the digest of each file that is read, by name
   */
  constructor(folder: string, inputs: Map<string, string>) {
    this.#folder = folder;
    this.#inputs = inputs;
  }

  async read(path: string | URL): Promise<Uint8Array> {
    const file = path instanceof URL ? pathOf(path) : resolve(this.#folder, path);
    let content = this.#read.get(file);
    if (!content) {
      content = readFile(file).catch((error: NodeJS.ErrnoException) => {
        throw cannotReadFile(shortPath(file), "the file", error);
      });
      this.#read.set(file, content);
    }
    const bytes = await content;
    // A URL would name the machine; the digest is to be the same on another one.
    const name = path instanceof URL ? relative(this.#folder, file).replaceAll(sep, "/") : path;
    this.#inputs.set(`file ${name}`, bytesToHex(sha256(bytes)));
    return bytes;
  }
}

function pathOf(url: URL): string {
  if (url.protocol === "file:") return fileURLToPath(url);
  throw cannotReadFile(url.href, "the file", new Error("only files of this machine are read, whose URLs begin with file:"));
}
