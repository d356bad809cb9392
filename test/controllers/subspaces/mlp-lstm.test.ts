import { suite } from "uvu";
import * as assert from "uvu/assert";
import mlpLstm from "../../../controllers/subspaces/mlp-lstm.ts";
import { policyContract } from "../../contracts/policy.ts";
import { learnsWhichOperationPays, learnsWhichSubspacePays, turnEdges, watchedPolicy } from "../../policies.ts";
import { BATCHES } from "../../when.ts";

const test = suite("controllers/mlp-lstm");
for (const [title, run] of policyContract(mlpLstm, {}, BATCHES)) test(title, run);
for (const [title, run] of [learnsWhichOperationPays(mlpLstm), learnsWhichSubspacePays(mlpLstm)]) test(title, run);

test("it decides the same whatever the directions of the edges", () => {
  const [straight, turned] = [watchedPolicy(mlpLstm), watchedPolicy(mlpLstm)];
  turnEdges(turned.subspaces);
  straight.controller.propose();
  turned.controller.propose();
  assert.equal(turned.engine.logits, straight.engine.logits);
});

test("its scores are those of two fully connected layers, one LSTM step and v · tanh(A h + B y), written out", () => {
  const { controller, engine, subspaces } = watchedPolicy(mlpLstm);
  type Matrix = number[][];
  const matrices = engine.parameters.map((p): Matrix => {
    const numbers = [...engine.read(p)];
    return Array.from({ length: p.rows }, (_, i) => numbers.slice(i * p.cols, (i + 1) * p.cols));
  });
  const [w1, b1, w2, b2, wx, , bx, br, a, b, v] = matrices as [Matrix, ...Matrix[]] & Matrix[];
  const times = (x: number[], w: Matrix) => w[0]!.map((_, j) => x.reduce((sum, value, i) => sum + value * w[i]![j]!, 0));
  const plus = (...vectors: number[][]) => vectors[0]!.map((_, j) => vectors.reduce((sum, vector) => sum + vector[j]!, 0));
  const relu = (x: number[]) => x.map((value) => Math.max(0, value));
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

  const h = subspaces.centres.map((centre, k) => {
    const x = [...centre.flatMap((operation) => [0, 1, 2, 3].map((o) => (o === operation ? 1 : 0))), subspaces.scores[k]!];
    return relu(plus(times(relu(plus(times(x, w1), b1![0]!)), w2!), b2![0]!));
  });
  const mean = plus(...h).map((sum) => sum / h.length);
  const gates = plus(times(mean, wx!), bx![0]!, br![0]!); // the zero state adds nothing
  const [i, , g, o] = [0, 1, 2, 3].map((gate) => gates.slice((gate * gates.length) / 4, ((gate + 1) * gates.length) / 4));
  const y = o!.map((value, j) => sigmoid(value) * Math.tanh(sigmoid(i![j]!) * Math.tanh(g![j]!)));
  const scores = h.map((own) => times(plus(times(own, a!), times(y, b!)).map(Math.tanh), v!)[0]!);

  controller.propose();
  for (const [k, score] of scores.entries()) {
    const got = engine.logits[0]![k]!;
    assert.ok(Math.abs(got - score) < 1e-5, `subspace ${k}: ${got} instead of ${score}`);
  }
  assert.ok(Math.max(...scores) - Math.min(...scores) > 0.01, "the scores do not tell the subspaces apart");
});

test.run();
