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

/** A search in the middle of its climb. */
async function climbing(state: { known: [string, number][]; centre: string; neighbours: string[] }) {
  const { controller } = await tryController(localSearch, { space, options: { initial: 1 } });
  const { rng } = controller.save() as { rng: readonly number[] };
  const known = new Map(state.known);
  const centre = { architecture: space.decode(state.centre), reward: known.get(state.centre)! };
  const neighbours = state.neighbours.map(space.decode);
  controller.restore({ known: state.known, starts: 0, centre, neighbours, better: undefined, rng } as never);
  return controller;
}

test("at a local optimum it starts again elsewhere, and climbs from there however low that is", async () => {
  const controller = await climbing({ known: [["1-1-1-1", 90]], centre: "1-1-1-1", neighbours: [] });
  const start = controller.propose().architecture;
  controller.observe({ architecture: start, score: 1, reward: 1 });
  assert.is(distanceBetween(controller.propose().architecture, start), 1);
});

test("a known better neighbour is moved to without a query, a known worse one is passed over", async () => {
  for (const [reward, centre] of [
    [50, [0, 0, 0, 1]],
    [5, [0, 0, 0, 0]],
  ] as const) {
    const known: [string, number][] = [
      ["0-0-0-0", 10],
      ["0-0-0-1", reward],
    ];
    const controller = await climbing({ known, centre: "0-0-0-0", neighbours: ["2-0-0-0", "0-0-0-1"] });
    const { architecture } = controller.propose();
    assert.is(distanceBetween(architecture, centre), 1);
    assert.not.ok(known.some(([text]) => text === space.encode(architecture)));
    assert.equal((controller.save() as { centre: unknown }).centre, { architecture: centre, reward: Math.max(10, reward) });
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
