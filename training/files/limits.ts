/**
 * How large files may be that people name, by what they are: far above what each of them is, and below what a machine
 * has. One environment variable raises all of them.
 *
 * @module
 */
import process from "node:process";
import { limitUnreadable } from "../../core/errors/index.ts";

const [KB, MB, GB] = [1e3, 1e6, 1e9] as const;

/** Bytes, as the files are, and again as they are when they are unpacked. */
export const MOST = {
  /** Experiments, matrices, fits, tabulations, descriptions of tables: some 10 KB; a space of many choices has 1 MB. */
  manifest: 4 * MB,
  /** Architectures, one a line. */
  list: 64 * MB,
  /** A plugin and what it imports; bundles have some megabytes. */
  module: 64 * MB,
  /** NAS-Bench-201 has 3 MB, and a wide table of the 423,624 networks of NAS-Bench-101 some 200. */
  table: 256 * MB,
  /** Of one file: CIFAR-10 as one archive has 186 MB unpacked. */
  dataset: 256 * MB,
  /** Read line by line, and never as a whole: a million queries have some 900 MB. */
  record: 4 * GB,
  /** A line of a record. */
  line: 4 * MB,
  /** What a report needs of a run, unpacked: some 200 bytes a query. */
  trajectory: 256 * MB,
  /** matrix.json, 2 KB a cell. */
  results: 32 * MB,
  /** What Evoke keeps for itself, weights for example. */
  kept: 1 * GB,
} as const;

/** The environment variable, which is read where a file is larger than its kind. */
export const VARIABLE = "EVOKE_LARGEST_FILE";

/** Bytes that may be read where `most` are usual. @throws EvokeError LIMIT_UNREADABLE */
export function allowed(most: number): number {
  const text = process.env[VARIABLE];
  if (text === undefined || text === "") return most;
  const [, count, unit] = /^(\d+(?:\.\d+)?) *([KMG]B)?$/i.exec(text.trim()) ?? [];
  if (count === undefined) throw limitUnreadable(VARIABLE, text);
  const factor = { KB, MB, GB }[(unit ?? "").toUpperCase() as "KB"] ?? 1;
  return Math.max(most, Number(count) * factor);
}
