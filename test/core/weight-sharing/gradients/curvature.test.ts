import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../../core/random/rng.ts";
import { curvatureAt, largestEigenvalue } from "../../../../core/weight-sharing/gradients/curvature.ts";
import { EarlyStopping } from "../../../../core/weight-sharing/gradients/early-stopping.ts";

const near = (found: number, expected: number, by: number) => assert.ok(Math.abs(found - expected) <= by, `${found}, not ${expected}`);

test("the largest eigenvalue of matrices where it is known: the largest, not the farthest from 0", () => {
  near(
    largestEigenvalue([
      [2, 1],
      [1, 2],
    ]),
    3,
    1e-14,
  );
  near(
    largestEigenvalue([
      [-5, 0, 0],
      [0, 1, 0],
      [0, 0, 0.5],
    ]),
    1,
    1e-14,
  );
  near(
    largestEigenvalue([
      [0, 0],
      [0, 0],
    ]),
    0,
    0,
  );
  assert.is(largestEigenvalue([[7]]), 7);
  // The path of 30 nodes: 2 − 2 cos(30π/31)
  const path = Array.from({ length: 30 }, (_, i) => Array.from({ length: 30 }, (_, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)));
  near(largestEigenvalue(path), 2 - 2 * Math.cos((30 * Math.PI) / 31), 1e-12);
});

test("of a quadratic loss the curvature is exact", async () => {
  const rng = randomStream(1, "/curvature");
  const half = Array.from({ length: 5 }, () => Array.from({ length: 5 }, () => rng.next() - 0.5));
  const H = half.map((row, i) => row.map((value, j) => value + half[j]![i]!));
  let passes = 0;
  const found = await curvatureAt(
    [
      [0.3, -2],
      [1, 0, 4],
    ],
    async (values) => {
      passes++;
      const alpha = values.flat();
      const slopes = H.map((row) => row.reduce((sum, h, j) => sum + h * alpha[j]!, 0));
      return [slopes.slice(0, 2), slopes.slice(2)];
    },
  );
  near(found, largestEigenvalue(H), 1e-12);
  assert.is(passes, 10);
});

const settledAfter = (curvatures: readonly number[], every: number, limit = 1.3) => {
  const stopping = new EarlyStopping(limit, [1]);
  for (const [i, curvature] of curvatures.entries()) {
    const epoch = (i + 1) * every;
    if (stopping.check({ epoch, curvature, probabilities: [[epoch]] })) return { epoch, to: stopping.settled![0]![0] };
  }
  return undefined;
};

test("a search ends where the mean of five curvatures has grown in four checks, and returns to the middle of the earlier five", () => {
  const grown = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3];
  // means of the last 5: 1 at the eleventh, 1.2 at the twelfth, 1.6 at the thirteenth, of the checks before 1
  assert.equal(settledAfter(grown, 2), { epoch: 26, to: 26 - (2 + 4) * 2 });
  assert.equal(settledAfter(grown, 5), { epoch: 65, to: 65 - 30 });
  assert.is(settledAfter(grown, 2, 1.7), undefined);
});

test("it does not return to before eleven epochs, nor end before there are nine checks", () => {
  const growing = Array.from({ length: 20 }, (_, i) => 2 ** i);
  assert.equal(settledAfter(growing, 1), { epoch: 17, to: 11 });
  assert.equal(settledAfter(growing, 2), { epoch: 24, to: 12 });
  assert.equal(settledAfter(growing, 5), { epoch: 45, to: 15 });
});

test("what was saved decides the same", () => {
  const probabilities = (i: number) => [[i, 0.25], [1]];
  const [whole, resumed] = [new EarlyStopping(1.3, [2, 1]), new EarlyStopping(1.3, [2, 1])];
  for (let i = 1; i <= 9; i++) whole.check({ epoch: 4 * i, curvature: 1.1 ** i, probabilities: probabilities(i) });
  resumed.restore(JSON.parse(JSON.stringify(whole.save())));
  for (const one of [whole, resumed]) assert.ok(one.settled);
  assert.equal(resumed.settled, probabilities(3));
  for (const one of [whole, resumed]) one.check({ epoch: 40, curvature: 9, probabilities: probabilities(10) });
  assert.equal(resumed.save(), whole.save());
});

test.run();
