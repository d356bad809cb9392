import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Outcome } from "../../../../app/host/queue/messages.ts";
import { outcomeOf, packedOutcome } from "../../../../app/host/queue/outcomes.ts";
import { EventPacker, unpackedEvents } from "../../../../app/host/queue/packed-events.ts";
import type { SearchEvent } from "../../../../core/record/events.ts";

const events = Array.from(
  { length: 30_000 },
  (_, sequence) => ({ type: "policy.updated", run: "0123abcd", seed: 3, sequence, query: sequence }) as SearchEvent,
);
const packer = new EventPacker();
for (const event of events) packer.add(event);
const packed = packer.packed();
const outcomeWith = (events: readonly string[]): Outcome => ({ failed: { message: "the table is gone" }, events });

test("packed events come out as they were, in order, some at a time", () => {
  const pieces = [...unpackedEvents(packed)];
  assert.ok(pieces.length > 3);
  assert.ok(Math.max(...pieces.map(({ length }) => length)) < 10_000);
  assert.equal(pieces.flat(), events);
  assert.equal([...unpackedEvents(new EventPacker().packed())], []);
});

test("an outcome with damaged events is none", () => {
  assert.equal(outcomeOf(packedOutcome(outcomeWith(packed))), outcomeWith(packed));
  assert.throws(() => outcomeOf(packedOutcome(outcomeWith([...packed, packed[0]!.slice(10)]))));
  assert.throws(() => outcomeOf(packedOutcome(outcomeWith([Buffer.from("no events").toString("base64")]))));
});

test.run();
