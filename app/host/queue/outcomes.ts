/** Outcomes as they lie in Redis: JSON, deflated, for what a run has is mostly text that repeats. @module */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { plainJson } from "../../../core/json/plain-json.ts";
import type { Outcome } from "./messages.ts";
import { outcomeIn } from "./received.ts";

/** Bytes of a text: the outcome of the longest run that is recorded has some tens of megabytes. */
const MOST_BYTES = 2 ** 28;

export function packedOutcome(outcome: Outcome): Buffer {
  return deflateRawSync(JSON.stringify(outcome));
}

/** @throws if it is none */
export function outcomeOf(bytes: Uint8Array): Outcome {
  return outcomeIn(plainJson(inflateRawSync(bytes, { maxOutputLength: MOST_BYTES }).toString()));
}
