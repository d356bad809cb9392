/**
 * Zip archives, which NumPy's .npz and PyTorch's .pth are. What is read is checked: sizes, bounds, checksums; no two
 * files of an archive overlap, and all of them together take no more memory than numbers do that were deflated.
 *
 * @module
 */
import { inflateSync, zipSync } from "fflate";

/** Makes the error of a file that is not as it should be. */
export type Invalid = (problem: string) => Error;

const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const [STORED, DEFLATED] = [0, 8];
/** Deflate makes a byte of at most so many. */
export const LARGEST_RATIO = 1032;
/**
 * What the files of an archive may take together: so many bytes, or so many times the archive, whichever is more.
 * Weights and images deflate to a half or so, and little else is a matter of a few megabytes.
 */
const [MOST_UNPACKED, MOST_TIMES] = [64e6, 4];
/** Bytes of an entry's head in the directory, and in front of its content, without its name and extras. */
const [ENTRY_HEAD, CONTENT_HEAD, END_HEAD] = [46, 30, 22];

/** A file of an archive, as the archive's directory has it. */
interface Entry {
  readonly name: string;
  readonly deflated: boolean;
  readonly checksum: number;
  /** Where its bytes begin and end in the archive. */
  readonly from: number;
  readonly to: number;
  /** Its bytes when it is inflated. */
  readonly size: number;
}

/** The files of an archive, by name: those stored as they are, and those deflated. */
export function unzipped(bytes: Uint8Array, invalid: Invalid): Map<string, Uint8Array> {
  const damaged = () => invalid("its zip archive is damaged or cut off");
  try {
    const entries = entriesOf(bytes, invalid, damaged);
    const inOrder = [...entries].sort((a, b) => a.from - b.from);
    if (inOrder.some(({ to }, i) => to > (inOrder[i + 1]?.from ?? bytes.length))) throw damaged();
    const most = Math.max(MOST_UNPACKED, MOST_TIMES * bytes.length);
    if (entries.reduce((sum, { size }) => sum + size, 0) > most)
      throw invalid(
        `its files have more than ${Math.round(most / 1e6)} MB when they are unpacked. Save it without compression, as numpy.savez and torch.save do`,
      );
    return new Map(
      entries.map(({ name, deflated, checksum, from, to, size }) => {
        const content = new Uint8Array(bytes.subarray(from, to)); // slice() of Node's Buffer is no copy
        const file = deflated ? inflated(content, size, damaged) : content;
        if (file.length !== size || crc32(file) !== checksum) throw damaged();
        return [name, file];
      }),
    );
  } catch (error) {
    throw error instanceof RangeError ? damaged() : error; // of a DataView's bounds, or of memory
  }
}

function entriesOf(bytes: Uint8Array, invalid: Invalid, damaged: () => Error): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The end of the directory is in the last 22 bytes, or before a comment.
  let end = bytes.length - END_HEAD;
  while (view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  const entries: Entry[] = [];
  for (let at = view.getUint32(end + 16, true), left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(at, true) !== ENTRY) throw damaged();
    const short = (offset: number) => view.getUint16(at + offset, true);
    const long = (offset: number) => view.getUint32(at + offset, true);
    const [method, checksum, packed, size, start] = [short(10), long(16), long(20), long(24), long(42)];
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_HEAD, at + ENTRY_HEAD + short(28)));
    if (packed === 0xffffffff || size === 0xffffffff) throw invalid(`its file ${name} is larger than 4 GB`);
    if (method !== STORED && method !== DEFLATED) throw invalid(`its file ${name} is neither stored nor deflated`);
    const from = start + CONTENT_HEAD + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    if (method === STORED ? size !== packed : size > packed * LARGEST_RATIO) throw damaged();
    entries.push({ name, deflated: method === DEFLATED, checksum, from, to: from + packed, size });
    at += ENTRY_HEAD + short(28) + short(30) + short(32);
  }
  return entries;
}

function inflated(content: Uint8Array, size: number, damaged: () => Error): Uint8Array {
  try {
    return inflateSync(content, { out: new Uint8Array(size) });
  } catch {
    throw damaged();
  }
}

/** An archive of files that are stored as they are; the same bytes for the same files, whenever it is made. */
export function zipped(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) });
}

let table: Uint32Array | undefined;

/** CRC-32 of ISO 3309, as zip archives have it. */
function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest;
  });
  let rest = -1;
  for (const byte of bytes) rest = table[(rest ^ byte) & 255]! ^ (rest >>> 8);
  return ~rest >>> 0;
}
