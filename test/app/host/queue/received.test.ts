import { deflateRawSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { outcomeOf, packedOutcome } from "../../../../app/host/queue/outcomes.ts";
import { isPoint, jobProblem, presenceIn } from "../../../../app/host/queue/received.ts";

const OF_CALL = { call: "c", parcel: "p", digest: "d" };
const RUNS = { ...OF_CALL, kind: "runs", seeds: [1, 2], outcomes: ["x", "y"], types: [] };
const packed = (value: unknown) => deflateRawSync(JSON.stringify(value));

test("an outcome is read as it was packed, and what is none is no outcome", () => {
  const outcome = { measurement: { score: 1, seconds: 2, metrics: { latency: 3 }, curve: [{ epoch: 1, value: 0.5 }] } };
  assert.equal(outcomeOf(packedOutcome(outcome)), outcome);
  assert.equal(outcomeOf(packed({ test: null })), { test: null });
  for (const wrong of [null, 5, [], {}, { measurement: null }, { measurement: { score: "1", seconds: 2 } }, { run: { result: {} } }])
    assert.throws(() => outcomeOf(packed(wrong)), undefined, JSON.stringify(wrong));
  assert.throws(() => outcomeOf(packed({ failed: { message: "m" }, events: [{ type: "run.started" }] })));
  assert.throws(() => outcomeOf(deflateRawSync(Buffer.alloc(3e8))), /larger than/);
});

test("a job says what it is of, and has an outcome for each seed", () => {
  assert.is(jobProblem(RUNS), undefined);
  assert.match(jobProblem({ ...RUNS, outcomes: ["x"] })!, /an outcome for each seed/);
  assert.match(jobProblem({ ...RUNS, parcel: 7 })!, /\/parcel: must be/);
  for (const kind of ["others", "toString", ["runs"], undefined]) assert.match(jobProblem({ ...RUNS, kind })!, /of no kind/);
  assert.match(jobProblem(null)!, /of no kind/);
});

test("who shows itself in another way than workers and calls do is not there", () => {
  const call = { id: "i", host: "h", pid: 1, evoke: "1", since: 0, done: 1, call: "c", name: "n", under: 0 };
  assert.equal(presenceIn("call", JSON.stringify(call)), call);
  assert.is(presenceIn("worker", JSON.stringify(call)), undefined);
  assert.is(presenceIn("call", "{"), undefined);
});

test("a point of a curve has two finite numbers", () => {
  assert.ok(isPoint({ epoch: 1, value: -0.5 }));
  for (const wrong of [null, 1, {}, { epoch: 1 }, { epoch: "1", value: 1 }]) assert.not.ok(isPoint(wrong));
});

test.run();
