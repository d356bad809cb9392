import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Controller, Proposal } from "../../../core/plugin/controller.ts";
import type { Measured } from "../../../core/plugin/metric.ts";
import type { SearchEvent } from "../../../core/record/events.ts";
import { ResultFold } from "../../../core/record/result.ts";
import { TrajectoryFold } from "../../../core/record/trajectory.ts";
import noRepeats from "../../../plugins/middleware/no-repeats.ts";
import { around, runWith, separable, small, space } from "../../experiments.ts";

const manifest = { ...small, subspaces: undefined, controller: "naming", budget: { queries: 9 } };

/** Proposes what it is given, in turn, and answers as it is told. */
const naming = (answer: Controller["answer"], proposals: readonly Proposal[] = PROPOSALS) => {
  let turn = 0;
  return around("controller", "naming", {
    propose: () => proposals[turn++ % proposals.length]!,
    observe: () => {},
    ...(answer && { answer }),
  });
};
/** Scores 50, 60, 70, 60, 50, …: how many are 1. */
const PROPOSALS: readonly Proposal[] = ["0-0-0-0", "1-0-0-0", "1-1-0-0", "0-1-0-0", "0-0-0-2"].map((text) => ({
  architecture: space.decode(text),
}));

test("a run's answer is the one that its controller names, and its result has the best score beside", async () => {
  const second = (candidates: readonly Measured[]) => Math.min(1, candidates.length - 1);
  const { events, result } = await runWith(manifest, [naming(second)]);
  assert.is(result!.best.architecture, "1-0-0-0");
  assert.is(result!.best.score, 60);
  assert.is(result!.best.test, 59);
  assert.is(result!.bestScore, 70);
  assert.is((events[0] as SearchEvent<"run.started">).answer, "named");
  const named = events.filter((event) => event.type === "answer.named") as SearchEvent<"answer.named">[];
  assert.equal(
    named.map(({ query, architecture, score }) => [query, architecture, score]),
    [
      [0, "0-0-0-0", 50],
      [1, "1-0-0-0", 60],
    ],
  );
  const fold = new ResultFold();
  for (const event of events) fold.next(event);
  assert.equal(fold.result(), result);
});

test("the course of such a run is that of what was named, whose scores may fall, each with its own test", async () => {
  const evaluator = around("evaluator", "free", { ...separable, freeTests: true });
  const last = (candidates: readonly Measured[]) => candidates.length - 1;
  const { events, result } = await runWith({ ...manifest, evaluator: "free", budget: { queries: 5, cost: "every-query" } }, [
    naming(last),
    evaluator,
  ]);
  const fold = new TrajectoryFold();
  for (const event of events) fold.next(event);
  assert.equal(
    fold.trajectory().incumbent.map(({ queries, score, test }) => [queries, score, test]),
    [50, 60, 70, 60, 50].map((score, i) => [i + 1, score, score - 1]),
  );
  assert.is(result!.best.architecture, "0-0-0-2");
  assert.is(result!.best.test, 49);
});

test("without a name for it, the answer has the best score, and nothing is told of names", async () => {
  const { events, result } = await runWith(manifest, [naming(undefined)]);
  assert.is(result!.best.score, 70);
  assert.not.ok("bestScore" in result!);
  assert.not.ok(events.some((event) => event.type === "answer.named" || "answer" in event));
});

test("of what failed, of lower fidelities, and of what the limits do not admit, none can be named", async () => {
  const evaluator = around("evaluator", "partly", {
    ...separable,
    metric: { ...separable.metric, epochs: 2 },
    fidelities: [1, 2],
    evaluate: (architecture) => {
      if (architecture[3] === 2) throw new Error("it does not fit");
      return { score: separable.metric.epochs, seconds: 1 };
    },
  });
  const limit = around("acceptance", "limit", { accepts: () => true, feasible: (architecture) => architecture[1] !== 1 });
  const proposals = [{ ...PROPOSALS[0]!, fidelity: 1 }, PROPOSALS[1]!, PROPOSALS[2]!, PROPOSALS[4]!];
  const seen = new Set<string>();
  const first = (candidates: readonly Measured[]) => {
    for (const { architecture } of candidates) seen.add(space.encode(architecture));
    return 0;
  };
  const failures = { retries: 0, remedy: "reject" };
  const { error, result } = await runWith(
    { ...manifest, evaluator: "partly", constraints: ["limit"], failures, budget: { queries: 3, cost: "every-query" } },
    [naming(first, proposals), evaluator, limit],
  );
  assert.is(error, undefined);
  assert.equal([...seen], ["1-0-0-0"]);
  assert.is(result!.best.architecture, "1-0-0-0");
});

test("middleware that says nothing of answers leaves them to the controller", async () => {
  const { result } = await runWith({ ...manifest, middleware: ["no-repeats"] }, [naming(() => 0), noRepeats]);
  assert.is(result!.best.architecture, "0-0-0-0");
});

test("a controller that names what is no candidate is told so", async () => {
  for (const answer of [-1, 7, 0.5, "0", undefined, Promise.resolve(0)]) {
    const { error } = await runWith(manifest, [naming((() => answer) as unknown as Controller["answer"])]);
    assert.match(error!.message, /controller "naming" .* at \/controller of test\.json/);
    assert.match(
      error!.message,
      answer instanceof Promise ? /gave a promise/ : /must give a whole number from 0 to 0, the index of a candidate/,
    );
  }
});

test.run();
