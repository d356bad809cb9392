/**
 * Where Evoke writes: in the folder that people name by --out, and not where links in it lead. A folder of results may be
 * somebody else's, with links that lead to other files of whoever looks at it. The folder itself may be a link: it was named.
 *
 * @module
 */
import { closeSync, fstatSync, lstatSync, openSync, readSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { linkLeadsOut, namesOtherFile } from "../../../core/errors/files.ts";
import { refuseIrregular } from "../../../training/files/named-file.ts";

/**
 * A path in a folder, of which no part leads out of it.
 * @param out  the folder that people name; it need not be there
 * @throws EvokeError CANNOT_WRITE
 */
export function ownPlace(out: string, ...path: readonly string[]): string {
  const place = join(out, ...path);
  let at = out;
  for (const part of relative(out, place).split(sep)) {
    at = join(at, part);
    const found = look(at);
    if (!found) break;
    if (found.isSymbolicLink() && !leadsInto(at, out)) throw linkLeadsOut(place, at, out);
  }
  return place;
}

/** What SQLite keeps beside a database: its log, the index of that, and the journal of a change. */
const BESIDE = ["-wal", "-shm", "-journal"];
/** The last bytes of a journal that names another one, with which it was to end: https://sqlite.org/fileformat.html#rollbackjournal. */
const NAMES_ANOTHER = Buffer.from("d9d505f920a163d7", "hex");

/**
 * Looks at what SQLite would write, or remove, when it opens a store.
 * @throws EvokeError CANNOT_WRITE where that is another file, by a link or since a journal names it; CANNOT_READ where it is no
 * regular file
 */
export function checkBeside(file: string): void {
  const real = realOf(file); // as SQLite takes it
  for (const beside of BESIDE.map((ending) => ownPlace(dirname(real), basename(real) + ending)))
    refuseIrregular({ path: beside, what: "the runs in" });
  const journal = `${real}-journal`;
  if (look(journal) && endOf(journal, NAMES_ANOTHER.length).equals(NAMES_ANOTHER)) throw namesOtherFile(journal);
}

function leadsInto(link: string, folder: string): boolean {
  try {
    return realpathSync(link).startsWith(realpathSync(folder) + sep);
  } catch {
    return false; // to nothing that is there yet
  }
}

/** Undefined as well where it cannot be asked: whatever writes there will say why. */
function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Nothing where it has just gone, as a journal does. */
function endOf(file: string, length: number): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const bytes = Buffer.alloc(length);
    const count = readSync(descriptor, bytes, 0, length, Math.max(0, fstatSync(descriptor).size - length));
    return bytes.subarray(0, count);
  } finally {
    closeSync(descriptor);
  }
}
