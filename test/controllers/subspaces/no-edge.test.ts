import { suite } from "uvu";
import * as assert from "uvu/assert";
import gnnLstm from "../../../controllers/subspaces/gnn-lstm.ts";
import noEdge from "../../../controllers/subspaces/no-edge.ts";
import { policyContract } from "../../contracts/policy.ts";
import { learnsWhichOperationPays, learnsWhichSubspacePays, turnEdges, watchedPolicy } from "../../policies.ts";
import { BATCHES } from "../../when.ts";

const test = suite("controllers/no-edge");
for (const [title, run] of policyContract(noEdge, {}, BATCHES)) test(title, run);
for (const [title, run] of [learnsWhichOperationPays(noEdge), learnsWhichSubspacePays(noEdge)]) test(title, run);

test("it decides the same whatever the directions of the edges, which gnn-lstm does not", () => {
  for (const [plugin, same] of [
    [noEdge, true],
    [gnnLstm, false],
  ] as const) {
    const [straight, turned] = [watchedPolicy(plugin), watchedPolicy(plugin)];
    turnEdges(turned.subspaces);
    straight.controller.propose();
    turned.controller.propose();
    (same ? assert.equal : assert.not.equal)(turned.engine.logits, straight.engine.logits);
  }
});

test("the messages remain: all of the graph network learns but what reads edges", () => {
  const { controller, engine } = watchedPolicy(noEdge);
  for (const reward of [1, 3]) controller.observe({ ...controller.propose(), score: 0, reward });
  const layer = ["P_h", "P_e", "S", "b_S", "Q_h", "Q_n"];
  const names = ["N", "b_N", "E", "b_E", ...layer.map((name) => `first ${name}`), "W_e", "W_h", ...layer.map((name) => `last ${name}`)];
  assert.equal(
    names.filter((_, p) => !engine.trained[p]),
    ["E", "b_E", "first P_e", "W_e", "W_h", "last P_e"],
  );
});

test("it starts from the numbers of gnn-lstm", () => {
  const [own, other] = [noEdge, gnnLstm].map((plugin) => {
    const { engine } = watchedPolicy(plugin);
    return engine.parameters.map((parameter) => [...engine.read(parameter)]);
  });
  assert.equal(own, other);
});

test.run();
