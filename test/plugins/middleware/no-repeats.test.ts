import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Controller, Outcome } from "../../../core/plugin/controller.ts";
import { OUTSIDE_A_RUN } from "../../../core/search/evaluations.ts";
import noRepeats from "../../../plugins/middleware/no-repeats.ts";
import { middlewareContract } from "../../contracts/middleware.ts";
import { around, runWith, separable, small } from "../../experiments.ts";
import { tinySpace } from "../../fixtures.ts";

for (const [title, run] of middlewareContract(noRepeats)) test(title, run);

/** Proposes the given numbers in turn, and keeps the outcomes that it sees. */
function reciting(numbers: readonly number[]) {
  const outcomes: Outcome[] = [];
  let next = 0;
  const controller: Controller = {
    propose: () => ({ architecture: [numbers[next++ % numbers.length]!] }),
    observe: (outcome) => outcomes.push(outcome),
  };
  return { controller, outcomes };
}
/** A space where 0 and 1 compute one function, as do 2 and 3. */
const space = { ...tinySpace(1, 4), functionKey: ([operation]: readonly number[]) => `function ${Math.floor(operation! / 2)}` };
const wrap = async (controller: Controller, attempts = 20) => (await noRepeats.create({ attempts }, { space })).around(controller);

test("no-repeats knows a proposal that computes what was evaluated before, by the value it had then", async () => {
  const { controller } = reciting([0, 1, 2, 0]);
  const wrapped = await wrap(controller);
  const known = [];
  for (let q = 0; q < 4; q++) {
    const proposal = wrapped.propose();
    known.push(proposal.known);
    const score = proposal.known ?? 50 + proposal.architecture[0]!;
    wrapped.observe({ architecture: proposal.architecture, score, reward: score });
  }
  assert.equal(known, [undefined, 50, undefined, 50]);
});

test("no-repeats knows further metrics too, by which rewards and limits go", async () => {
  const { controller } = reciting([0, 1]);
  const wrapped = await wrap(controller);
  wrapped.observe({ ...wrapped.propose(), score: 50, reward: 50, metrics: { latency: 7 } });
  assert.equal(wrapped.propose(), { architecture: [1], known: 50, knownMetrics: { latency: 7 } });
});

test("no-repeats knows what was measured at one fidelity at that one only", async () => {
  const turns = [4, 4, undefined, undefined, 9];
  const { controller } = reciting([0]);
  let turn = 0;
  const wrapped = await wrap({ ...controller, propose: () => ({ architecture: [0], fidelity: turns[turn++] }) });
  const known = turns.map(() => {
    const { architecture, known, fidelity } = wrapped.propose();
    const score = known ?? 50 + (fidelity ?? 10);
    wrapped.observe({ architecture, score, reward: score, fidelity });
    return known;
  });
  assert.equal(known, [undefined, 54, undefined, 60, undefined]);
});

test("no-repeats gives out for evaluation what came up as a repeat too often", async () => {
  const { controller } = reciting([0]);
  const wrapped = await wrap(controller, 3);
  const known = [];
  for (let q = 0; q < 9; q++) {
    const proposal = wrapped.propose();
    known.push(proposal.known !== undefined);
    wrapped.observe({ architecture: proposal.architecture, score: 50, reward: 50 });
  }
  assert.equal(known, [false, true, true, true, false, true, true, true, false]);
});

test("no-repeats has what failed evaluated again", async () => {
  const { controller } = reciting([0]);
  const wrapped = await wrap(controller);
  for (const score of [Number.NaN, Number.NaN, 50]) {
    const { architecture, known } = wrapped.propose();
    assert.is(known, undefined);
    wrapped.observe({ architecture, score, reward: score });
  }
  assert.is(wrapped.propose().known, 50);
});

const watched = () => {
  const evaluated: string[] = [];
  const evaluator = around("evaluator", "watched", {
    ...separable,
    evaluate(architecture) {
      evaluated.push(architecture.join("-"));
      return separable.evaluate(architecture, undefined, OUTSIDE_A_RUN);
    },
  });
  return { evaluated, evaluator };
};

test("a run with no-repeats evaluates nothing twice, and charges what it evaluates only", async () => {
  const { evaluated, evaluator } = watched();
  const manifest = { ...small, subspaces: undefined, controller: "random", middleware: ["no-repeats"], evaluator: "watched" };
  const { result, events } = await runWith({ ...manifest, budget: { queries: 60 } }, [evaluator]);
  assert.is(evaluated.length, 60);
  assert.is(new Set(evaluated).size, 60);
  assert.equal([result!.queries, result!.distinct, result!.cost.seconds], [60, 60, 120]);
  assert.ok(events.filter(({ type }) => type === "architecture.proposed").length > 80, "of 81 architectures repeats are drawn");
});

test("a run with no-repeats whose controller repeats itself for ever ends by its budget", async () => {
  const { evaluated, evaluator } = watched();
  const stubborn = around("controller", "stubborn", {
    propose: () => ({ architecture: [1, 1, 1, 1] }),
    observe() {},
  });
  const manifest = { ...small, subspaces: undefined, controller: "stubborn", middleware: ["no-repeats"], evaluator: "watched" };
  const { result } = await runWith({ ...manifest, budget: { queries: 5 } }, [evaluator, stubborn]);
  assert.is(result!.queries, 5);
  assert.is(evaluated.length, 5);
});

test("in subspaces a repeat is a candidate as any other: it can replace a centre, and earns its reward", async () => {
  const manifest = { ...small, subspaces: { count: 3, radius: 4 }, middleware: ["no-repeats"], budget: { queries: 40 } };
  const { events } = await runWith(manifest);
  const free = new Set(
    events.flatMap((event) =>
      event.type === "architecture.evaluated" && event.query >= 0 && event.charged.queries === 0 ? [event.query] : [],
    ),
  );
  const queriesOf = (type: string) => new Set(events.flatMap((event) => (event.type === type && "query" in event ? [event.query] : [])));
  assert.ok(free.size > 10);
  for (const type of ["reward.shaped", "policy.updated"]) for (const query of free) assert.ok(queriesOf(type).has(query));
  assert.ok([...queriesOf("subspace.updated")].some((query) => free.has(query)));
});

test.run();
