import { suite } from "uvu";
import * as assert from "uvu/assert";
import rsps from "../../../controllers/weight-sharing/rsps.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { tinySpace } from "../../fixtures.ts";
import { assertResumes, methodOf, toyFor, trainedFor } from "../../support/weight-sharing-methods.ts";

const space = tinySpace(3, 4);
const open = toyOpenNetwork(space);
const test = suite("controllers/rsps");
for (const [title, run] of controllerContract(rsps)) test(title, run);

test("each step trains one path, each operation of each edge equally often, within 4 standard errors (seed 1)", async () => {
  const method = await methodOf(rsps, { space });
  const weights = toyFor(method, { space }, 1, { steps: 4000 });
  const [standing] = await trainedFor(method, weights, 1, 1);
  assert.is(weights.asked.length, 4000);
  assert.ok(weights.asked.every(({ to, images }) => to === "learn" && images.of === "weights"));
  assert.ok(weights.asked.every(({ mixture }) => mixture.every((edge) => edge.toSorted().join() === "0,0,0,1")));
  for (const [edge, { operations }] of open.edges.entries())
    for (const k of operations.keys()) {
      const times = weights.asked.filter(({ mixture }) => mixture[edge]![k] === 1).length;
      assert.ok(Math.abs(times - 1000) < 4 * Math.sqrt(4000 * 0.25 * 0.75), `edge ${edge}, operation ${k}: ${times}`);
    }
  assert.equal(
    standing!.probabilities,
    open.edges.map(() => [0.25, 0.25, 0.25, 0.25]),
  );
});

test("fair: a step is of as many paths as there are operations, each once on each edge, by one batch and one move", async () => {
  const method = await methodOf(rsps, { space, options: { paths: "fair" } });
  const weights = toyFor(method, { space }, 1, { steps: 50 });
  await trainedFor(method, weights, 1, 1);
  assert.is(weights.asked.length, 200);
  const firsts = new Set<string>();
  for (let step = 0; step < 50; step++) {
    const paths = weights.asked.slice(4 * step, 4 * step + 4);
    assert.equal(
      paths.map(({ images: { again } }) => again),
      [false, true, true, true],
    );
    for (const edge of open.edges.keys()) assert.equal(sumOf(paths.map(({ mixture }) => mixture[edge]!)), [1, 1, 1, 1]);
    firsts.add(JSON.stringify(paths[0]!.mixture));
  }
  assert.ok(firsts.size > 20, "the orders are random");
});

test("fair: an edge with fewer operations than others begins anew", async () => {
  const edges = open.edges.map((edge, e) => (e === 0 ? { ...edge, operations: edge.operations.slice(0, 3) } : edge));
  const uneven: typeof open = Object.create(open, { edges: { value: edges } });
  const method = await methodOf(rsps, { space, open: uneven, options: { paths: "fair" } });
  const weights = toyFor(method, { space, open: uneven }, 1, { steps: 1 });
  await trainedFor(method, weights, 1, 1);
  assert.equal(sumOf(weights.asked.map(({ mixture }) => mixture[0]!)).toSorted(), [1, 1, 2]);
  assert.equal(sumOf(weights.asked.map(({ mixture }) => mixture[1]!)), [1, 1, 1, 1]);
});

const sumOf = (rows: readonly (readonly number[])[]) => rows.reduce((sum, row) => sum.map((value, k) => value + row[k]!));

/** What is ranked where an architecture's accuracy is that of its number, and what was asked for. */
async function ranked(options: object, feasible?: (architecture: readonly number[]) => boolean) {
  const setting = { space, options, ...(feasible && { feasible }) };
  const method = await methodOf(rsps, setting);
  const asked: { readonly paths: number; readonly images: number | "all" }[] = [];
  const weights = toyFor(method, setting, 1);
  weights.accuracies = async (mixtures, images) => {
    asked.push({ paths: mixtures.length, images });
    return mixtures.map((mixture) => Number(open.derive(mixture).join("")) / 10);
  };
  return { found: (await method.rank(weights, open)).map((architecture) => architecture.join("")), asked };
}

test("candidates are drawn uniformly and ranked by accuracy, each once", async () => {
  const { found, asked } = await ranked({});
  assert.equal(asked, [{ paths: 100, images: 512 }]);
  assert.equal(found, found.toSorted().reverse());
  assert.is(new Set(found).size, found.length);
  assert.ok(found.length < 64, "of 100 draws from 64, some are the same");
  assert.is((await ranked({ candidates: 60, distinct: true })).found.length, 60);
  assert.equal((await ranked({ candidates: 7, images: "all" })).asked, [{ paths: 7, images: "all" }]);
});

test("candidates are drawn within the limits", async () => {
  const { found } = await ranked({}, ([first]) => first === 2);
  assert.ok(found.length > 5 && found.every((text) => text.startsWith("2")));
});

for (const paths of ["uniform", "fair"])
  test(`a search that was interrupted goes on to the same bits, by ${paths} paths`, () =>
    assertResumes(rsps, { space, options: { paths } }));

test.run();
