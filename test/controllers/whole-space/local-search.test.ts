import { suite } from "uvu";
import * as assert from "uvu/assert";
import localSearch from "../../../controllers/whole-space/local-search.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { distanceBetween, tinySpace } from "../../fixtures.ts";

const test = suite("controllers/local-search");
for (const options of [{}, { improvement: "best", initial: 1 }]) {
  for (const [title, run] of controllerContract(localSearch, options))
    test(`${title}${"initial" in options ? " (best improvement)" : ""}`, run);
  for (const [title, run] of optimumContract(localSearch, { options }))
    test(`${title}${"initial" in options ? " (best improvement)" : ""}`, run);
}

const space = tinySpace(4, 3);
/** Two optima: all 1 with 90, and all 2 with 80; every step towards the nearer one is better. */
const hilly = (architecture: Architecture) => {
  const [ones, twos] = [1, 2].map((operation) => architecture.filter((o) => o === operation).length);
  return Math.max(50 + 10 * ones!, 40 + 10 * twos!);
};
const climb = async (options: object, queries: number, seed = 1) =>
  (await tryController(localSearch, { space, options, score: hilly, seed })).search(queries).map(({ architecture }) => architecture);

test("it proposes nothing twice until the space is as good as exhausted", async () => {
  for (const improvement of ["first", "best"]) {
    const texts = (await climb({ improvement, initial: 2 }, 75)).map(space.encode);
    assert.is(new Set(texts).size, 75);
  }
  const all = (await climb({}, 200)).map(space.encode);
  assert.ok(new Set(all).size >= 80, "of 81, found by a hundred draws");
});

test("first improvement moves at once: each proposal is a neighbour of the best since the start", async () => {
  const proposals = await climb({ initial: 3 }, 12, 4);
  let centre = proposals.slice(0, 3).reduce((best, next) => (hilly(next) > hilly(best) ? next : best));
  for (const next of proposals.slice(3)) {
    assert.is(distanceBetween(next, centre), 1);
    if (hilly(next) > hilly(centre)) centre = next;
  }
  assert.not.equal(centre, proposals[0]);
});

test("best improvement looks at all neighbours before it moves to the best of them", async () => {
  const [start, ...rest] = (await climb({ improvement: "best", initial: 1 }, 10, 2)) as [Architecture, ...Architecture[]];
  const neighbours = rest.slice(0, 8);
  assert.equal(neighbours.map(space.encode).sort(), space.neighbours(start).map(space.encode).sort());
  const best = Math.max(...neighbours.map(hilly));
  assert.ok(neighbours.some((n) => hilly(n) === best && distanceBetween(n, rest[8]!) === 1));
});

/** A search at a local optimum, all 1, with what was known before; its next start is told to be `start`. */
async function startedAgain(known: Readonly<Record<string, number>>, start: string, reward: number) {
  const { controller } = await tryController(localSearch, { space, options: { initial: 1 } });
  const tell = (architecture: Architecture, reward: number) => controller.observe({ architecture, score: reward, reward });
  tell([1, 1, 1, 1], 90);
  for (const [text, reward] of Object.entries(known)) tell(space.decode(text), reward);
  for (const neighbour of space.neighbours([1, 1, 1, 1])) tell(neighbour, 10);
  controller.propose();
  tell(space.decode(start), reward);
  return { controller, tell };
}

test("at a local optimum it starts again elsewhere, and climbs from there however low that is", async () => {
  const { controller } = await startedAgain({}, "2-2-2-2", 1);
  assert.is(distanceBetween(controller.propose().architecture, [2, 2, 2, 2]), 1);
});

test("a known better neighbour is moved to without a query, a known worse one is passed over", async () => {
  const start = [0, 0, 0, 0];
  const others = space.neighbours(start).filter((neighbour) => !["0-0-0-1", "2-0-0-0"].includes(space.encode(neighbour)));
  for (const reward of [50, 5]) {
    const { controller, tell } = await startedAgain({ "0-0-0-1": reward }, "0-0-0-0", 10);
    for (const neighbour of others) tell(neighbour, 1);
    if (reward === 50) tell([2, 0, 0, 0], 1);
    const { architecture } = controller.propose();
    if (reward === 5) assert.equal(architecture, [2, 0, 0, 0]);
    else assert.is(distanceBetween(architecture, [0, 0, 0, 1]), 1);
  }
});

test("neighbours come in random order, within 4 standard errors (seeds 1 to 400)", async () => {
  const counts = [0, 0, 0, 0];
  for (let seed = 1; seed <= 400; seed++) {
    const [start, next] = (await climb({ initial: 1 }, 2, seed)) as [Architecture, Architecture];
    counts[start.findIndex((operation, l) => operation !== next[l])]!++;
  }
  for (const count of counts) assert.ok(Math.abs(count - 100) < 4 * Math.sqrt(400 * (1 / 4) * (3 / 4)), counts.join(", "));
});

test("what failed is worse than anything: it is neither a start nor moved to", async () => {
  const { controller } = await tryController(localSearch, { space, options: { initial: 2 } });
  controller.observe({ architecture: [2, 2, 2, 2], score: Number.NaN, reward: Number.NaN });
  controller.observe({ architecture: [0, 0, 0, 0], score: 1, reward: 1 });
  for (let q = 0; q < 8; q++) {
    const { architecture } = controller.propose();
    assert.is(distanceBetween(architecture, [0, 0, 0, 0]), 1);
    controller.observe({ architecture, score: Number.NaN, reward: Number.NaN });
  }
  assert.ok(distanceBetween(controller.propose().architecture, [0, 0, 0, 0]) > 1, "all neighbours failed: a start elsewhere");
});

test.run();
