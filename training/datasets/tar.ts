/** The files of a tar archive: POSIX.1-2017, pax, "ustar Interchange Format". @module */
import { datasetInvalid } from "../../core/errors/index.ts";
import type { NamedBytes } from "./labelled-images.ts";

const BLOCK = 512;
/** Where a header has its fields: the name, the size in octal digits, the kind, and the magic. */
const [NAME, SIZE, KIND, MAGIC] = [
  [0, 100],
  [124, 136],
  [156, 157],
  [257, 262],
] as const;
/** Kinds of regular files; all others, such as folders and extended headers, hold no file's bytes. */
const FILES = ["0", "\0", ""];

export function isTar(bytes: Uint8Array): boolean {
  return field(bytes, 0, MAGIC) === "ustar";
}

/** Its files, by the last part of their paths; of Evoke's interest are names short enough to need no extended header. */
export function filesOfTar({ file, bytes }: NamedBytes): readonly NamedBytes[] {
  const files: NamedBytes[] = [];
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const digits = field(bytes, at, SIZE);
    const size = Number.parseInt(digits, 8);
    const begin = at + BLOCK;
    if (!isTar(bytes.subarray(at)) || !/^[0-7]+$/.test(digits) || begin + size > bytes.length)
      throw datasetInvalid(file, `as an archive it is damaged or cut off at byte ${at}`);
    if (FILES.includes(field(bytes, at, KIND)))
      files.push({ file: field(bytes, at, NAME).split("/").at(-1)!, bytes: bytes.subarray(begin, begin + size) });
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** The text of a field, which ends with a zero if it is shorter. */
function field(bytes: Uint8Array, at: number, [from, to]: readonly [number, number]): string {
  const text = new TextDecoder("latin1").decode(bytes.subarray(at + from, at + to));
  const end = text.indexOf("\0");
  return (end < 0 ? text : text.slice(0, end)).trim();
}
