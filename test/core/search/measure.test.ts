import { test } from "uvu";
import * as assert from "uvu/assert";
import type { CurvePoint, Measurement } from "../../../core/plugin/evaluator.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { type Failure, OUTSIDE_A_RUN } from "../../../core/search/evaluations.ts";
import { measure, Try } from "../../../core/search/measure.ts";

/** An evaluation that goes through the given outcomes; an Error is thrown. */
function evaluation(outcomes: (Measurement | Error)[], asynchronous: boolean): () => Measurement | Promise<Measurement> {
  const next = () => {
    const outcome = outcomes.shift()!;
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return asynchronous ? async () => next() : next;
}
const metric = { name: "accuracy", dataset: "toy", split: "validation", epochs: 9, trainedOn: "train", unit: "percent" } as const;
const good = { score: 50, seconds: 1 };
const trying = (floors?: readonly CurvePoint[]) =>
  new Try(
    1,
    OUTSIDE_A_RUN,
    { floors, metric },
    () => {},
    () => randomStream(1, "/evaluator"),
  );
const never = () => assert.unreachable();

for (const asynchronous of [false, true]) {
  const how = asynchronous ? "asynchronous" : "synchronous";

  test(`measure() retries a failing ${how} evaluation, and says so`, async () => {
    const busy = Object.assign(new Error("busy"), { log: "no memory" });
    const found = await measure(evaluation([busy, good], asynchronous), { retries: 1, remedy: "stop" }, never);
    assert.equal(found, { measurement: good, failures: [{ attempt: 1, reason: "busy", remedy: "retry", log: "no memory" }] });
  });

  test(`measure() rejects after the last try of a ${how} evaluation`, async () => {
    const policy = { retries: 1, remedy: "reject" } as const;
    const { measurement, failures } = await measure(evaluation([new Error("a"), new Error("b")], asynchronous), policy, never);
    assert.is(measurement, undefined);
    assert.equal(
      failures.map(({ remedy }) => remedy),
      ["retry", "reject"],
    );
  });

  test(`measure() stops with the evaluator's error of a ${how} evaluation`, async () => {
    const told: Failure[] = [];
    const failing = async () =>
      measure(evaluation([new Error("gone")], asynchronous), { retries: 0, remedy: "stop" }, (all) => told.push(...all));
    assert.is(await failing().catch((error: Error) => error.message), "gone");
    assert.equal(told, [{ attempt: 1, reason: "gone", remedy: "stop" }]);
  });

  test(`measure() neither retries nor rejects where a ${how} evaluation fails that nobody waits for`, async () => {
    const abort = new AbortController();
    let tries = 0;
    const ended = () => {
      tries++;
      abort.abort();
      return evaluation([new Error("ended")], asynchronous)();
    };
    const failing = async () => measure(ended, { retries: 2, remedy: "reject" }, never, abort.signal);
    assert.is(await failing().catch((error: Error) => error.message), "ended");
    assert.is(tries, 1);
  });

  test(`measure() stops at once where no other try of a ${how} evaluation can help`, async () => {
    const told: Failure[] = [];
    const missing = Object.assign(new Error("there is no such program"), { final: true });
    const failing = async () => measure(evaluation([missing], asynchronous), { retries: 3, remedy: "reject" }, (all) => told.push(...all));
    assert.is(await failing().catch((error: Error) => error.message), "there is no such program");
    assert.is(told.length, 1);
  });
}

test("measure() is synchronous where the evaluator is", () => {
  assert.equal(measure(evaluation([good], false), { retries: 0, remedy: "stop" }, never), { measurement: good, failures: [] });
});

test("a training is ended where its curve is below the last floor that is not after it", () => {
  const floors = [
    { epoch: 3, value: 40 },
    { epoch: 6, value: 60 },
  ];
  const watch = trying(floors);
  const told = [
    [1, 10],
    [3, 40],
    [5, 39.9],
    [6, 59],
    [7, 60],
  ].map(([epoch, value]) => watch.progress({ epoch: epoch!, value: value! }));
  assert.equal(told, [true, true, false, false, true]);
  assert.is(watch.complete(good, 9).curve!.length, 5);
  assert.equal(watch.complete({ ...good, curve: [] }, 9).curve, []);
  assert.equal(trying().complete(good, 9), good);
});

test("a training that was ended after all its epochs was not ended early", () => {
  const ended = { ...good, stoppedAfter: 9 };
  assert.equal(trying().complete(ended, 9), good);
  assert.equal(trying().complete(ended, 10), ended);
});

test("what a try is handed can be taken apart, and it draws from one stream", async () => {
  const { progress, folder, rng, signal, lower, attempt } = trying([{ epoch: 1, value: 5 }]);
  assert.not.ok(progress({ epoch: 1, value: 4 }));
  assert.match(await folder().catch((error: Error) => error.message), /Nothing is kept/);
  const again = randomStream(1, "/evaluator");
  assert.equal([rng.next(), rng.next()], [again.next(), again.next()]);
  assert.equal([signal.aborted, lower, attempt], [false, undefined, 1]);
});

test.run();
