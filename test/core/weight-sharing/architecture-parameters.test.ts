import { test } from "uvu";
import * as assert from "uvu/assert";
import { ArchitectureParameters } from "../../../core/weight-sharing/architecture-parameters.ts";

const ADAM = { learningRate: 0.1, beta1: 0.5, beta2: 0.999, weightDecay: 0.01 };
const edges = (...sizes: readonly number[]) => sizes.map((length) => ({ operations: Array.from({ length }, (_, k) => `${k}`) }));

test("a first step is the learning rate in size, whatever the gradient, times the factor of the reach", () => {
  const alpha = new ArchitectureParameters(edges(2, 3), () => 0, ADAM);
  alpha.step(
    [
      [1e-3, -5],
      [0.2, 0.2, -0.2],
    ],
    1,
  );
  for (const [edge, row] of [
    [-0.1, 0.1],
    [-0.1, -0.1, 0.1],
  ].entries())
    for (const [k, value] of row.entries()) assert.ok(Math.abs(alpha.values[edge]![k]! - value) < 1e-5);
  const further = new ArchitectureParameters(edges(1), () => 0, ADAM);
  further.step([[1]], 7);
  assert.ok(Math.abs(further.values[0]![0]! + 0.7) < 1e-7);
});

test("steps are those of Adam with L2 in the gradient, ε beside the root", () => {
  const alpha = new ArchitectureParameters(edges(1), () => 2, ADAM);
  let [value, m, v] = [2, 0, 0];
  for (const [i, slope] of [1, -0.3, 0.02, 4].entries()) {
    alpha.step([[slope]], 1);
    const g = slope + 0.01 * value;
    m = 0.5 * m + 0.5 * g;
    v = 0.999 * v + 0.001 * g * g;
    value -= (0.1 * (m / (1 - 0.5 ** (i + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (i + 1))) + 1e-8);
    assert.ok(Math.abs(alpha.values[0]![0]! - value) < 1e-12, `step ${i}`);
  }
});

test("what was saved goes on the same to the bit, and what stands behind it is left alone", () => {
  const fresh = () => new ArchitectureParameters(edges(2, 1), () => 0.1, ADAM);
  const [whole, resumed] = [fresh(), fresh()];
  const gradient = (step: number) => [[Math.sin(step), 1], [-step]];
  for (let step = 0; step < 3; step++) whole.step(gradient(step), 1);
  const saved = JSON.parse(JSON.stringify([...whole.save(), 99]));
  assert.is(whole.saved, saved.length - 1);
  resumed.restore(saved);
  for (const one of [whole, resumed]) one.step(gradient(3), 1);
  assert.equal(resumed.save(), whole.save());
});

test("an edge's parameters can be replaced", () => {
  const alpha = new ArchitectureParameters(edges(2, 2), () => 0, ADAM);
  alpha.replace(1, [3, 4]);
  assert.equal(alpha.values, [
    [0, 0],
    [3, 4],
  ]);
});

test.run();
