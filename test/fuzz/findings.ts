/**
 * Inputs that were faults once, each in a file of its own as JSON: what was found, and the input, whose bytes are deflated
 * and in base64. A test takes all of them in again.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Fault } from "./fuzzing.ts";

const FINDINGS = fileURLToPath(new URL("./findings/", import.meta.url));

/** All that were kept. */
export function findings(): Fault[] {
  return readdirSync(FINDINGS)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(FINDINGS, file), "utf8"), revive) as Fault);
}

/** Keeps one. @returns its file */
export function keepFinding(fault: Fault): string {
  const text = JSON.stringify(
    fault,
    (_, value) => (value instanceof Uint8Array ? { deflated: deflateRawSync(value).toString("base64") } : value),
    2,
  );
  const file = join(FINDINGS, `${fault.target}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.json`);
  mkdirSync(FINDINGS, { recursive: true });
  writeFileSync(file, `${text}\n`);
  return file;
}

function revive(_: string, value: unknown): unknown {
  const { deflated } = (value ?? {}) as { readonly deflated?: unknown };
  return typeof deflated === "string" ? Uint8Array.from(inflateRawSync(Buffer.from(deflated, "base64"))) : value;
}
