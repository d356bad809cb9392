import { suite } from "uvu";
import * as assert from "uvu/assert";
import gnnLstm from "../../../controllers/subspaces/gnn-lstm.ts";
import separatePolicies from "../../../controllers/subspaces/separate-policies.ts";
import type { Plugin } from "../../../core/plugin/plugin.ts";
import { policyContract } from "../../contracts/policy.ts";
import { learnsWhichOperationPays, learnsWhichSubspacePays, watchedPolicy } from "../../policies.ts";
import { BATCHES } from "../../when.ts";

const test = suite("controllers/separate-policies");
for (const [title, run] of policyContract(separatePolicies, {}, BATCHES)) test(title, run);
for (const [title, run] of [learnsWhichOperationPays(separatePolicies), learnsWhichSubspacePays(separatePolicies)]) test(title, run);

/** The logits of the first decisions among other centres, and the subspace. */
function firstDecisions(plugin: Plugin<"controller">, centre: readonly number[]) {
  const { controller, engine } = watchedPolicy(plugin, [centre, centre, centre]);
  const { subspace } = controller.propose();
  return { subspace, global: engine.logits[0]!, local: engine.logits.slice(1) };
}

test("the local policy knows the subspace by its index and sees nothing of the graph, unlike that of gnn-lstm", () => {
  for (const [plugin, blind] of [
    [separatePolicies, true],
    [gnnLstm, false],
  ] as const) {
    const [one, other] = [firstDecisions(plugin, [0, 1, 2]), firstDecisions(plugin, [0, 1, 3])];
    assert.is(one.subspace, other.subspace);
    assert.not.equal(one.global, other.global);
    (blind ? assert.equal : assert.not.equal)(one.local, other.local);
  }
});

test("the local policy starts each query from a zero state", () => {
  const { controller, engine } = watchedPolicy(separatePolicies);
  const bySubspace = new Map<number, number[]>();
  let again = 0;
  for (let q = 0; q < 30; q++) {
    const { subspace } = controller.propose(); // nothing is observed, so nothing is learnt
    const component = engine.logits[1]!;
    const before = bySubspace.get(subspace!);
    if (before) assert.equal(component, before);
    if (before) again++;
    bySubspace.set(subspace!, component);
  }
  assert.ok(again > 20);
  assert.ok(bySubspace.size > 1);
});

test("both policies learn from one reward, all but what a single step of the global LSTM does not use", () => {
  const { controller, engine } = watchedPolicy(separatePolicies);
  for (const reward of [1, 3]) controller.observe({ ...controller.propose(), score: 0, reward });
  const recurrent = 18 + 1; // after the 18 parameters of the graph network, and the input weights of that LSTM
  assert.equal(
    engine.trained.flatMap((trained, p) => (trained ? [] : [p])),
    [recurrent],
  );
});

test.run();
