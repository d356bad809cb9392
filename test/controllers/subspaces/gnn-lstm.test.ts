import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as TensorFlow from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import gnnLstm from "../../../controllers/subspaces/gnn-lstm.ts";
import { Engine } from "../../../core/engine/engine.ts";
import type { Kernels } from "../../../core/engine/kernels.ts";
import type { AdamOptions } from "../../../core/engine/optimizers.ts";
import type { Controller } from "../../../core/plugin/controller.ts";
import { SubspaceGraph } from "../../../core/plugin/subspace-graph.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { Architecture, Modification } from "../../../core/space/architecture.ts";
import { tryController } from "../../contracts/controller.ts";
import { policyContract } from "../../contracts/policy.ts";
import { referenceKernels } from "../../core/engine/reference-kernels.ts";
import { around, quality, runWith, separable, small } from "../../experiments.ts";
import { tinySpace } from "../../fixtures.ts";
import { learnsWhichOperationPays, learnsWhichSubspacePays } from "../../policies.ts";
import { when } from "../../when.ts";

const test = suite("controllers/gnn-lstm");
for (const [title, run] of policyContract(gnnLstm)) test(title, run);

// ---------------------------------------------------------------- the loss and its gradients

const H = 7;
const K = 4;
const M = 3;
const OPTIONS = {
  hidden: H,
  globalSquash: 1.5,
  localSquash: 0.6,
  learningRate: 0.01,
  weightDecay: 0,
  entropyWeight: 0.3,
  baselineDecay: 0.9,
  batch: 1,
};

/** What the engine had when a step was taken. */
interface Step {
  readonly parameters: readonly { readonly shape: [number, number]; readonly values: number[]; readonly gradient: number[] }[];
  readonly logp: number;
  readonly entropy: number;
}
class RecordingEngine extends Engine {
  steps: Step[] = [];
  override adam(options: AdamOptions): void {
    const parameters = this.parameters.map((p) => ({
      shape: [p.rows, p.cols] as [number, number],
      values: [...this.read(p)],
      gradient: [...this.gradient(p)],
    }));
    this.steps.push({ parameters, logp: this.logp, entropy: this.entropy });
    super.adam(options);
  }
}

/** The controller on a small graph, with everything that it decided laid open. */
function opened(kernels?: Kernels, edgesFromEqualCentres = false) {
  const made: (readonly Modification[])[] = [];
  const plain = tinySpace(3, 4);
  const space = {
    ...plain,
    modify(architecture: Architecture, modifications: readonly Modification[]) {
      made.push(modifications);
      return plain.modify(architecture, modifications);
    },
  };
  const subspaces = new SubspaceGraph(K, M);
  const centres = [
    [0, 1, 2],
    [3, 1, 0],
    [2, 2, 2],
    [0, 3, 1],
  ];
  const scores = edgesFromEqualCentres ? [2, 2, 2, 2] : [2.5, 0.5, 1.5, 2];
  for (const [k, centre] of centres.entries()) subspaces.evoke(k, centre, scores[k]!);
  const engine = new RecordingEngine(kernels);
  const controller = gnnLstm.create(
    OPTIONS as never,
    { space, subspaces, rng: randomStream(5, "/controller"), engine } as never,
  ) as Controller;
  // At their real size the parts of the loss that go through many layers are too small to tell from rounding.
  for (const p of engine.parameters)
    engine.write(
      p,
      engine.read(p).map((value) => Math.fround(6 * value)),
    );
  return { space, subspaces, engine, controller, made };
}

/** Two queries with rewards 1 and 3: b is 1, then 1.2, so the second has an advantage of 1.8. */
const ADVANTAGE = 1.8;
function twoSteps(trial: ReturnType<typeof opened>) {
  const { controller } = trial;
  for (const reward of [1, 3]) controller.observe({ ...controller.propose(), score: 0, reward });
}

test("the gradients of the loss are those of finite differences in 64-bit floats", () => {
  /** After its first query. */
  const begun = () => {
    const { controller, engine } = opened(referenceKernels(Float64Array));
    controller.observe({ ...controller.propose(), score: 0, reward: 1 });
    return { controller, engine };
  };
  const { controller, engine } = begun();
  const proposal = controller.propose();
  controller.observe({ ...proposal, score: 0, reward: 3 });
  const { parameters } = engine.steps[1]!;
  const rng = randomStream(3, "which numbers");
  for (const [p, { values, gradient }] of parameters.entries()) {
    for (let trials = 0; trials < 8; trials++) {
      const i = rng.below(values.length);
      const loss = (value: number) => {
        const { controller, engine } = begun();
        engine.write(engine.parameters[p]!, values.with(i, value));
        assert.equal(controller.propose(), proposal);
        return -ADVANTAGE * engine.logp - OPTIONS.entropyWeight * engine.entropy;
      };
      const slope = (loss(values[i]! + 1e-5) - loss(values[i]! - 1e-5)) / 2e-5;
      assert.ok(Math.abs(gradient[i]! - slope) < 1e-8, `parameter ${p}, number ${i}: ${gradient[i]} instead of ${slope}`);
    }
  }
});

test("in WebAssembly log-probability, entropy and gradients are those of 64-bit floats, to rounding", () => {
  const [got, exact] = [undefined, referenceKernels(Float64Array)].map((kernels) => {
    const trial = opened(kernels);
    twoSteps(trial);
    return { made: trial.made, ...trial.engine.steps[1]! };
  }) as [Step & { made: unknown }, Step & { made: unknown }];
  assert.equal(got.made, exact.made);
  assert.ok(Math.abs(got.logp - exact.logp) < 1e-5);
  assert.ok(Math.abs(got.entropy - exact.entropy) < 1e-5);
  for (const [p, { gradient }] of exact.parameters.entries()) {
    const largest = Math.max(...gradient.map(Math.abs));
    assert.ok(largest > 0, `parameter ${p} has no gradient`);
    for (const [i, g] of gradient.entries())
      assert.ok(Math.abs(got.parameters[p]!.gradient[i]! - g) < 1e-4 * largest + 1e-7, `parameter ${p}`);
  }
});

const onNode = when(test as never, !("Deno" in globalThis), "esbuild, which bundles the gradients of TensorFlow.js, is run on Node");
for (const equal of [false, true]) {
  onNode(
    `TensorFlow.js, following the paper's equations letter by letter, finds the same loss and gradients${equal ? " among equal centres" : ""}`,
    async () => {
      const tf = await tensorFlow();
      const trial = opened(undefined, equal);
      twoSteps(trial);
      const { parameters, logp, entropy } = trial.engine.steps[1]!;
      const modifications = trial.made[1]!;
      const chosen = await subspaceOfSecondQuery(equal);
      const decisions = { subspace: chosen, modifications };

      const tensors = parameters.map(({ shape, values }) => tf.tensor2d(values, shape));
      const sums = { logp: 0, entropy: 0 };
      const loss = (...weights: TensorFlow.Tensor[]) => {
        const result = paperNetwork(tf, weights as TensorFlow.Tensor2D[], trial.subspaces, decisions);
        sums.logp = result.logp.dataSync()[0]!;
        sums.entropy = result.entropy.dataSync()[0]!;
        return tf.add(tf.mul(result.logp, -ADVANTAGE), tf.mul(result.entropy, -OPTIONS.entropyWeight)) as TensorFlow.Scalar;
      };
      const gradients = tf.grads(loss)(tensors);
      assert.ok(Math.abs(sums.logp - logp) < 1e-5, `logp: ${logp} instead of ${sums.logp}`);
      assert.ok(Math.abs(sums.entropy - entropy) < 1e-5, `entropy: ${entropy} instead of ${sums.entropy}`);
      for (const [p, { gradient }] of parameters.entries()) {
        const expected = gradients[p]!.dataSync();
        const largest = Math.max(...expected.map(Math.abs));
        for (const [i, e] of expected.entries()) {
          assert.ok(Math.abs(gradient[i]! - e) < 1e-4 * largest + 1e-7, `parameter ${p}, number ${i}: ${gradient[i]} instead of ${e}`);
        }
      }
    },
  );
}

async function subspaceOfSecondQuery(equal: boolean): Promise<number> {
  const { controller } = opened(undefined, equal);
  controller.observe({ ...controller.propose(), score: 0, reward: 1 });
  return controller.propose().subspace!;
}

/** tfjs-core with the gradients that its own bundles leave out, on the plain backend. */
async function tensorFlow(): Promise<typeof TensorFlow> {
  const folder = mkdtempSync(join(tmpdir(), "evoke-"));
  try {
    const { build } = await import("esbuild");
    const outfile = join(folder, "gradients.mjs");
    await build({
      stdin: {
        contents: 'import "@tensorflow/tfjs-core/dist/register_all_gradients.js";',
        resolveDir: fileURLToPath(new URL(".", import.meta.url)),
      },
      bundle: true,
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      logLevel: "error",
      outfile,
    });
    const tf = await import("@tensorflow/tfjs-core");
    await import("@tensorflow/tfjs-backend-cpu");
    await import(pathToFileURL(outfile).href);
    await tf.setBackend("cpu");
    return tf;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The network as the paper writes it, with concatenations, one-hot rows and one vector per node and edge.
 * @param weights  in the order in which the controller declares them
 */
function paperNetwork(
  tf: typeof TensorFlow,
  weights: readonly TensorFlow.Tensor2D[],
  { centres, scores, from, to }: SubspaceGraph,
  { subspace, modifications }: { subspace: number; modifications: readonly Modification[] },
): { logp: TensorFlow.Tensor; entropy: TensorFlow.Tensor } {
  type Matrix = TensorFlow.Tensor2D;
  let next = 0;
  const take = () => weights[next++]!;
  const [node, nodeBias, edge, edgeBias] = [take(), take(), take(), take()];
  const layer = () => ({ ph: take(), pe: take(), s: take(), sBias: take(), qh: take(), qn: take() });
  const first = layer();
  const [we, wh] = [take(), take()];
  const last = layer();
  const [wx, wr, bx, br] = [take(), take(), take(), take()];
  const [a, b, v, subspaceTable] = [take(), take(), take(), take()];
  const [componentWeight, componentBias, componentTable] = [take(), take(), take()];
  const [operationWeight, operationBias, operationTable] = [take(), take(), take()];
  assert.is(next, weights.length);

  const concat = (parts: Matrix[], axis: 0 | 1 = 1): Matrix => tf.concat(parts, axis);
  const halves = (w: Matrix): Matrix[] => tf.split(w, 2, 1) as Matrix[];
  const affine = (x: Matrix, w: Matrix, bias: Matrix): Matrix => tf.add(tf.matMul(x, w), bias);
  const zero = tf.zeros([1, H]) as Matrix;

  const x = centres.map((centre, k) => {
    const row = centre.flatMap((operation) => [0, 1, 2, 3].map((o) => (o === operation ? 1 : 0)));
    return tf.tensor2d([[...row, scores[k]!]]);
  });
  let h = x.map((row) => affine(row, node, nodeBias));
  const exists = (i: number, j: number) => [...from].some((start, e) => start === i && to[e] === j);
  const pairs = (value: (i: number, j: number) => Matrix) => x.map((_, i) => x.map((_, j) => (exists(i, j) ? value(i, j) : zero)));
  let e = pairs((i, j) => affine(tf.sub(x[j]!, x[i]!), edge, edgeBias));

  for (const { ph, pe, s, sBias, qh, qn } of [first, last]) {
    const p = concat([ph, ...halves(pe)], 0);
    const q = concat([qh, qn], 0);
    const n = h.map((own, i) => {
      const others = h.flatMap((_, j) => (j === i ? [] : [j]));
      const messages = others.map((j) => tf.relu(affine(tf.relu(tf.matMul(concat([own, e[i]![j]!, e[j]![i]!]), p)), s, sBias)));
      return tf.mean(concat(messages as Matrix[], 0), 0, true) as Matrix; //                      Eq. 5
    });
    h = h.map((own, i) => tf.relu(tf.matMul(concat([own, n[i]!]), q)) as Matrix); //              Eq. 6
    const w = concat([we, ...halves(wh)], 0);
    const [nodes, edges] = [h, e];
    e = pairs((i, j) => tf.relu(tf.matMul(concat([edges[i]![j]!, nodes[i]!, nodes[j]!]), w)) as Matrix); // Eq. 7
  }

  let state: [h: Matrix, c: Matrix] = [zero, zero];
  const step = (input: Matrix): Matrix => {
    const gates = tf.add(affine(input, wx, bx), affine(state[0], wr, br)) as Matrix;
    const [i, f, g, o] = tf.split(gates, 4, 1) as [Matrix, Matrix, Matrix, Matrix];
    const c = tf.add(tf.mul(tf.sigmoid(f), state[1]), tf.mul(tf.sigmoid(i), tf.tanh(g))) as Matrix;
    state = [tf.mul(tf.sigmoid(o), tf.tanh(c)), c];
    return state[0];
  };
  const logps: TensorFlow.Tensor[] = [];
  const entropies: TensorFlow.Tensor[] = [];
  const decide = (logits: TensorFlow.Tensor, choice: number, squash: number) => {
    const log = tf.logSoftmax(tf.reshape(tf.mul(tf.tanh(logits), squash), [1, -1]));
    logps.push(tf.slice(log, [0, choice], [1, 1]));
    entropies.push(tf.neg(tf.sum(tf.mul(tf.exp(log), log))));
  };
  const row = (table: Matrix, i: number): Matrix => tf.slice(table, [i, 0], [1, H]);

  const y = step(tf.mean(concat(h, 0), 0, true));
  const subspaceLogits = h.map((own) => tf.matMul(tf.tanh(tf.add(tf.matMul(own, a), tf.matMul(y, b))) as Matrix, v));
  decide(concat(subspaceLogits as Matrix[], 0), subspace, OPTIONS.globalSquash);
  let previous = row(subspaceTable, subspace);
  for (const { component, operation } of modifications) {
    decide(affine(step(previous), componentWeight, componentBias), component, OPTIONS.localSquash);
    decide(affine(step(row(componentTable, component)), operationWeight, operationBias), operation, OPTIONS.localSquash);
    previous = row(operationTable, operation);
  }
  const sum = (terms: TensorFlow.Tensor[]) => terms.map((term) => tf.reshape(term, [])).reduce((total, term) => tf.add(total, term));
  return { logp: sum(logps), entropy: sum(entropies) };
}

// ---------------------------------------------------------------- behaviour

for (const [title, run] of [learnsWhichOperationPays(gnnLstm), learnsWhichSubspacePays(gnnLstm)]) test(title, run);

test("its proposals follow the centres: after a replacement they start from the new one", async () => {
  const { controller, subspaces, space } = await tryController(gnnLstm, { space: tinySpace(12, 4), radius: 1 });
  for (let k = 0; k < 4; k++) subspaces.replace(k, Array(12).fill(k), 60 + k);
  for (let q = 0; q < 20; q++) {
    const { architecture, subspace } = controller.propose();
    assert.ok(architecture.filter((operation) => operation === subspace).length >= space.length - 1);
  }
});

test("a run has its batch under way, whichever evaluation is ready first, and its result does not follow from that", async () => {
  const results = [];
  for (const delay of [(call: number) => (call * 5) % 4, (call: number) => (call * 7) % 5]) {
    let [calls, underWay, most] = [0, 0, 0];
    const evaluator = around("evaluator", "later", {
      ...separable,
      concurrency: 4,
      async evaluate(architecture) {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setTimeout(resolve, delay(calls++)));
        underWay--;
        if (architecture[0] === 0) throw new Error("it fails");
        return { score: quality(architecture), seconds: 2 };
      },
    });
    const controller = { use: "gnn-lstm", options: { batch: 4 } };
    const initial = { use: "given", options: { architectures: ["1-0-0-0", "2-0-0-1", "1-2-0-2"] } };
    const subspaces = { count: 3, radius: 2, initial };
    const manifest = { ...small, subspaces, controller, evaluator: "later", budget: { queries: 22 }, failures: { remedy: "reject" } };
    const { events, error } = await runWith(manifest, [evaluator]);
    assert.is(error, undefined);
    results.push(events.map((event) => ("architecture" in event ? `${event.type} ${event.architecture}` : event.type)));
    assert.is(most, 4);
  }
  assert.equal(results[0], results[1]);
});

test("decisions are the same on every runtime and processor, to the last bit: those of 50 queries are known", async () => {
  const { engine, search } = await tryController(gnnLstm, { options: { weightDecay: 2.374e-5 } });
  const texts = search(50).map(({ architecture, subspace }) => `${subspace}:${architecture.join("")}`);
  const numbers = engine.parameters.flatMap((parameter) => [...engine.read(parameter)]);
  const hash = new Int32Array(Float32Array.from(numbers).buffer).reduce((sum, bits) => (Math.imul(sum, 31) + bits) | 0, 0);
  assert.is(texts.slice(-5).join(" "), "1:01231 3:01300 3:11210 3:01030 2:02233");
  assert.is(hash, 1626799705);
});

test.run();
