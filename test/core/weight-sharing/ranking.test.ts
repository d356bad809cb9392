import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";
import { likeliest } from "../../../core/weight-sharing/ranking.ts";
import { softmax } from "../../../core/weight-sharing/relaxation.ts";

const rng = randomStream(1, "/ranking");
const probabilities = Array.from({ length: 6 }, () => softmax(Array.from({ length: 5 }, () => 4 * rng.next())));
const worth = (operations: readonly number[]) => operations.reduce((product, k, edge) => product * probabilities[edge]![k]!, 1);

test("the likeliest hundred of 15,625 cells are those of an exhaustive sort", () => {
  const all = likeliest(probabilities, 15_625);
  assert.is(new Set(all.map((one) => one.join())).size, 15_625);
  const sorted = all.map(worth).sort((a, b) => b - a);
  const found = likeliest(probabilities, 100).map(worth);
  for (const [i, value] of found.entries()) assert.ok(Math.abs(value / sorted[i]! - 1) < 1e-12, `the ${i}-th`);
  assert.ok(Math.abs(sorted.reduce((a, b) => a + b) - 1) < 1e-12, "together they are everything");
});

test("the likeliest has the likeliest operation on each edge", () => {
  assert.equal(
    likeliest(probabilities, 1)[0],
    probabilities.map((edge) => edge.indexOf(Math.max(...edge))),
  );
});

test("what has probability 0 is never chosen, and many edges are no problem", () => {
  assert.equal(likeliest([[0.5, 0, 0.5], [1]], 10), [
    [0, 0],
    [2, 0],
  ]);
  const many = Array.from({ length: 2000 }, () => [0.4, 0.6]);
  assert.ok(likeliest(many, 3)[0]!.every((k) => k === 1));
});

test.run();
