/**
 * All controllers on spaces whose components have choices of their own, or may be absent: nothing is proposed in vain.
 *
 * @module
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Engine } from "../../core/engine/engine.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { firstChoice, openChoices } from "../../core/space/choices.ts";
import { builtInPlugins } from "../../plugins/catalogue.ts";
import { tryController, watched } from "../contracts/controller.ts";
import { optimumContract } from "../contracts/optimum.ts";
import { conditionalSpace, unevenSpace } from "../contracts/uneven-spaces.ts";
import { around, runWith } from "../experiments.ts";
import { separableValidation } from "../fixtures.ts";

const QUERIES = 100;
const SPACES = [
  ["components of different choices", unevenSpace()],
  ["components that may be absent", conditionalSpace()],
] as const;
const controllers = (await builtInPlugins("controller")) as Parameters<typeof tryController>[0][];
const named = (name: string) => controllers.find((controller) => controller.name === name)!;
/** What cannot do without options, or measures something twice, at several fidelities. */
const OPTIONS: Readonly<Record<string, object>> = {
  nsga2: { objectives: ["accuracy", "latency"], population: 10 },
  evoke: { fidelities: "full" },
};

for (const [where, space] of SPACES) {
  for (const controller of controllers)
    test(`${controller.name} wastes none of ${QUERIES} proposals among ${where}`, async () => {
      const { space: itself, wasted } = watched(space);
      const { search } = await tryController(controller, { space: itself, options: OPTIONS[controller.name] ?? {} });
      for (const { architecture } of search(QUERIES)) assert.ok(space.contains(architecture));
      assert.equal(wasted, []);
    });

  for (const name of ["local-search", "bananas", "pnas", "lanas", "alphax", "nsga2", "evoke"])
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

/** Notes how many decisions are taken, and among how many choices each. */
class DecidingEngine extends Engine {
  decisions: number[] = [];
  override choose(...[logits, ...rest]: Parameters<Engine["choose"]>): number {
    this.decisions.push(logits.rows * logits.cols);
    return super.choose(logits, ...rest);
  }
}

for (const [where, space] of SPACES)
  for (const name of ["reinforce", "reinforce-logits", "cnas"])
    test(`${name} decides on the components that are there and on no others, each among its own choices, among ${where}`, async () => {
      const engine = new DecidingEngine();
      const { search } = await tryController(named(name), { space, engine, options: name === "cnas" ? { stage: 1 } : {} });
      search(10); // by then cnas offers all choices
      for (let q = 0; q < 50; q++) {
        engine.decisions = [];
        const { architecture } = search(1)[0]!;
        const open = architecture.flatMap((_, component) => openChoices(space, architecture, component).length || []);
        assert.equal(engine.decisions, open);
      }
    });

const conditional = conditionalSpace();
const within = (count: number, n: number, p: number) => Math.abs(count - n * p) < 4 * Math.sqrt(n * p * (1 - p));

test("regularized-evolution changes any component that is there as often, though others come or go with it, within 4 standard errors (seed 3)", async () => {
  const { controller } = await tryController(named("regularized-evolution"), {
    space: conditional,
    options: { population: 1, tournament: 1 },
    seed: 3,
  });
  const parent = conditional.decode("0-1-0-0-0-0-0-0");
  const counts = new Array<number>(conditional.length).fill(0);
  for (let q = 0; q < 3000; q++) {
    controller.observe({ architecture: parent, score: 50, reward: 50 });
    const { architecture } = controller.propose();
    counts[architecture.findIndex((choice, component) => choice !== parent[component])]!++;
  }
  for (const [component, count] of counts.entries())
    assert.ok([0, 1, 4, 6, 7].includes(component) ? within(count, 3000, 1 / 5) : count === 0, counts.join(", "));
});

test("a crossing of ofa-evolution or nsga2 that brings a component has it from the parent that has it", async () => {
  const parents = ["0-3-2-0-1-3-0-0", "2-0-0-0-0-0-0-0"].map((text) => conditional.decode(text));
  const crossing: Readonly<Record<string, object>> = {
    "ofa-evolution": { population: 2, parents: 1, mutated: 0 },
    nsga2: { objectives: ["accuracy", "latency"], population: 2, mutation: 0, crossover: 1 },
  };
  for (const [name, options] of Object.entries(crossing)) {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const { controller } = await tryController(named(name), { space: conditional, options, seed });
      for (const [i, architecture] of parents.entries()) {
        controller.propose();
        controller.observe({ architecture, score: 50 + i, reward: 50, metrics: { latency: 1 + i } });
      }
      seen.add(conditional.encode(controller.propose().architecture));
    }
    const expected = ["0-3-2-0", "2-0-0-0"].flatMap((first) => ["1-3", "0-0"].map((second) => `${first}-${second}-0-0`));
    if (name === "nsga2") for (const parent of parents) expected.splice(expected.indexOf(conditional.encode(parent)), 1);
    assert.equal([...seen].sort(), expected.sort(), name);
  }
});

test("alphax follows a branch whose next components are absent", async () => {
  const score = (architecture: Architecture) => (architecture[0] === 2 ? 90 : 50);
  const { search } = await tryController(named("alphax"), { space: conditional, score });
  const skips = search(60).filter(({ architecture }) => architecture[0] === 2).length;
  assert.ok(skips > 30, `${skips} of 60, where one in eight is one`);
});

test("pnas begins with first choices, absent components among them, and grows one component a level", async () => {
  const { search } = await tryController(named("pnas"), { space: conditional, options: { k: 4 } });
  const proposals = search(12).map(({ architecture }) => architecture);
  const size = (architecture: Architecture) => architecture.filter((choice, l) => choice > firstChoice(conditional, l)).length;
  assert.equal(proposals.map(size), [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
});

const evolving = { population: 20, parents: 0.25, mutated: 0.5, mutation: 0.3 };
const learning = { hidden: 32, learningRate: 0.01, weightDecay: 0, baselineDecay: 0.9 };
const CLIMBS: Readonly<Record<string, Parameters<typeof optimumContract>[1]>> = {
  lanas: { queries: 150 },
  pnas: { queries: 150 },
  bananas: { queries: 150 },
  evoke: { queries: 100 },
  "uniform-preselected": { queries: 150 },
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
