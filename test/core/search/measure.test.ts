import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Measurement } from "../../../core/plugin/evaluator.ts";
import { type Failure, measure } from "../../../core/search/measure.ts";

/** An evaluation that goes through the given outcomes; an Error is thrown. */
function evaluation(outcomes: (Measurement | Error)[], asynchronous: boolean): () => Measurement | Promise<Measurement> {
  const next = () => {
    const outcome = outcomes.shift()!;
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return asynchronous ? async () => next() : next;
}
const good = { score: 50, seconds: 1 };

for (const asynchronous of [false, true]) {
  const how = asynchronous ? "asynchronous" : "synchronous";

  test(`measure() retries a failing ${how} evaluation, and says so`, async () => {
    const told: Failure[] = [];
    const found = await measure(evaluation([new Error("busy"), good], asynchronous), { retries: 1, remedy: "stop" }, (f) => told.push(f));
    assert.equal(found, good);
    assert.equal(told, [{ attempt: 1, reason: "busy", remedy: "retry" }]);
  });

  test(`measure() rejects after the last try of a ${how} evaluation`, async () => {
    const told: Failure[] = [];
    const policy = { retries: 1, remedy: "reject" } as const;
    assert.is(await measure(evaluation([new Error("a"), new Error("b")], asynchronous), policy, (f) => told.push(f)), undefined);
    assert.equal(
      told.map(({ remedy }) => remedy),
      ["retry", "reject"],
    );
  });

  test(`measure() stops with the evaluator's error of a ${how} evaluation`, async () => {
    const failing = async () => measure(evaluation([new Error("gone")], asynchronous), { retries: 0, remedy: "stop" }, () => {});
    assert.is(await failing().catch((error: Error) => error.message), "gone");
  });
}

test("measure() is synchronous where the evaluator is", () => {
  assert.is(
    measure(evaluation([good], false), { retries: 0, remedy: "stop" }, () => {}),
    good,
  );
});

test.run();
