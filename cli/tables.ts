/**
 * Where benchmark tables are: those imported, in a folder of the user's, by name; others by file.
 *
 * A table that was opened stays open for the rest of the process, and can be shared with its threads.
 *
 * @module
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { cannotReadFile, cannotWriteFile, EvokeError, tableInvalid, tableMissing, tableNameInvalid } from "../core/errors.ts";
import { Table, type TableContents, type Tables } from "../core/table.ts";
import { isTableName } from "../core/table-description.ts";

const EXTENSION = ".arrow";

/** Tables of one thread for another, by the paths of their files. */
export type SharedTables = Readonly<Record<string, TableContents>>;

/** The tables that this process has opened, and those that it is reading, by the paths of their files. */
const opened = new Map<string, Table>();
const reading = new Map<string, Promise<Table>>();

/** Opens tables as a manifest names them. */
export class TableFolder implements Tables {
  readonly #folder: string;

  /**
   * @param folder  the manifest's, which files are relative to
   * @param shared  what another thread has shared
   */
  constructor(folder: string, shared: SharedTables = {}) {
    this.#folder = folder;
    for (const [file, contents] of Object.entries(shared)) if (!opened.has(file)) opened.set(file, Table.fromShared(contents));
  }

  async open(table: string): Promise<Table> {
    const named = isTableName(table);
    const file = named ? tableFile(table) : resolve(this.#folder, table);
    const known = opened.get(file) ?? reading.get(file);
    if (known) return known;
    const read = named ? openNamed(table, file) : openFile(file, table);
    reading.set(file, read);
    try {
      const found = await read;
      opened.set(file, found);
      return found;
    } finally {
      reading.delete(file);
    }
  }

  /** All tables that this thread has opened, for others. */
  share(): SharedTables {
    return Object.fromEntries([...opened].map(([file, table]) => [file, table.share()]));
  }
}

/** The folder of what Evoke keeps for the user: $EVOKE_HOME, or where the platform has such things. */
export function homeFolder(): string {
  const { EVOKE_HOME, XDG_DATA_HOME, LOCALAPPDATA } = process.env;
  if (EVOKE_HOME) return resolve(EVOKE_HOME);
  if (XDG_DATA_HOME) return join(XDG_DATA_HOME, "evoke");
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "evoke");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "evoke");
  return join(homedir(), ".local", "share", "evoke");
}

function tablesFolder(): string {
  return join(homeFolder(), "tables");
}

/** The file of an imported table. */
export function tableFile(name: string): string {
  return join(tablesFolder(), name + EXTENSION);
}

/** Names of the imported tables. */
export async function tableNames(): Promise<string[]> {
  const files = await readdir(tablesFolder()).catch(() => []);
  return files
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .sort();
}

/** Keeps a table under a name. A reader, or a kill, sees the old file or the new one. @returns its path */
export async function saveTable(name: string, bytes: Uint8Array): Promise<string> {
  if (!isTableName(name)) throw tableNameInvalid(name);
  const file = tableFile(name);
  const unfinished = `${file}.${process.pid}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(unfinished, bytes);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw cannotWriteFile(file, error as NodeJS.ErrnoException);
  }
  opened.delete(file);
  return file;
}

/** The bytes of a file, unpacked if they are gzipped. */
export async function readUnpacked(path: string, shown = path): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw cannotReadFile(shown, "the table", error);
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return promisify(gunzip)(bytes).catch((error: Error) => {
    throw tableInvalid(shown, `its gzip data is damaged or cut off (${error.message})`, error);
  });
}

async function openNamed(name: string, file: string): Promise<Table> {
  try {
    return await openFile(file, file);
  } catch (error) {
    if (!(error instanceof EvokeError && error.code === "CANNOT_READ" && (error.cause as NodeJS.ErrnoException).code === "ENOENT"))
      throw error;
    const remedy = name === "nas-bench-201" ? "evoke table add FOLDER/nas-bench-201.csv.gz" : `evoke table add FILE --name ${name}`;
    throw tableMissing(name, tablesFolder(), remedy, await tableNames());
  }
}

async function openFile(file: string, shown: string): Promise<Table> {
  const [bytes, { readTable }] = await Promise.all([readUnpacked(file, shown), import("../core/table-file.ts")]);
  return readTable(bytes, shown);
}
