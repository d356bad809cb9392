/**
 * Where benchmark tables are: those imported, in a folder of the user's, by name; those that come with
 * Evoke, in its folder tables/, by name; others by file. Of one name, the imported one is taken.
 *
 * A table that was opened stays open for the rest of the process, and can be shared with its threads.
 *
 * @module
 */
import { readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { EvokeError, tableInvalid, tableMissing, tableNameInvalid } from "../../../core/errors/index.ts";
import { Table, type TableContents, type Tables } from "../../../core/table/table.ts";
import { isTableName } from "../../../core/table/table-description.ts";
import { MOST } from "../../../training/files/limits.ts";
import { readUnpacked } from "../../../training/files/named-file.ts";
import { homeFolder } from "../../../training/home-folder.ts";
import { replaceFile } from "../../../training/kept-file.ts";
import { OWN_EXTENSION, OWN_FOLDER } from "./own-folder.ts";

const EXTENSION = ".arrow";

/** Tables of one thread for another, by the paths of their files. */
export type SharedTables = Readonly<Record<string, TableContents>>;

/** The tables that this process has opened, and those that it is reading, by the paths of their files. */
const opened = new Map<string, Table>();
const reading = new Map<string, Promise<Table>>();

/** Opens tables as a manifest names them. */
export class TableFolder implements Tables {
  readonly #folder: string;
  readonly #own: string;
  readonly #named: ReadonlyMap<string, string> | undefined;
  /** The files of named tables, which stay the same for all runs of an experiment. */
  readonly #files = new Map<string, string>();

  /**
   * @param folder  the manifest's, which files are relative to
   * @param shared  what another thread has shared
   * @param own  where the tables are that come with Evoke
   * @param named  the files of tables by their names, where those that were imported here do not count
   */
  constructor(folder: string, shared: SharedTables = {}, own = OWN_FOLDER, named?: ReadonlyMap<string, string>) {
    this.#folder = folder;
    this.#own = own;
    this.#named = named;
    for (const [file, contents] of Object.entries(shared)) if (!opened.has(file)) opened.set(file, Table.fromShared(contents));
  }

  async open(table: string): Promise<Table> {
    if (!isTableName(table)) return openOnce(resolve(this.#folder, table), (file) => openFile(file, table));
    const file = this.#files.get(table) ?? (this.#named ? this.#sentFile(table) : await namedFile(table, this.#own));
    const found = await openOnce(file, () => openNamed(table, file));
    this.#files.set(table, file);
    return found;
  }

  /** The files of the tables that were opened by name, but for those that come with Evoke. */
  get named(): ReadonlyMap<string, string> {
    return new Map([...this.#files].filter(([, file]) => dirname(file) !== this.#own));
  }

  /** All tables that this thread has opened, for others. */
  share(): SharedTables {
    return Object.fromEntries([...opened].map(([file, table]) => [file, table.share()]));
  }

  #sentFile(name: string): string {
    return this.#named?.get(name) ?? join(this.#own, name + OWN_EXTENSION);
  }
}

/** The table of a file, unless it is opened already, or being read. */
async function openOnce(file: string, open: (file: string) => Promise<Table>): Promise<Table> {
  const known = opened.get(file) ?? reading.get(file);
  if (known) return known;
  const read = open(file);
  reading.set(file, read);
  try {
    const found = await read;
    opened.set(file, found);
    return found;
  } finally {
    reading.delete(file);
  }
}

function tablesFolder(): string {
  return join(homeFolder(), "tables");
}

/** The file of an imported table. */
export function tableFile(name: string): string {
  return join(tablesFolder(), name + EXTENSION);
}

/** A table that has a name, and its file. */
export interface NamedTable {
  readonly name: string;
  readonly file: string;
  /** True if it comes with Evoke. */
  readonly embedded: boolean;
}

/** The tables that were imported and those that come with Evoke, by name. */
export async function namedTables(ownFolder = OWN_FOLDER): Promise<NamedTable[]> {
  const among = async (folder: string, extension: string, embedded: boolean) =>
    (await readdir(folder).catch(() => []))
      .filter((file) => file.endsWith(extension))
      .map((file) => ({ name: file.slice(0, -extension.length), file: join(folder, file), embedded }));
  const imported = await among(tablesFolder(), EXTENSION, false);
  const own = await among(ownFolder, OWN_EXTENSION, true);
  const all = [...imported, ...own.filter(({ name }) => !imported.some((table) => table.name === name))];
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The file of a table by its name; where there is none, where it would be imported to. */
async function namedFile(name: string, ownFolder: string): Promise<string> {
  const imported = tableFile(name);
  const own = join(ownFolder, name + OWN_EXTENSION);
  if (opened.has(imported)) return imported;
  const there = (file: string) =>
    stat(file).then(
      () => true,
      () => false,
    );
  return !(await there(imported)) && (opened.has(own) || (await there(own))) ? own : imported;
}

/** Keeps a table under a name. A reader, or a kill, sees the old file or the new one. @returns its path */
export async function saveTable(name: string, bytes: Uint8Array): Promise<string> {
  if (!isTableName(name)) throw tableNameInvalid(name);
  const file = tableFile(name);
  await replaceFile(file, bytes);
  opened.delete(file);
  return file;
}

/** The bytes of a table, unpacked if they are gzipped. */
export function readTableBytes(path: string, shown = path): Promise<Uint8Array> {
  return readUnpacked({ path, shown, what: "the table", most: MOST.table }, (problem, cause) => tableInvalid(shown, problem, cause));
}

async function openNamed(name: string, file: string): Promise<Table> {
  try {
    return await openFile(file, file);
  } catch (error) {
    if (!(error instanceof EvokeError && error.code === "CANNOT_READ" && (error.cause as NodeJS.ErrnoException).code === "ENOENT"))
      throw error;
    const remedy = name === "nas-bench-201" ? "evoke table add FOLDER/nas-bench-201.csv.gz" : `evoke table add FILE --name ${name}`;
    const known = (await namedTables()).map((table) => table.name);
    throw tableMissing(name, tablesFolder(), remedy, known);
  }
}

async function openFile(file: string, shown: string): Promise<Table> {
  const [bytes, { readTable }, { createHash }] = await Promise.all([
    readTableBytes(file, shown),
    import("../../../core/table/table-file.ts"),
    import("node:crypto"),
  ]);
  return readTable(bytes, shown, (part) => createHash("sha256").update(part).digest());
}
