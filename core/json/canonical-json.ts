/** Digests of JSON values: SHA-256 of the canonical form (RFC 8785). @module */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";

/** SHA-256, in hexadecimal, of the canonical JSON of a value. Equal values have equal digests, whatever the order of their keys. */
export function digestOf(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes((canonicalize as unknown as (value: unknown) => string)(value))));
}
