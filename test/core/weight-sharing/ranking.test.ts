import { test } from "uvu";
import * as assert from "uvu/assert";
import { nearlyNormal, randomStream } from "../../../core/random/rng.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { heaviest } from "../../../core/space/open-network.ts";
import type { Mixture } from "../../../core/training/weight-sharing.ts";
import { rankedBy } from "../../../core/weight-sharing/ranking.ts";
import { softmax } from "../../../core/weight-sharing/relaxation.ts";
import { toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { conditionalSpace } from "../../contracts/uneven-spaces.ts";
import { tinySpace } from "../../fixtures.ts";

const feasible = () => true;
const rng = randomStream(1, "/ranking");
const probabilitiesOf = (sizes: readonly number[]) =>
  sizes.map((size) => softmax(Array.from({ length: size }, () => 2 * nearlyNormal(rng))));
const worth = (probabilities: Mixture, cell: Architecture) => cell.reduce((product, k, edge) => product * probabilities[edge]![k]!, 1);

test("the 15,625 cells of NAS-Bench-201 come in the order of their probabilities, each once, and are all that there is", () => {
  const probabilities = probabilitiesOf([5, 5, 5, 5, 5, 5]);
  const all = rankedBy(toyOpenNetwork(tinySpace(6, 5)), probabilities, { feasible, most: 20_000 });
  assert.is(new Set(all.map((cell) => cell.join())).size, 15_625);
  assert.equal(all[0], probabilities.map(heaviest));
  const chances = all.map((cell) => worth(probabilities, cell));
  for (let i = 1; i < chances.length; i++) assert.ok(chances[i]! <= chances[i - 1]! * (1 + 1e-12), `the ${i}-th`);
  assert.ok(Math.abs(chances.reduce((a, b) => a + b) - 1) < 1e-12, "together they are everything");
  assert.equal(rankedBy(toyOpenNetwork(tinySpace(6, 5)), probabilities, { feasible }), all.slice(0, 100));
});

test("of many edges, and where components may be absent, members come each once", () => {
  const wide = toyOpenNetwork(tinySpace(200, 3));
  const ranked = rankedBy(wide, probabilitiesOf(Array.from({ length: 200 }, () => 3)), { feasible });
  assert.is(new Set(ranked.map((one) => one.join())).size, 100);
  const space = conditionalSpace();
  const all = rankedBy(toyOpenNetwork(space), probabilitiesOf(space.choices.map(({ length }) => length)), { feasible, most: 1000 });
  assert.is(new Set(all.map((one) => one.join())).size, 384);
  assert.ok(all.every(space.contains));
});

test("what has probability 0 is never chosen", () => {
  const open = toyOpenNetwork(tinySpace(2, 3));
  const probabilities = [
    [0.5, 0, 0.5],
    [1, 0, 0],
  ];
  assert.equal(rankedBy(open, probabilities, { feasible }), [
    [0, 0],
    [2, 0],
  ]);
});

test("what the limits do not admit is passed over, unless there is nothing else", () => {
  const open = toyOpenNetwork(tinySpace(2, 3));
  const probabilities = probabilitiesOf([3, 3]);
  const all = rankedBy(open, probabilities, { feasible });
  const without = (architecture: Architecture) => architecture[0] !== all[0]![0];
  assert.equal(rankedBy(open, probabilities, { feasible: without }), all.filter(without));
  assert.equal(rankedBy(open, probabilities, { feasible: () => false }), [all[0]]);
});

test.run();
