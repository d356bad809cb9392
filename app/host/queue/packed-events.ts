/**
 * Events of a run on their way from a worker to a call: packed some thousand at a time, so that no text is made of all of
 * them, however many there are.
 *
 * @module
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { plainJson } from "../../../core/json/plain-json.ts";
import { eventProblem } from "../../../core/record/event-schema.ts";
import type { SearchEvent } from "../../../core/record/events.ts";

/** Pieces, each the deflated text of some events, a line of JSON each; in base64, since they are sent in JSON. */
export type PackedEvents = readonly string[];

/** Characters of a piece, about, and bytes that one may have, unpacked. */
const [PIECE, MOST_BYTES] = [2 ** 19, 2 ** 26];

export class EventPacker {
  readonly #pieces: string[] = [];
  #lines: string[] = [];
  #length = 0;

  add(event: SearchEvent): void {
    const line = JSON.stringify(event);
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= PIECE) this.#pack();
  }

  /** All that were added. */
  packed(): PackedEvents {
    this.#pack();
    return this.#pieces;
  }

  #pack(): void {
    if (this.#lines.length > 0) this.#pieces.push(deflateRawSync(this.#lines.join("\n")).toString("base64"));
    this.#lines = [];
    this.#length = 0;
  }
}

/** Gives the events in order, a piece at a time. They were looked at when they came: see checkEvents. */
export function* unpackedEvents(pieces: PackedEvents): Generator<readonly SearchEvent[]> {
  for (const piece of pieces) {
    const text = inflateRawSync(Buffer.from(piece, "base64"), { maxOutputLength: MOST_BYTES }).toString();
    yield text.split("\n").map((line) => plainJson(line) as SearchEvent);
  }
}

/** @throws where a piece is damaged, or an event is none */
export function checkEvents(pieces: PackedEvents): void {
  for (const events of unpackedEvents(pieces))
    for (const event of events) {
      const problem = eventProblem(event);
      if (problem !== undefined) throw new Error(problem);
    }
}
