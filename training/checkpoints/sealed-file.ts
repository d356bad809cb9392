/** Files of numbers that are whole or not used: a line of JSON, bytes, and the SHA-256 of both. @module */
import { createHash } from "node:crypto";
import { readIfThere, replaceFile } from "../kept-file.ts";

const HASH_BYTES = 32;
const LINE_FEED = 10;

/** What such a file holds. */
export interface Sealed {
  readonly header: unknown;
  readonly body: Uint8Array;
}

/** Replaces a file as one step (see replaceFile). @throws EvokeError CANNOT_WRITE */
export async function writeSealed(file: string, header: object, body: Uint8Array): Promise<void> {
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const content = new Uint8Array(line.length + body.length + HASH_BYTES);
  content.set(line);
  content.set(body, line.length);
  const sealed = content.subarray(0, content.length - HASH_BYTES);
  content.set(createHash("sha256").update(sealed).digest(), sealed.length);
  await replaceFile(file, content);
}

/**
 * @param what  it is, for errors: "the supernet in"
 * @returns nothing if there is no such file
 * @throws EvokeError CANNOT_READ
 */
export async function readSealed(file: string, what: string): Promise<Sealed | "damaged" | undefined> {
  const content = await readIfThere(file, what);
  if (!content) return undefined;
  const sealed = content.subarray(0, Math.max(0, content.length - HASH_BYTES));
  const end = sealed.indexOf(LINE_FEED) + 1;
  if (end === 0 || !createHash("sha256").update(sealed).digest().equals(content.subarray(sealed.length))) return "damaged";
  return { header: JSON.parse(sealed.subarray(0, end).toString()), body: Uint8Array.from(sealed.subarray(end)) };
}
