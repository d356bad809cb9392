import { suite } from "uvu";
import * as assert from "uvu/assert";
import regularizedEvolution from "../../../controllers/whole-space/regularized-evolution.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { OUTSIDE_A_RUN } from "../../../core/search/evaluations.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { around, runWith, separable, small } from "../../experiments.ts";
import { distanceBetween, tinySpace } from "../../fixtures.ts";

const test = suite("controllers/regularized-evolution");
/** The nodes of NAS-Bench-201. */
const cells = { ...tinySpace(6, 5), nodes: [[0], [1, 2], [3, 4, 5]] };
for (const [title, run] of controllerContract(regularizedEvolution)) test(title, run);
for (const [title, run] of optimumContract(regularizedEvolution)) test(title, run);

/** How often each component changes in n children of one parent, and each operation comes in. */
async function children(mutation: "uniform" | "by-node", n: number) {
  const { controller } = await tryController(regularizedEvolution, {
    space: cells,
    options: { population: 1, tournament: 1, mutation },
    seed: 3,
  });
  const parent = [0, 1, 2, 3, 4, 0];
  const components = [0, 0, 0, 0, 0, 0];
  const operations = [0, 0, 0, 0, 0];
  for (let q = 0; q < n; q++) {
    controller.observe({ architecture: parent, score: 50, reward: 50 });
    const { architecture } = controller.propose();
    assert.is(distanceBetween(architecture, parent), 1);
    const changed = architecture.findIndex((operation, l) => operation !== parent[l]);
    components[changed]!++;
    if (changed === 0) operations[architecture[0]!]!++;
  }
  return { components, operations };
}
const within = (count: number, n: number, p: number) => Math.abs(count - n * p) < 4 * Math.sqrt(n * p * (1 - p));

test("a child differs from its parent in one component, any alike, by any other operation, within 4 standard errors (seed 3)", async () => {
  const { components, operations } = await children("uniform", 6000);
  for (const count of components) assert.ok(within(count, 6000, 1 / 6), components.join(", "));
  assert.is(operations[0], 0, "the operation of the parent is not drawn again");
  for (const count of operations.slice(1)) assert.ok(within(count, components[0]!, 1 / 4), operations.join(", "));
});

test("by-node changes a node's only edge as often as the three of another together, within 4 standard errors (seed 3)", async () => {
  const { components } = await children("by-node", 6000);
  for (const [component, p] of [1 / 3, 1 / 6, 1 / 6, 1 / 9, 1 / 9, 1 / 9].entries())
    assert.ok(within(components[component]!, 6000, p), components.join(", "));
});

test("by-node is refused in a space without nodes", () => {
  const options = { population: 10, tournament: 3, mutation: "by-node" } as const;
  const create = () => regularizedEvolution.create(options, { space: tinySpace(5, 4), rng: randomStream(1, "/controller") });
  assert.throws(create, /Cannot use mutation "by-node" in this space/);
});

test("a component that allows no other operation is passed over", async () => {
  const space = tinySpace(3, 4);
  const fixed = { ...space, neighbours: (a: readonly number[]) => space.neighbours(a).filter((n) => n[0] === a[0]) };
  const { controller } = await tryController(regularizedEvolution, { space: fixed, options: { population: 1 } });
  for (let q = 0; q < 50; q++) {
    controller.observe({ architecture: [1, 1, 1], score: 50, reward: 50 });
    const { architecture } = controller.propose();
    assert.is(architecture[0], 1);
    assert.is(distanceBetween(architecture, [1, 1, 1]), 1);
  }
});

test("the oldest dies however good it was, and what fails is never born", async () => {
  const { controller } = await tryController(regularizedEvolution, { options: { population: 2, tournament: 20 } });
  const learn = (first: number, reward: number) =>
    controller.observe({ architecture: [first, first, first, first, first], score: reward, reward });
  /** What the parent is, by the operation that most components of its child have. */
  const parent = () => {
    const { architecture } = controller.propose();
    return [0, 1, 2, 3].find((operation) => architecture.filter((o) => o === operation).length >= 4);
  };
  learn(0, 99);
  learn(1, 50);
  assert.is(parent(), 0, "the best of a tournament of twenty among two");
  learn(3, Number.NaN);
  assert.is(parent(), 0);
  learn(2, 60);
  assert.is(parent(), 2, "0 has died, 3 has never lived");
});

test("several children are evaluated at once, and the result does not follow from which is ready first", async () => {
  const results = [];
  for (const delay of [() => 0, (call: number) => (call * 7) % 5]) {
    let [calls, underWay, most] = [0, 0, 0];
    const evaluator = around("evaluator", "later", {
      ...separable,
      concurrency: 4,
      async evaluate(architecture) {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setTimeout(resolve, delay(calls++)));
        underWay--;
        return separable.evaluate(architecture, undefined, OUTSIDE_A_RUN);
      },
    });
    const manifest = { ...small, subspaces: undefined, controller: "regularized-evolution", evaluator: "later", budget: { queries: 40 } };
    results.push((await runWith(manifest, [evaluator])).events.map((event) => ("architecture" in event ? event.architecture : event.type)));
    assert.is(most, 4);
  }
  assert.equal(results[0], results[1]);
});

test("proposals are drawn from the whole space until the population is full", async () => {
  const { search } = await tryController(regularizedEvolution, { space: cells, options: { population: 50 }, seed: 2 });
  const proposals = search(60).map(({ architecture }) => architecture);
  const near = (q: number) => Math.min(...proposals.slice(0, q).map((earlier) => distanceBetween(earlier, proposals[q]!)));
  assert.ok([10, 20, 30, 40].some((q) => near(q) > 1));
  for (let q = 50; q < 60; q++) assert.ok(near(q) <= 1);
});

test.run();
