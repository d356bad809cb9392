import { suite } from "uvu";
import * as assert from "uvu/assert";
import localSearch from "../../controllers/local-search.ts";
import type { Architecture } from "../../core/architecture.ts";
import { controllerContract, tryController } from "../contracts/controller.ts";
import { optimumContract } from "../contracts/optimum.ts";
import { distanceBetween, tinySpace } from "../fixtures.ts";

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
  (await tryController(localSearch, { space, options, validation: hilly, seed })).search(queries).map(({ architecture }) => architecture);

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

test("at a local optimum it starts again elsewhere, and finds the other one too", async () => {
  const texts = (await climb({ initial: 1 }, 80)).map(space.encode);
  assert.ok(texts.includes("1-1-1-1") && texts.includes("2-2-2-2"));
});

test("a known better neighbour is moved to without a query", async () => {
  const { controller } = await tryController(localSearch, { space, options: { initial: 1 }, validation: hilly });
  const learn = (text: string, reward: number) => controller.observe({ architecture: space.decode(text), validation: reward, reward });
  learn("0-0-0-0", 60); // the start; each outcome that follows is no better, so the centre stays
  for (const neighbour of space.neighbours([0, 0, 0, 0])) learn(space.encode(neighbour), 10);
  learn("0-0-1-1", 5);
  const { architecture } = controller.propose(); // a start elsewhere, all neighbours being known
  controller.observe({ architecture, validation: 1, reward: 1 }); // worse than any known neighbour
  const next = controller.propose().architecture;
  const known = [[0, 0, 0, 0], ...space.neighbours([0, 0, 0, 0]), [0, 0, 1, 1]];
  assert.not.ok(known.some((k) => distanceBetween(k, next) === 0));
});

test("what failed is worse than anything: it is neither a start nor moved to", async () => {
  const { controller } = await tryController(localSearch, { space, options: { initial: 2 } });
  controller.observe({ architecture: [2, 2, 2, 2], validation: Number.NaN, reward: Number.NaN });
  controller.observe({ architecture: [0, 0, 0, 0], validation: 1, reward: 1 });
  for (let q = 0; q < 8; q++) {
    const { architecture } = controller.propose();
    assert.is(distanceBetween(architecture, [0, 0, 0, 0]), 1);
    controller.observe({ architecture, validation: Number.NaN, reward: Number.NaN });
  }
  assert.ok(distanceBetween(controller.propose().architecture, [0, 0, 0, 0]) > 1, "all neighbours failed: a start elsewhere");
});

test.run();
