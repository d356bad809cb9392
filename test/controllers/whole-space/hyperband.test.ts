import { suite } from "uvu";
import * as assert from "uvu/assert";
import hyperband from "../../../controllers/whole-space/hyperband.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { around, quality, runWith, separable, small } from "../../experiments.ts";

const test = suite("controllers/hyperband");
for (const [title, run] of controllerContract(hyperband)) test(title, run);
for (const [title, run] of controllerContract(hyperband, { eta: 2 })) test(`η = 2: ${title}`, run);

test("what enters a bracket is drawn as random search draws it, whatever was observed", async () => {
  const [good, bad] = [await tryController(hyperband), await tryController(hyperband, { score: () => 1 })];
  const entered = ({ search }: typeof good) => search(200).filter(({ fidelity }) => fidelity === 1);
  assert.equal(entered(good).slice(0, 40), entered(bad).slice(0, 40));
});

test("what the limits do not admit enters no bracket", async () => {
  const feasible = (architecture: readonly number[]) => architecture[0] === 1;
  const { search } = await tryController(hyperband, { feasible });
  for (const { architecture } of search(60)) assert.ok(feasible(architecture));
});

/** Worth is known after 1 of 9 epochs already. */
const quick = around("evaluator", "quick", {
  ...separable,
  metric: { ...separable.metric, epochs: 9 },
  fidelities: [1, 3, 9],
  evaluate: (architecture, fidelity = 9) => ({ score: quality(architecture), seconds: fidelity }),
});

test("a run is charged the epochs of its rungs: 9 · 1 + 3 · 3 + 9, then 3 · 3 + 9, then 3 · 9", async () => {
  const manifest = { ...small, subspaces: undefined, controller: "hyperband", evaluator: "quick" };
  const { result, events } = await runWith({ ...manifest, budget: { queries: 8 } }, [quick, hyperband]);
  assert.equal([result!.queries, result!.cost.seconds], [8, 72]);
  assert.is(events.filter(({ type }) => type === "architecture.evaluated").length, 9 + 3 + 1 + (3 + 1) + 3);
});

test("evaluations at once change nothing that a run is charged, and its result is the same each time", async () => {
  const later = around("evaluator", "quick", {
    ...quick.create(undefined as never, undefined as never),
    concurrency: 4,
    evaluate: async (architecture: readonly number[], fidelity = 9) => {
      await new Promise((resolve) => setTimeout(resolve, architecture[0]));
      return { score: quality(architecture), seconds: fidelity };
    },
  } as typeof separable);
  const manifest = { ...small, subspaces: undefined, controller: "hyperband", evaluator: "quick", budget: { queries: 8 } };
  const [first, second] = [await runWith(manifest, [later, hyperband]), await runWith(manifest, [later, hyperband])];
  assert.equal(first.result, second.result);
  assert.ok(first.result!.queries >= 8 && first.result!.queries < 9);
});

test.run();
