import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../core/errors/index.ts";
import { ResultFold } from "../../../core/record/result.ts";
import { around, quality, runWith, separable, small, space } from "../../experiments.ts";

const wholeSpace = { ...small, subspaces: undefined, controller: "random" };

/** At most so many components are 1. */
const atMost = (count: number, name = "at-most") => {
  const feasible = (architecture: readonly number[]) => architecture.filter((operation) => operation === 1).length <= count;
  return around("acceptance", name, { feasible, accepts: ({ architecture }) => feasible(architecture) });
};
const ones = (text: string) => text.split("-").filter((operation) => operation === "1").length;

test("the answer and every centre keep the limits, wherever these stand; what does not is evaluated and learned from", async () => {
  for (const [limits, accept] of [
    [{ constraints: ["at-most"] }, ["improvement"]],
    [{}, ["improvement", "at-most"]],
  ] as const) {
    const manifest = { ...small, ...limits, subspaces: { ...small.subspaces, accept }, budget: { queries: 200 } };
    const { result, events } = await runWith(manifest, [atMost(2)]);
    assert.is(result!.best.score, 70);
    assert.ok(result!.updates > 0);
    for (const event of events)
      if (event.type === "subspace.evoked" || event.type === "subspace.updated") assert.ok(ones(event.architecture) <= 2);
    const beyond = events.filter((event) => event.type === "architecture.evaluated" && event.score > 70);
    assert.ok(beyond.length > 0);
    for (const event of events)
      if (event.type === "architecture.evaluated") assert.is("feasible" in event ? event.feasible : true, ones(event.architecture) <= 2);
    const rewards = events.filter(({ type }) => type === "reward.shaped");
    assert.is(rewards.length, 200);
    assert.is(result!.queries, 200);
  }
});

test("a search of the whole space keeps limits too: its answer, and what the controller random proposes", async () => {
  const free = around("controller", "all-ones-first", {
    propose: () => ({ architecture: [1, 1, 1, 1] }),
    observe() {},
  });
  const limited = { ...wholeSpace, constraints: ["at-most"] };
  const { error } = await runWith({ ...limited, controller: "all-ones-first" }, [atMost(2), free]);
  assert.is((error as EvokeError).code, "ANSWER_MISSING");
  const { events, result } = await runWith({ ...limited, budget: { queries: 100 } }, [atMost(2)]);
  assert.is(result!.best.score, 70);
  for (const event of events) if (event.type === "architecture.proposed") assert.ok(ones(event.architecture) <= 2);
});

test("all limits hold together, and the results replay", async () => {
  const strict = atMost(1, "at-most-one");
  const manifest = { ...small, constraints: ["at-most", "at-most-one"], budget: { queries: 60 } };
  const { events, result } = await runWith(manifest, [atMost(2), strict]);
  assert.is(result!.best.score, 60);
  const fold = new ResultFold();
  for (const event of events) fold.next(JSON.parse(JSON.stringify(event)));
  assert.is(JSON.stringify(fold.result()), JSON.stringify(result));
});

test("a limit on what was measured holds for what is answered from memory", async () => {
  const latency = (architecture: readonly number[]) => architecture.reduce((sum, operation) => sum + operation, 0);
  const timed = around("evaluator", "timed", {
    ...separable,
    metrics: [{ name: "latency", unit: "ms", goal: "minimise" }],
    evaluate: (architecture) => ({ score: quality(architecture), seconds: 1, metrics: { latency: latency(architecture) } }),
  });
  const quick = around("acceptance", "quick", { admits: ({ metrics }) => metrics!.latency! <= 3, accepts: () => true });
  const manifest = { ...wholeSpace, evaluator: "timed", constraints: ["quick"], middleware: ["no-repeats"], budget: { queries: 60 } };
  const { events } = await runWith(manifest, [timed, quick]);
  const evaluated = events.flatMap((event) => (event.type === "architecture.evaluated" ? [event] : []));
  const repeats = evaluated.filter(({ charged }) => charged.queries === 0);
  for (const kind of [true, false]) assert.ok(repeats.some(({ feasible = true }) => feasible === kind));
  for (const { architecture, feasible = true } of evaluated) assert.is(feasible, latency(space.decode(architecture)) <= 3);
});

test("first centres that the limits do not admit are refused", async () => {
  const initial = { use: "given", options: { architectures: ["0-0-0-0", "1-1-1-0"] } };
  const manifest = { ...small, constraints: ["at-most"], subspaces: { count: 2, radius: 1, initial } };
  const { error } = await runWith(manifest, [atMost(2)]);
  assert.is((error as EvokeError).code, "INITIAL_INVALID");
  assert.match(error!.message, "do not admit 1-1-1-0");
});

test.run();
