import { test } from "uvu";
import * as assert from "uvu/assert";
import { SubspaceGraph } from "../../../core/plugin/subspace-graph.ts";
import { randomStream } from "../../../core/random/rng.ts";
import fromRun from "../../../plugins/initial/from-run.ts";
import { initialContract } from "../../contracts/small-kinds.ts";
import { distanceBetween, tinySpace } from "../../fixtures.ts";

const space = tinySpace(3, 4);
const asked: string[] = [];
const runs = {
  open: async (experiment: string) => void asked.push(`open ${experiment}`),
  centres: async (experiment: string, seed: number) => {
    asked.push(`centres ${experiment} ${seed}`);
    return [
      { architecture: `0-0-${seed % 4}`, score: 70 },
      { architecture: "1-1-1", score: 75 },
      { architecture: "2-2-2", score: 75 },
    ];
  },
};
interface Options {
  readonly take?: "all" | "best";
  readonly modifications?: number;
  readonly count?: number;
}
const create = (seed: number, { take = "all", modifications = 0, count = take === "all" ? 3 : 1 }: Options = {}) =>
  fromRun.create(
    { experiment: "other.json", take, modifications },
    { space, subspaces: new SubspaceGraph(count, 2), seed, rng: randomStream(seed, "/subspaces/initial"), runs },
  );
const centresOf = async (seed: number, options: Options) => (await create(seed, options)).centres(options.take === "best" ? 1 : 3);

for (const [title, run] of initialContract("from-run", space, 3, create)) test(title, run);
for (const [title, run] of initialContract("from-run, best and modified", space, 1, (seed) =>
  create(seed, { take: "best", modifications: 2 }),
))
  test(title, run);

test("from-run takes the final centres of the run of its own seed", async () => {
  asked.length = 0;
  assert.equal(await centresOf(3, {}), [
    [0, 0, 3],
    [1, 1, 1],
    [2, 2, 2],
  ]);
  assert.equal(asked, ["open other.json", "centres other.json 3"]);
});

test("from-run takes the best of them alone, the first of equals", async () => {
  assert.equal(await centresOf(3, { take: "best" }), [[1, 1, 1]]);
});

test("from-run refuses, before any run, to take the best alone for several subspaces", async () => {
  asked.length = 0;
  const error = await create(1, { take: "best", count: 4 }).then(
    () => assert.unreachable("it was accepted"),
    (thrown) => thrown,
  );
  assert.is(error.code, "INITIAL_INVALID");
  assert.match(error.message, 'with "take": "best" they are 1, and /subspaces/count is 4');
  assert.equal(asked, []);
});

test("modified centres are random members of the subspaces: within the distance, others for each seed, each alike often", async () => {
  // One modification of 1-1-1 by 3 · 4 equally likely pairs of a component and an operation: it stays itself by 3 of 12, and
  // becomes each of 9 others by 1 of 12. Of 1200 seeds each has 100 ± 10 (one standard error); 4 of them are allowed.
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= 1200; seed++) {
    const [centre] = await centresOf(seed, { take: "best", modifications: 1 });
    counts.set(space.encode(centre!), (counts.get(space.encode(centre!)) ?? 0) + 1);
  }
  assert.is(counts.size, 10);
  for (const [text, count] of counts) {
    const expected = text === "1-1-1" ? 300 : 100;
    assert.ok(Math.abs(count - expected) < 4 * Math.sqrt(expected), `${text}: ${count}`);
  }
  const distances = new Set<number>();
  for (let seed = 1; seed <= 50; seed++) {
    const centres = await centresOf(seed, { modifications: 2 });
    for (const [k, from] of [
      [0, 0, seed % 4],
      [1, 1, 1],
      [2, 2, 2],
    ].entries())
      distances.add(distanceBetween(from, centres[k]!));
  }
  assert.equal([...distances].sort(), [0, 1, 2]);
});

test.run();
