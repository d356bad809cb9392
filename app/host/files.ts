/** Files that plugins read, and that an experiment's digest therefore covers. @module */
import { realpath, stat } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { cannotReadFile } from "../../core/errors/index.ts";
import type { FileKind, Files } from "../../core/plugin/dependencies.ts";
import { readNamed } from "../../training/files/named-file.ts";
import type { OpenedFiles } from "./opened-files.ts";
import { shortPath } from "./short-path.ts";

/** Who else has to do with files. */
interface FilesParts {
  /** Told of each file that was read. */
  readonly opened?: OpenedFiles;
  /** Where a file is, if it is not where the manifest says. */
  readonly moved?: (file: string) => string;
}

/** What is read where nobody says what it is. */
const ANY: FileKind = { what: "the file", most: 256e6 };

/** Files of an experiment, each read once: all its runs see the same bytes. */
export class ManifestFiles implements Files {
  readonly #read = new Map<string, Promise<ReadFile>>();
  readonly #folder: string;
  readonly #inputs: Map<string, string>;
  readonly #parts: FilesParts;

  /**
   * @param folder  the manifest's
   * @param inputs  is given the digest of each file that is read, by name
   */
  constructor(folder: string, inputs: Map<string, string>, parts: FilesParts = {}) {
    this.#folder = folder;
    this.#inputs = inputs;
    this.#parts = parts;
  }

  async read(path: string | URL, kind = ANY): Promise<Uint8Array> {
    const file = this.#fileOf(path);
    const reading = this.#read.get(file) ?? readWhole(file, kind);
    this.#read.set(file, reading);
    const { bytes, digest } = await reading;
    // A URL would name the machine; the digest is to be the same on another one. Modules are where links lead.
    const name = path instanceof URL ? relative(await realpath(this.#folder).catch(() => this.#folder), file).replaceAll(sep, "/") : path;
    this.#inputs.set(`file ${name}`, digest);
    if (path instanceof URL) this.#parts.opened?.addBesideModule(file);
    else this.#parts.opened?.addNamed(path, this.#folder);
    return bytes;
  }

  /** Its content is looked at only where its time or its size is another one. */
  async changed(path: string | URL): Promise<boolean> {
    const file = this.#fileOf(path);
    const { time, size, digest, kind } = await this.#read.get(file)!;
    try {
      const now = await stat(file);
      return (now.mtimeMs !== time || now.size !== size) && digestOf(readNamed({ path: file, ...kind })) !== digest;
    } catch {
      return true;
    }
  }

  #fileOf(path: string | URL): string {
    if (path instanceof URL) return pathOf(path);
    const file = resolve(this.#folder, path);
    return this.#parts.moved?.(file) ?? file;
  }
}

interface ReadFile {
  readonly bytes: Uint8Array;
  /** SHA-256, in hexadecimal. */
  readonly digest: string;
  /** Of its last change, in milliseconds. */
  readonly time: number;
  readonly size: number;
  readonly kind: FileKind;
}

async function readWhole(path: string, kind: FileKind): Promise<ReadFile> {
  const before = await stat(path).catch(() => undefined); // that it is not there is told by what reads it
  const bytes = readNamed({ path, shown: shortPath(path), ...kind });
  return { bytes, digest: digestOf(bytes), time: before?.mtimeMs ?? 0, size: before?.size ?? 0, kind };
}

function digestOf(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

function pathOf(url: URL): string {
  if (url.protocol === "file:") return fileURLToPath(url);
  throw cannotReadFile(url.href, "the file", new Error("only files of this machine are read, whose URLs begin with file:"));
}
