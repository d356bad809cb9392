import { suite } from "uvu";
import * as assert from "uvu/assert";
import darts from "../../../controllers/weight-sharing/darts.ts";
import pcDarts from "../../../controllers/weight-sharing/pc-darts.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { tinySpace } from "../../fixtures.ts";
import { alphaOf, assertResumes, methodOf, near, toyFor, trainedFor } from "../../support/weight-sharing-methods.ts";

/** Six edges into nodes of one, two and three, with three operations. */
const space: Space = { ...tinySpace(6, 3), nodes: [[0], [1, 2], [3, 4, 5]] };
const open = toyOpenNetwork(space, 4);

const test = suite("controllers/pc-darts");
for (const [title, run] of controllerContract(pcDarts)) test(title, run);

test("weights of edges are shared out among those of a node, and learn by the same Adam; that of an edge alone does not", async () => {
  const method = await methodOf(pcDarts, { space, open, options: { frozen: 0, weightDecay: 0 } });
  assert.is(method.partial, 4);
  const before = alphaOf(method.save(), 24).slice(18);
  const weights = toyFor(method, { space, open }, 3);
  const standings = await trainedFor(method, weights, 1, 3);
  for (const { mixture } of weights.asked) {
    const shares = mixture.slice(6).flat();
    near([shares[0]!, shares[1]! + shares[2]!, shares[3]! + shares[4]! + shares[5]!], [1, 1, 1], 1e-12);
  }
  const after = alphaOf(method.save(), 24).slice(18);
  assert.equal(
    after.map((value, edge) => value !== before[edge]),
    [false, true, true, true, true, true],
  );
  assert.equal(standings.at(-1)!.probabilities.length, 12);
});

test("weights learn alone in the first 0.3 of the epochs: 15 of 50", async () => {
  const method = await methodOf(pcDarts, { space, open });
  const weights = toyFor(method, { space, open }, 50, { steps: 1 });
  await trainedFor(method, weights, 1, 16);
  const asked = weights.asked.map(({ to }) => to);
  assert.equal(asked, [...Array.from({ length: 15 }, () => "learn"), "judge", "learn"]);
});

test("where all channels go through the operations, and none is frozen, it is DARTS", async () => {
  const plain = { space, options: { first: "architecture" } };
  const partial = { space, options: { partial: 1, frozen: 0, learningRate: 3e-4 } };
  const [one, two] = [await methodOf(darts, plain), await methodOf(pcDarts, partial)];
  const { schedule } = one;
  const weights = [toyFor(one, plain, 4), toyFor(two, partial, 4, { schedule: { ...schedule, epochs: 4 } })] as const;
  assert.equal(await trainedFor(two, weights[1], 1, 4), await trainedFor(one, weights[0], 1, 4));
  assert.equal(two.save(), one.save());
});

test("an edge keeps its likeliest operation, whatever its own weight", async () => {
  const method = await methodOf(pcDarts, { space, open });
  const weights = toyFor(method, { space, open }, 4);
  const standings = await trainedFor(method, weights, 1, 4);
  const likeliest = standings
    .at(-1)!
    .probabilities.slice(0, 6)
    .map((p) => p.indexOf(Math.max(...p)));
  assert.equal((await method.rank(weights, open))[0], likeliest);
});

test("a search that was interrupted goes on the same to the bit", () => assertResumes(pcDarts, { space, open, options: { frozen: 0.3 } }));

test.run();
