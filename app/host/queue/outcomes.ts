/** Outcomes as they lie in Redis: JSON, deflated, for what a run has is mostly text that repeats. @module */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Outcome } from "./messages.ts";
import { unpackedEvents } from "./packed-events.ts";

export function packedOutcome(outcome: Outcome): Buffer {
  return deflateRawSync(JSON.stringify(outcome));
}

/** @throws if it is none */
export function outcomeOf(bytes: Uint8Array): Outcome {
  const outcome = JSON.parse(inflateRawSync(bytes).toString()) as Outcome;
  if ("events" in outcome) for (const _ of unpackedEvents(outcome.events ?? []));
  return outcome;
}
