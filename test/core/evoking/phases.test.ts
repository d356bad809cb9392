import { test } from "uvu";
import * as assert from "uvu/assert";
import { Observations } from "../../../core/evoking/observations.ts";
import { type PhaseOptions, Phases } from "../../../core/evoking/phases.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { differing } from "../../../core/space/architecture.ts";
import { featuresOf } from "../../../core/space/features.ts";
import { tinySpace } from "../../fixtures.ts";

const space = tinySpace(12, 4);
const OPTIONS = {
  ...{ initial: 5, patience: 8, restarts: 0, rung: 10, reduction: 3, perRound: 1 },
  ...{
    centres: 2,
    radius: 3,
    apart: 2,
    nearest: 20,
    candidates: 40,
    localWarping: "none",
    among: [{ scale: 1, noise: 0.1, linear: 0 }],
    acquisition: "expected-improvement",
    beta: 2,
  },
};

/** What so many evaluations were of, and whether each was left to chance. @param reward  of the q-th, from 0 */
function searched(queries: number, options: object, reward: (q: number) => number) {
  const rng = randomStream(3, "/test");
  const observations = new Observations(featuresOf(space));
  const phases = new Phases({ space, rng, feasible: () => true }, observations, 12, { ...OPTIONS, ...options } as unknown as PhaseOptions);
  return Array.from({ length: queries }, (_, q) => {
    const chosen = phases.promising([]);
    const proposed = chosen ?? observations.encode(space.sample(rng));
    observations.expect(proposed);
    phases.expect(proposed);
    observations.add(proposed.architecture, reward(q));
    phases.learn(q);
    return { architecture: proposed.architecture, random: chosen === undefined };
  });
}
const beginnings = (course: ReturnType<typeof searched>) =>
  course.flatMap(({ random }, q) => (random && !course[q - 1]?.random ? [q] : []));

test("a search ends after so many evaluations without a better one, and another begins", () => {
  assert.equal(beginnings(searched(30, { rung: 100 }, () => 1)), [0, 9, 18, 27]);
});

test("a search that has found less than another by the same age waits, unless all go on", () => {
  // The first has 100 at once and ends after 9, without a rival; the second grows from 1 to 10.
  const reward = (q: number) => (q < 9 ? 100 : q - 8);
  assert.equal(beginnings(searched(24, { rung: 6 }, reward)).slice(0, 3), [0, 9, 15]);
  assert.equal(beginnings(searched(24, { rung: 6, reduction: 1 }, reward)), [0, 9]);
});

test("one that waits goes on when enough have come to where it waits", () => {
  // The second comes to 6 where the first had 100, the third and the fourth to less; of four, two go on.
  const rewards = [...Array(9).fill(100), ...[1, 2, 3, 4, 5, 6], ...[1, 1, 1, 1, 1, 2], ...[1, 1, 1, 1, 1, 3]];
  const course = searched(29, { rung: 6 }, (q) => rewards[q] ?? 6 + q);
  assert.equal(beginnings(course), [0, 9, 15, 21]);
});

test("every second search after the first ones begins far around the best", () => {
  const course = searched(40, { restarts: 1, rung: 100 }, (q) => (q === 2 ? 9 : 1));
  const best = course[2]!.architecture;
  assert.equal(beginnings(course), [0, 20, 38], "that at 11 draws nothing from the whole space");
  for (const { architecture } of course.slice(11, 16)) assert.ok(differing(architecture, best) <= 6, architecture.join());
});

test.run();
