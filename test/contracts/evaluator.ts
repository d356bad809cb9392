/**
 * What every evaluator promises, synchronous or not.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Blame } from "../../core/plugin/checks/blame.ts";
import { checkedEvaluator } from "../../core/plugin/checks/evaluator.ts";
import { problemOf } from "../../core/plugin/checks/instance.ts";
import type { EvaluationContext, Evaluator } from "../../core/plugin/evaluator.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import { OUTSIDE_A_RUN } from "../../core/search/evaluations.ts";
import type { Case } from "./case.ts";

/** Each query draws from a stream of its own. */
function contextOf(query: number): EvaluationContext {
  return { ...OUTSIDE_A_RUN, rng: randomStream(1, `/evaluator#${query}`) };
}

/**
 * What every evaluator promises.
 * @param create  makes a fresh instance for the space
 * @param count   how many architectures to measure; few where measuring is slow
 */
export function evaluatorContract(name: string, space: Space, create: () => Evaluator | Promise<Evaluator>, count = 20): Case[] {
  const rng = randomStream(1, "/test");
  const architectures = Array.from({ length: count }, () => space.sample(rng));
  const place = { plugin: { kind: "evaluator", name }, pointer: "/evaluator", file: "the contract" } as const;
  /** A fresh instance, complete; what it gives is checked as in a run. */
  const checked = async () => {
    const instance = await create();
    assert.equal(problemOf("evaluator", instance), undefined);
    return checkedEvaluator(instance, place, new Blame([place], space));
  };
  const measurements = async (evaluator: Evaluator) => {
    const all = [];
    for (const [query, architecture] of architectures.entries())
      all.push(await evaluator.evaluate(architecture, undefined, contextOf(query)));
    return all;
  };
  return [
    [`${name} is complete: its metric, its fidelities, how many evaluations it allows at once`, async () => void (await checked())],
    [`${name} measures finite values and takes no negative time`, async () => void (await measurements(await checked()))],
    [
      `${name} measures an architecture the same way in another instance`,
      async () => {
        const scores = async () => (await measurements(await checked())).map(({ score }) => score);
        assert.deepEqual(await scores(), await scores());
      },
    ],
    [
      `${name} measures finite values at each of its fidelities, and at the last one what it measures else`,
      async () => {
        const evaluator = await checked();
        const { fidelities = [], metric } = evaluator;
        if (fidelities.length === 0) return;
        for (const architecture of architectures) {
          for (const epochs of fidelities) await evaluator.evaluate(architecture, epochs, contextOf(0));
          const last = await evaluator.evaluate(architecture, metric.epochs, contextOf(0));
          assert.equal(last.score, (await evaluator.evaluate(architecture, undefined, contextOf(0))).score);
        }
      },
    ],
    [
      `${name} leaves the architecture that it measures as it was`,
      async () => {
        const before = structuredClone(architectures);
        const evaluator = await checked();
        await measurements(evaluator);
        await evaluator.test?.(architectures[0]!);
        assert.deepEqual(architectures, before);
      },
    ],
    [
      `${name} reports a finite value of a complete test metric of its dataset, if any`,
      async () => {
        const evaluator = await checked();
        const tested = await evaluator.test?.(architectures[0]!);
        if (tested) assert.equal(tested.metric.dataset, evaluator.metric.dataset);
      },
    ],
  ];
}
