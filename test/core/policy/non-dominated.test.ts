import { test } from "uvu";
import * as assert from "uvu/assert";
import { crowdingDistances, dominates, nonDominatedFronts } from "../../../core/policy/non-dominated.ts";
import { randomStream } from "../../../core/random/rng.ts";

const rated = (...worths: number[]) => ({ worths, feasible: true });

test("a point dominates another that is no better by any objective and worse by one, and not its equal", () => {
  assert.ok(dominates(rated(2, 1), rated(1, 1)));
  assert.not(dominates(rated(1, 1), rated(2, 1)));
  assert.not(dominates(rated(2, 1), rated(1, 2)));
  assert.not(dominates(rated(1, 1), rated(1, 1)));
});

test("what is feasible dominates what is not, however good; among those that are not the objectives decide", () => {
  const infeasible = (...worths: number[]) => ({ worths, feasible: false });
  assert.ok(dominates(rated(0, 0), infeasible(9, 9)));
  assert.not(dominates(infeasible(9, 9), rated(0, 0)));
  assert.ok(dominates(infeasible(9, 9), infeasible(8, 9)));
});

test("each front is what is left without those before it and is not dominated there, in order (200 points of 3 objectives, seed 4)", () => {
  const rng = randomStream(4, "/test");
  const points = Array.from({ length: 200 }, (_, i) => ({
    i,
    worths: [rng.below(12), rng.below(12), rng.below(12)],
    feasible: rng.below(3) > 0,
  }));
  const fronts = nonDominatedFronts(points);
  assert.ok(fronts.length > 3);
  let rest = points;
  for (const front of fronts) {
    assert.equal(
      front,
      rest.filter((point) => !rest.some((other) => dominates(other, point))),
    );
    rest = rest.filter((point) => !front.includes(point));
  }
  assert.equal(rest, []);
  assert.equal(nonDominatedFronts([]), []);
});

test("the crowding distance is the sum of the shares of the ranges between neighbours, and infinite at the ends", () => {
  // By the first objective the order is 0, 2, 1, 3 of a range of 10, by the second the reverse of a range of 4.
  assert.equal(crowdingDistances([rated(0, 4), rated(5, 1), rated(1, 3), rated(10, 0)]), [
    Number.POSITIVE_INFINITY,
    0.9 + 0.75,
    0.5 + 0.75,
    Number.POSITIVE_INFINITY,
  ]);
  assert.equal(crowdingDistances([rated(1, 1), rated(1, 1), rated(1, 1)]), [Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY]);
  assert.equal(crowdingDistances([]), []);
});

test.run();
