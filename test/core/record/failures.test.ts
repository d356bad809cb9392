import { test } from "uvu";
import * as assert from "uvu/assert";
import type { SearchEvent } from "../../../core/record/events.ts";
import { FailureFold, type Failures, joinedFailures } from "../../../core/record/failures.ts";
import { TRAJECTORY_EVENTS, TrajectoryFold } from "../../../core/record/trajectory.ts";
import { runToEnd } from "../../../core/search/run.ts";
import { around, composed, separable, small } from "../../experiments.ts";

type Told = readonly [architecture: string, reason: string, remedy: "retry" | "reject"];

function folded(told: readonly Told[], evaluated = 0): Failures | undefined {
  const fold = new FailureFold();
  const free = { queries: 0, seconds: 0 };
  const next = (event: object) => fold.next({ run: "r", seed: 1, sequence: 0, query: 0, charged: free, ...event } as SearchEvent);
  for (const [architecture, reason, remedy] of told) next({ type: "evaluation.failed", architecture, reason, remedy, attempt: 1 });
  for (let i = 0; i < evaluated; i++) next({ type: "architecture.evaluated", architecture: "good", score: 1 });
  return fold.failures();
}

test("failures are counted by reason, the most frequent first, each with the architecture that had it first", () => {
  const told: Told[] = [
    ["a", "no memory", "retry"],
    ["a", "exit status 1", "reject"],
    ["b", "exit status 1", "retry"],
  ];
  assert.equal(folded(told, 7), {
    evaluations: 8,
    tries: 3,
    rejected: 1,
    reasons: [
      { reason: "exit status 1", tries: 2, rejected: 1, architecture: "a" },
      { reason: "no memory", tries: 1, rejected: 0, architecture: "a" },
    ],
  });
  assert.is(folded([], 7), undefined);
});

test("reasons that differ in numbers and in the architecture's name are one", () => {
  const reasons = folded([
    ["a-b", "a-b: the loss became 12.5 in epoch 3", "reject"],
    ["c-d", "c-d: the loss became 7 in epoch 41", "reject"],
    ["c-d", "c-d: the loss became nothing", "reject"],
  ])!.reasons;
  assert.equal(
    reasons.map(({ reason, tries }) => [reason, tries]),
    [
      ["a-b: the loss became 12.5 in epoch 3", 2],
      ["c-d: the loss became nothing", 1],
    ],
  );
});

test("what is kept is small, whatever evaluators say: long reasons are cut, and many are counted", () => {
  const letters = (i: number) => [...String(i)].map((digit) => "abcdefghij"[Number(digit)]).join("");
  const found = folded(Array.from({ length: 1000 }, (_, i) => ["a", `${letters(i)} ${"x".repeat(1e4)}`, "reject"] as const))!;
  assert.equal([found.tries, found.rejected, found.reasons.length], [1000, 1000, 20]);
  assert.is(found.reasons.length + found.further!, 1000);
  assert.ok(JSON.stringify(found).length < 20_000);
});

test("failures of runs are joined, with the first seed of each reason", () => {
  const one = folded([["a", "no memory", "reject"]], 4)!;
  const other = folded([
    ["b", "exit status 1", "reject"],
    ["b", "no memory", "retry"],
    ["c", "exit status 2", "reject"],
  ])!;
  assert.equal(
    joinedFailures([
      { seed: 2, failures: one },
      { seed: 5, failures: other },
    ]),
    {
      runs: 2,
      evaluations: 7,
      tries: 4,
      rejected: 3,
      reasons: [
        { reason: "no memory", tries: 2, rejected: 1, architecture: "a", seed: 2 },
        { reason: "exit status 1", tries: 2, rejected: 2, architecture: "b", seed: 5 },
      ],
    },
  );
  assert.is(joinedFailures([]), undefined);
});

test("a run's trajectory has its failures, first centres among them, and its result how many were made again", async () => {
  const failing = around("evaluator", "failing", {
    ...separable,
    evaluate(architecture, _, { attempt }) {
      if (architecture[0] === 0 || (architecture[1] === 0 && attempt === 1)) throw new Error("out of luck");
      return { score: architecture[2]!, seconds: 1, metrics: { latency: 7 } };
    },
  });
  const manifest = { ...small, evaluator: "failing", failures: { retries: 1, remedy: "reject" } };
  const { run, release } = await (await composed(manifest, [failing])).run(1);
  const fold = new TrajectoryFold();
  let evaluated = 0;
  run.bus.on(TRAJECTORY_EVENTS).subscribe((event) => fold.next(event));
  run.bus.on(["architecture.evaluated"]).subscribe(() => evaluated++);
  const { failed, retried, best } = await runToEnd(run);
  await release();
  const { failures } = fold.trajectory();
  assert.ok(failed! > 0 && retried! > failed!);
  assert.equal([failures!.rejected, failures!.tries, failures!.evaluations], [failed!, failed! + retried!, failed! + evaluated]);
  assert.equal(
    failures!.reasons.map(({ reason }) => reason),
    ["out of luck"],
  );
  assert.equal(best.metrics, { latency: 7 });
});

test.run();
