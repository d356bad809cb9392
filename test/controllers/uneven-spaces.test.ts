/**
 * All controllers on spaces whose components have choices of their own, or may be absent: nothing is proposed in vain.
 *
 * @module
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { catalogue } from "../../plugins/catalogue.ts";
import { tryController, watched } from "../contracts/controller.ts";
import { optimumContract } from "../contracts/optimum.ts";
import { around, runWith } from "../experiments.ts";
import { separableValidation } from "../fixtures.ts";
import { conditionalSpace, unevenSpace } from "../uneven-spaces.ts";

const QUERIES = 100;
const SPACES = [
  ["components of different choices", unevenSpace()],
  ["components that may be absent", conditionalSpace()],
] as const;
const controllers = catalogue.filter(({ kind }) => kind === "controller") as Parameters<typeof tryController>[0][];
const named = (name: string) => controllers.find((controller) => controller.name === name)!;
/** What cannot do without options. */
const OPTIONS: Readonly<Record<string, object>> = { nsga2: { objectives: ["accuracy", "latency"], population: 10 } };

for (const [where, space] of SPACES) {
  for (const controller of controllers)
    test(`${controller.name} wastes none of ${QUERIES} proposals among ${where}`, async () => {
      const { space: itself, wasted } = watched(space);
      const { search } = await tryController(controller, { space: itself, options: OPTIONS[controller.name] ?? {} });
      for (const { architecture } of search(QUERIES)) assert.ok(space.contains(architecture));
      assert.equal(wasted, []);
    });

  for (const name of ["local-search", "bananas", "pnas", "lanas", "alphax", "nsga2"])
    test(`${name} proposes nothing twice among ${where}`, async () => {
      const { search } = await tryController(named(name), { space, options: OPTIONS[name] ?? {} });
      assert.is(new Set(search(QUERIES).map(({ architecture }) => space.encode(architecture))).size, QUERIES);
    });

  test(`regularized-evolution with no-repeats evaluates nothing twice among ${where}`, async () => {
    const score = separableValidation(space);
    const evaluator = around("evaluator", "uneven", {
      metric: { name: "accuracy", dataset: "tiny", split: "validation", epochs: 1, trainedOn: "train", unit: "percent" },
      evaluate: (architecture) => ({ score: score(architecture), seconds: 1 }),
    });
    const { events } = await runWith(
      {
        ...{ name: "uneven", space: "uneven space", evaluator: "uneven", budget: { queries: 60 } },
        ...{ controller: "regularized-evolution", middleware: ["no-repeats"] },
      },
      [around("space", "uneven space", space), evaluator],
    );
    const evaluated = events.flatMap((event) =>
      event.type === "architecture.evaluated" && event.charged.queries > 0 ? [event.architecture] : [],
    );
    assert.is(evaluated.length, 60);
    assert.is(new Set(evaluated).size, 60);
  });
}

test("what counts proposals in vain counts absent components, choices that there are not, and absence as a choice", () => {
  const { space, wasted } = watched(conditionalSpace());
  const skip = space.decode("2-0-0-0-0-0-0-0");
  space.modify(skip, [{ component: 1, operation: 2 }]);
  space.modify(skip, [
    { component: 0, operation: 0 },
    { component: 1, operation: 0 },
    { component: 1, operation: 2 },
  ]);
  space.modify(skip, [{ component: 6, operation: 4 }]);
  assert.equal(wasted, ["2-0-0-0-0-0-0-0: 2 in 1", "0-1-0-0-0-0-0-0: 0 in 1", "2-0-0-0-0-0-0-0: 4 in 6"]);
});

const evolving = { population: 20, parents: 0.25, mutated: 0.5, mutation: 0.3 };
const learning = { hidden: 32, learningRate: 0.01, weightDecay: 0, baselineDecay: 0.9 };
const CLIMBS: Readonly<Record<string, Parameters<typeof optimumContract>[1]>> = {
  lanas: { queries: 150 },
  pnas: { queries: 150 },
  bananas: { queries: 150 },
  bohb: { queries: 150, found: 0.9, margin: 3 },
  alphax: { found: 0.9 },
  "local-search": {},
  "regularized-evolution": { found: 0.9 },
  "ofa-evolution": { options: evolving, found: 0.9, margin: 3 },
  cnas: { options: learning, queries: 400, found: 0.9, margin: 3 },
  "reinforce-logits": { options: { learningRate: 0.1 }, found: 0.9 },
};
for (const [name, climb] of Object.entries(CLIMBS))
  for (const [title, run] of optimumContract(named(name), { ...climb, space: unevenSpace() })) test(title, run);

test.run();
