import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Controller, Outcome } from "../../../core/plugin/controller.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import feasibleOnly from "../../../plugins/middleware/feasible-only.ts";
import { middlewareContract } from "../../contracts/middleware.ts";

for (const [title, run] of middlewareContract(feasibleOnly)) test(title, run);

/** Proposes 0, 1, 2 … in turn, and keeps the outcomes that it sees. */
async function counting(feasible: (architecture: Architecture) => boolean, attempts = 100) {
  const outcomes: Outcome[] = [];
  let next = 0;
  const controller: Controller = {
    concurrency: 5,
    propose: () => ({ architecture: [next++], subspace: 1 }),
    observe: (outcome) => outcomes.push(outcome),
  };
  return { wrapped: (await feasibleOnly.create({ attempts }, { feasible })).around(controller), outcomes };
}

test("feasible-only hands on what the limits admit, and lets the controller see the rest as failed, in order", async () => {
  const { wrapped, outcomes } = await counting(([number]) => number! % 3 === 0);
  const proposed: number[] = [];
  for (let q = 0; q < 3; q++) {
    const proposal = wrapped.propose();
    proposed.push(proposal.architecture[0]!);
    wrapped.observe({ ...proposal, score: 50, reward: 1 });
  }
  assert.equal(proposed, [0, 3, 6]);
  assert.equal(
    outcomes.map(({ architecture, subspace, reward }) => [architecture[0], subspace, Number.isNaN(reward)]),
    [0, 1, 2, 3, 4, 5, 6].map((number) => [number, 1, number % 3 !== 0]),
  );
});

test("feasible-only gives out what the limits do not admit where nothing else comes", async () => {
  const { wrapped } = await counting(() => false, 4);
  assert.equal(wrapped.propose().architecture, [4]);
  assert.equal(wrapped.propose().architecture, [9]);
});

test("feasible-only withdraws what it turns down, at once, and nothing else", async () => {
  const { wrapped, outcomes } = await counting(([number]) => number! % 2 === 1);
  const proposals = Array.from({ length: 5 }, () => wrapped.propose());
  assert.equal(
    outcomes.map(({ architecture, withdrawn }) => [architecture[0], withdrawn]),
    [0, 2, 4, 6, 8].map((number) => [number, true]),
  );
  for (const proposal of proposals) wrapped.observe({ ...proposal, score: Number.NaN, reward: Number.NaN });
  assert.ok(outcomes.slice(5).every(({ withdrawn }) => withdrawn === undefined));
});

test("feasible-only has as many proposals under way as the controller", async () => {
  const { wrapped } = await counting(() => true);
  assert.is(wrapped.concurrency, 5);
});

test.run();
