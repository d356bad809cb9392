import { suite } from "uvu";
import * as assert from "uvu/assert";
import bestSubspace from "../../../controllers/subspaces/best-subspace.ts";
import { tryController } from "../../contracts/controller.ts";
import { policyContract } from "../../contracts/policy.ts";
import { learnsWhichOperationPays, turnEdges, watchedPolicy } from "../../policies.ts";
import { BATCHES } from "../../when.ts";

const test = suite("controllers/best-subspace");
for (const [title, run] of [...policyContract(bestSubspace, {}, BATCHES), learnsWhichOperationPays(bestSubspace)]) test(title, run);

test("it always proposes in the subspace with the best centre, the first of equals, while centres change", async () => {
  const { controller, subspaces } = await tryController(bestSubspace, { radius: 1 });
  const seen = new Set<number>();
  for (let q = 0; q < 60; q++) {
    const best = Math.max(...subspaces.scores);
    const proposal = controller.propose();
    assert.is(proposal.subspace, subspaces.scores.indexOf(best));
    seen.add(proposal.subspace!);
    controller.observe({ ...proposal, score: 50, reward: (q % 5) - 2 });
    subspaces.replace((q * 3) % 4, proposal.architecture, 90 + Math.floor(q / 2));
  }
  assert.ok(seen.size > 2);
});

test("it takes no decision but those of the M modifications, and all that it has but the other embeddings learns", () => {
  const { controller, engine, made } = watchedPolicy(bestSubspace);
  for (const reward of [1, 3]) {
    const proposal = controller.propose();
    assert.equal(
      engine.logits.map(({ length }) => length),
      [3, 4, 3, 4],
    );
    controller.observe({ ...proposal, score: 0, reward });
  }
  assert.is(made[0]!.length, 2);
  assert.not.ok(engine.trained.includes(false));
});

test("the graph is what its LSTM sees first: turned edges make other decisions", () => {
  const [straight, turned] = [watchedPolicy(bestSubspace), watchedPolicy(bestSubspace)];
  turnEdges(turned.subspaces);
  straight.controller.propose();
  turned.controller.propose();
  assert.not.equal(turned.engine.logits, straight.engine.logits);
});

test.run();
