import { test } from "uvu";
import * as assert from "uvu/assert";
import { RandomFunctions, valueAt } from "../../../core/gaussian-process/random-functions.ts";
import { randomStream } from "../../../core/random/rng.ts";

const SCALE = 6;
const places = [
  { features: [1], counts: [2] },
  { features: [1, 4], counts: [1, 1] },
  { features: [0, 1, 2], counts: [2, 3, 2] },
];

test("drawn functions covary as the kernel says, by 5 standard errors (seed 1, 3,000 functions of 30 sets of waves)", () => {
  const [sets, draws] = [30, 100];
  const products = places.map(() => places.map((): number[] => []));
  for (let set = 0; set < sets; set++) {
    const functions = new RandomFunctions(SCALE, randomStream(1, `/functions/${set}`));
    const waves = places.map((place) => functions.waves(place));
    const sums = places.map(() => places.map(() => 0));
    for (let n = 0; n < draws; n++) {
      const weights = functions.draw();
      const values = waves.map((one) => valueAt(one, weights));
      for (const [i, a] of values.entries()) for (const [j, b] of values.entries()) sums[i]![j]! += a * b;
    }
    for (const [i, row] of sums.entries()) for (const [j, sum] of row.entries()) products[i]![j]!.push(sum / draws);
  }
  const distances = [
    [0, 2, 9],
    [2, 0, 13],
    [9, 13, 0],
  ];
  for (const [i, row] of products.entries())
    for (const [j, means] of row.entries()) {
      const mean = means.reduce((sum, one) => sum + one, 0) / sets;
      const error = Math.sqrt(means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (sets - 1) / sets);
      const expected = Math.exp(-distances[i]![j]! / SCALE);
      assert.ok(Math.abs(mean - expected) < 5 * error, `${i}, ${j}: ${mean} ± ${error}, ${expected}`);
    }
});

test("a function says the same of a place whenever it is asked, and two functions differ", () => {
  const functions = new RandomFunctions(SCALE, randomStream(2, "/functions"));
  const [first, second] = [functions.draw(), functions.draw()];
  assert.is(valueAt(functions.waves(places[2]!), first), valueAt(functions.waves(places[2]!), first));
  assert.is.not(valueAt(functions.waves(places[2]!), first), valueAt(functions.waves(places[2]!), second));
});

test.run();
