/** What composing an experiment has read from disk, so that it can be composed on another machine. @module */
import { isAbsolute, resolve } from "node:path";
import { digestOf } from "../../core/json/canonical-json.ts";

/** A module as a manifest names it. */
export interface NamedModule {
  readonly specifier: string;
  /** The manifest's. */
  readonly folder: string;
}

/**
 * The files of an experiment and of those that it begins with. What a manifest names by an absolute path is the machine's
 * own, and is not among them.
 */
export class OpenedFiles {
  /** The manifest's folder. */
  readonly folder: string;
  readonly #named = new Set<string>();
  readonly #programs = new Set<string>();
  readonly #besideModules = new Set<string>();
  readonly #tables = new Map<string, string>();
  readonly #modules: NamedModule[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Paths of files that a manifest names, relative to it. */
  get named(): ReadonlySet<string> {
    return this.#named;
  }

  /** Those of them that a program of the user's is given. */
  get programs(): ReadonlySet<string> {
    return this.#programs;
  }

  /** Real paths of files that lie beside a plugin's module. */
  get besideModules(): ReadonlySet<string> {
    return this.#besideModules;
  }

  /** The files of tables, by the names that a manifest names them by. */
  get tables(): ReadonlyMap<string, string> {
    return this.#tables;
  }

  get modules(): readonly NamedModule[] {
    return this.#modules;
  }

  /** Equal for equal files. */
  get key(): string {
    const { folder, modules } = this;
    const sets = [this.#named, this.#programs, this.#besideModules].map((paths) => [...paths].sort());
    return digestOf([folder, ...sets, Object.fromEntries(this.#tables), modules]);
  }

  /** @param path  as the manifest has it @param folder  the manifest's */
  addNamed(path: string, folder: string): void {
    if (!isAbsolute(path)) this.#named.add(resolve(folder, path));
  }

  /** @param texts  whatever may name files that a program is given */
  addPrograms(texts: readonly string[], folder: string): void {
    for (const path of texts.map((text) => resolve(folder, text))) if (this.#named.has(path)) this.#programs.add(path);
  }

  addBesideModule(file: string): void {
    this.#besideModules.add(file);
  }

  addTable(name: string, file: string): void {
    this.#tables.set(name, file);
  }

  addModules(specifiers: readonly string[], folder: string): void {
    for (const specifier of specifiers) if (!isAbsolute(specifier) && !URL.canParse(specifier)) this.#modules.push({ specifier, folder });
  }

  /** The files of an experiment that this one begins with. */
  include(others: OpenedFiles): void {
    for (const path of others.#named) this.#named.add(path);
    for (const path of others.#programs) this.#programs.add(path);
    for (const path of others.#besideModules) this.#besideModules.add(path);
    for (const [name, file] of others.#tables) this.#tables.set(name, file);
    this.#modules.push(...others.#modules);
  }
}
