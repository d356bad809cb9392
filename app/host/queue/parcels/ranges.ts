/**
 * How content crosses Redis: in ranges, each an element of the list that the worker waits at. An element is a line with the
 * digest, where the range begins and how many bytes there are in all, and then the range. One of content that is not to be had
 * any more has -1 in place of both.
 *
 * @module
 */

/** Bytes of a range: short enough not to keep Redis from anything else. */
export const RANGE = 2 ** 20;

/** Seconds for which a range waits for who has asked for it. */
export const RANGE_SECONDS = 30;

export interface Range {
  readonly sha256: string;
  /** -1 if it is not to be had any more. */
  readonly from: number;
  /** Bytes of all of it. */
  readonly total: number;
  readonly bytes: Uint8Array;
}

/** Has the ranges of content of calls. */
export interface Ranges {
  /** @throws EvokeError PARCEL_MISSING */
  range(call: string, sha256: string, from: number): Promise<Range>;
}

export function packRange({ sha256, from, total, bytes }: Range): Buffer {
  return Buffer.concat([Buffer.from(`${sha256} ${from} ${total}\n`), bytes]);
}

/** @returns nothing if it is no range */
export function unpackRange(element: Buffer): Range | undefined {
  const end = element.indexOf("\n");
  const [, sha256, from, total] =
    /^([0-9a-f]{64}) (-1|\d{1,15}) (-1|\d{1,15})$/.exec(element.toString("latin1", 0, Math.min(end, 120))) ?? [];
  if (sha256 === undefined) return undefined;
  return { sha256, from: Number(from), total: Number(total), bytes: element.subarray(end + 1) };
}
