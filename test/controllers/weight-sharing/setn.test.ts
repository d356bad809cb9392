import { suite } from "uvu";
import * as assert from "uvu/assert";
import setn from "../../../controllers/weight-sharing/setn.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { OpenNetwork } from "../../../core/space/open-network.ts";
import { rankedBy } from "../../../core/weight-sharing/ranking.ts";
import { softmax, throughSoftmax } from "../../../core/weight-sharing/relaxation.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { tinySpace } from "../../fixtures.ts";
import { assertResumes, methodOf, toyFor, trainedFor } from "../../support/weight-sharing-methods.ts";

const space = tinySpace(3, 4);
const open = toyOpenNetwork(space);
const test = suite("controllers/setn");
for (const [title, run] of controllerContract(setn)) test(title, run);

test("weights learn along a path, then α in the mixture of all: its first step is Adam's along p (g − p·g) + decay", async () => {
  const method = await methodOf(setn, { space });
  const weights = toyFor(method, { space }, 1, { steps: 1, noise: 0, rateFactor: 10 });
  const before = method.save().slice(0, 12);
  let gradient: readonly (readonly number[])[] = [];
  const { judge } = weights;
  weights.judge = async (...asked) => {
    const judged = await judge(...asked);
    gradient = judged.gradient;
    return judged;
  };
  await trainedFor(method, weights, 1, 1);
  const [path, mixture] = weights.asked;
  assert.is(weights.asked.length, 2);
  assert.ok(path!.to === "learn" && path!.mixture.every((edge) => edge.filter((weight) => weight === 1).length === 1));
  assert.ok(mixture!.to === "judge" && mixture!.images.of === "architecture");
  const alpha = [0, 4, 8].map((at) => before.slice(at, at + 4));
  assert.equal(mixture!.mixture, alpha.map(softmax));
  const slopes = alpha.flatMap((edge, e) => throughSoftmax(softmax(edge), gradient[e]!).map((slope, k) => slope + 1e-3 * edge[k]!));
  const after = method.save().slice(0, 12);
  for (const [i, slope] of slopes.entries())
    assert.ok(Math.abs(after[i]! - (before[i]! - (3e-3 * slope) / (Math.abs(slope) + 1e-8))) < 1e-12, `parameter ${i}`);
});

/** The cell of NAS-Bench-201 as edges, without a network. */
const cell: OpenNetwork = toyOpenNetwork({ ...tinySpace(6, 5) });

test("the likeliest of all 15,625 cells are those of the greatest Σ log p, the first the argmax of each edge", () => {
  const rng = randomStream(3, "/test");
  const alpha = cell.edges.map(({ operations }) => operations.map(() => 2 * rng.next()));
  const p = alpha.map(softmax);
  const scores = Array.from({ length: 5 ** 6 }, (_, number) => {
    const operations = p.map((_, edge) => Math.floor(number / 5 ** edge) % 5);
    return { text: operations.join(), score: operations.reduce((sum, k, edge) => sum + Math.log(p[edge]![k]!), 0) };
  });
  const total = scores.reduce((sum, { score }) => sum + Math.exp(score), 0);
  assert.ok(Math.abs(total - 1) < 1e-12, `${total}`);
  const best = scores.toSorted((a, b) => b.score - a.score).slice(0, 100);
  const ranked = rankedBy(cell, p, { feasible: () => true, most: 100 });
  assert.equal(
    ranked.map((architecture) => architecture.join()),
    best.map(({ text }) => text),
  );
  assert.equal(ranked[0], cell.derive(p));
});

test("the best of the likeliest is the answer, within the limits where there are such", async () => {
  const answer = async (feasible: (architecture: readonly number[]) => boolean) => {
    const setting = { space, options: { candidates: 10 }, feasible };
    const method = await methodOf(setn, setting);
    const weights = toyFor(method, setting, 1);
    weights.accuracies = async (mixtures) => mixtures.map((_, i) => (i === 3 ? 90 : 80));
    method.restore([...[5, 4, 0, 0], ...[5, 4.5, 0, 0], ...[5, 4.2, 0, 0], ...Array.from({ length: 26 }, () => 0)]);
    return (await method.rank(weights, open)).map((architecture) => architecture.join(""));
  };
  const all = await answer(() => true);
  assert.equal(all.slice(0, 5), ["100", "000", "010", "001", "011"]);
  assert.is(all.length, 10);
  assert.equal((await answer(([first]) => first === 1)).slice(0, 2), ["111", "100"]);
  assert.ok((await answer(() => false)).length > 0, "where nothing is admitted, the likeliest is told");
});

test("a search that was interrupted goes on to the same bits", () => assertResumes(setn, { space }));

test.run();
