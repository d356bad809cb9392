import { test } from "uvu";
import * as assert from "uvu/assert";
import { Bus } from "../../../core/record/bus.ts";
import type { SearchEvent } from "../../../core/record/events.ts";

test("an event carries run, seed and its number, and is frozen", () => {
  const bus = new Bus("abc", 7);
  const heard: SearchEvent[] = [];
  bus.on().subscribe((event) => heard.push(event));
  bus.publish("policy.updated", () => ({ query: 0 }));
  bus.publish("reward.shaped", () => ({ query: 1, reward: 2 }));
  assert.equal(heard, [
    { type: "policy.updated", run: "abc", seed: 7, sequence: 0, query: 0 },
    { type: "reward.shaped", run: "abc", seed: 7, sequence: 1, query: 1, reward: 2 },
  ]);
  assert.ok(heard.every(Object.isFrozen));
});

test("an event that nobody listens to is not built, but counted", () => {
  const bus = new Bus("abc", 7);
  const heard: SearchEvent[] = [];
  bus.on(["policy.updated"]).subscribe((event) => heard.push(event));
  bus.publish("reward.shaped", () => {
    throw new Error("it was built");
  });
  bus.publish("policy.updated", () => ({ query: 0 }));
  assert.is(heard[0]!.sequence, 1);
});

test.run();
