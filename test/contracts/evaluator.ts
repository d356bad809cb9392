/**
 * What every evaluator promises, synchronous or not.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Evaluator } from "../../core/plugin/evaluator.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import type { Case } from "./case.ts";

/**
 * @param create  makes a fresh instance for the space
 * @param count   how many architectures to measure; few where measuring is slow
 */
export function evaluatorContract(name: string, space: Space, create: () => Evaluator | Promise<Evaluator>, count = 20): Case[] {
  const rng = randomStream(1, "/test");
  const architectures = Array.from({ length: count }, () => space.sample(rng));
  const measurements = async (evaluator: Evaluator) => {
    const all = [];
    for (const architecture of architectures) all.push(await evaluator.evaluate(architecture));
    return all;
  };
  return [
    [
      `${name} shows the search a validation metric`,
      async () => {
        const { metric } = await create();
        assert.equal(metric.split, "validation");
        for (const text of [metric.name, metric.dataset, metric.trainedOn, metric.unit]) assert.ok(text.length > 0);
      },
    ],
    [
      `${name} measures finite values and takes no negative time`,
      async () => {
        for (const { score, seconds } of await measurements(await create())) {
          assert.ok(Number.isFinite(score));
          assert.ok(seconds >= 0 && Number.isFinite(seconds));
        }
      },
    ],
    [
      `${name} measures an architecture the same way in another instance`,
      async () => {
        const scores = async () => (await measurements(await create())).map(({ score }) => score);
        assert.deepEqual(await scores(), await scores());
      },
    ],
    [
      `${name} has ascending fidelities, if any, measures finite values at each, and at the last one what it measures else`,
      async () => {
        const evaluator = await create();
        const { fidelities = [], metric } = evaluator;
        if (fidelities.length === 0) return;
        assert.equal(fidelities.at(-1), metric.epochs);
        for (const [i, epochs] of fidelities.entries()) assert.ok(Number.isInteger(epochs) && epochs > (fidelities[i - 1] ?? -1));
        for (const architecture of architectures) {
          for (const epochs of fidelities) {
            const { score, seconds } = await evaluator.evaluate(architecture, epochs);
            assert.ok(Number.isFinite(score) && seconds >= 0 && Number.isFinite(seconds));
          }
          const last = await evaluator.evaluate(architecture, metric.epochs);
          assert.equal(last.score, (await evaluator.evaluate(architecture)).score);
        }
      },
    ],
    [
      `${name} leaves the architecture that it measures as it was`,
      async () => {
        const before = structuredClone(architectures);
        const evaluator = await create();
        await measurements(evaluator);
        await evaluator.test?.(architectures[0]!);
        assert.deepEqual(architectures, before);
      },
    ],
    [
      `${name} reports a finite value of a test metric, if any`,
      async () => {
        const evaluator = await create();
        const tested = await evaluator.test?.(architectures[0]!);
        if (!tested) return;
        assert.equal(tested.metric.split, "test");
        assert.equal(tested.metric.dataset, evaluator.metric.dataset);
        assert.ok(Number.isFinite(tested.value));
      },
    ],
    [
      `${name} allows a whole number of evaluations at once`,
      async () => {
        const { concurrency = 1 } = await create();
        assert.ok(concurrency === Number.POSITIVE_INFINITY || (Number.isInteger(concurrency) && concurrency >= 1));
      },
    ],
  ];
}
