import { test } from "uvu";
import * as assert from "uvu/assert";
import { Promotions } from "../../../core/evoking/promotions.ts";

/** Of these rewards at the lowest of some fidelities. */
function begun(fidelities: readonly number[], rewards: readonly number[]) {
  const values: number[] = [];
  const promotions = new Promotions(fidelities, values);
  for (const [number, reward] of rewards.entries()) {
    values.push(reward);
    assert.is(promotions.learn(number, promotions.lowest, reward), false);
  }
  return { promotions, values };
}

test("with one fidelity alone nothing is promoted", () => {
  const { promotions } = begun([12], [3, 2, 1]);
  assert.is(promotions.lowest, undefined);
  assert.is(promotions.next(), undefined);
});

test("the share of a rung that goes on is that of its epochs in those of the next, the best first", () => {
  const { promotions } = begun([3, 12], [5, 9, Number.NaN, 7, 1, 8, 2, 3, 4]);
  assert.is(promotions.lowest, 3);
  assert.equal(
    [promotions.next(), promotions.next(), promotions.next()],
    [{ number: 1, fidelity: undefined }, { number: 5, fidelity: undefined }, undefined],
  );
  for (const number of [9, 10, 11]) promotions.learn(number, 3, 0);
  assert.is(promotions.next(), undefined, "a quarter of the eleven that did not fail is two, and two are promoted");
  promotions.learn(12, 3, 0);
  assert.equal(promotions.next(), { number: 3, fidelity: undefined });
});

test("what has come high goes on before what is low, and what failed does not", () => {
  const { promotions } = begun([1, 3, 9], [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  for (const number of [0, 1, 2]) assert.equal(promotions.next(), { number, fidelity: 3 });
  for (const [number, reward] of [Number.NaN, 70, 80].entries()) assert.ok(promotions.learn(number, 3, reward));
  assert.is(promotions.next(), undefined, "a third of two is none");
  promotions.learn(9, 1, 10);
  promotions.learn(10, 1, 0);
  promotions.learn(11, 1, 0);
  assert.equal(promotions.next(), { number: 9, fidelity: 3 });
  promotions.learn(9, 3, 75);
  assert.equal(promotions.next(), { number: 2, fidelity: undefined });
});

test("those that were promoted keep their values together, in the order of their new rewards", () => {
  const { promotions, values } = begun([1, 2], [40, 10, 30, 20, 0, 0]);
  for (let n = 0; n < 3; n++) promotions.next();
  assert.ok(promotions.learn(0, undefined, 91));
  assert.equal(values, [40, 10, 30, 20, 0, 0]);
  promotions.learn(2, undefined, 93);
  assert.equal(values, [30, 10, 40, 20, 0, 0]);
  promotions.learn(3, undefined, 92);
  assert.equal(values, [20, 10, 40, 30, 0, 0]);
});

test("what failed at a higher fidelity has no value, and the others keep theirs", () => {
  const { promotions, values } = begun([1, 2], [4, 3, 2, 1]);
  promotions.next();
  promotions.next();
  promotions.learn(0, undefined, Number.NaN);
  promotions.learn(1, undefined, 50);
  assert.equal(values, [Number.NaN, 3, 2, 1]);
});

test("an outcome that nobody waits for changes nothing", () => {
  const { promotions, values } = begun([1, 2], [4, 3]);
  assert.is(promotions.learn(0, undefined, 50), false);
  assert.is(promotions.learn(0, 5, 50), false);
  assert.is(promotions.learn(undefined, undefined, 50), false);
  assert.equal(values, [4, 3]);
});

test.run();
