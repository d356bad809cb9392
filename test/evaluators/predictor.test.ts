import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Engine } from "../../core/engine/engine.ts";
import { EvokeError } from "../../core/errors/index.ts";
import { writeNpz } from "../../core/formats/npz.ts";
import { problemsOf } from "../../core/json/schema.ts";
import type { Files } from "../../core/plugin/dependencies.ts";
import type { Evaluator } from "../../core/plugin/evaluator.ts";
import type { Space } from "../../core/plugin/space.ts";
import { type LinearLayer, MLP } from "../../core/predictor/mlp.ts";
import { type PredictorDescription, type PredictorFeatures, writePredictor } from "../../core/predictor/predictor-file.ts";
import { randomStream } from "../../core/random/rng.ts";
import { OUTSIDE_A_RUN } from "../../core/search/evaluations.ts";
import { OneHot } from "../../core/space/choices.ts";
import predictor from "../../evaluators/predictor.ts";
import mobilenet from "../../spaces/mobilenet.ts";
import nasBench201 from "../../spaces/nas-bench-201.ts";
import { evaluatorContract } from "../contracts/evaluator.ts";
import { newPth, oldPth, type StateDict } from "../core/formats/torch.ts";
import { tinySpace } from "../fixtures.ts";
import { sharedFile, whenShared } from "../shared-data.ts";

const space = tinySpace(4, 3);
const spaceOf = (plugin: typeof mobilenet | typeof nasBench201): Space => {
  const options = {};
  assert.equal(problemsOf(plugin.options, options), []);
  return plugin.create(options as never, {} as never) as Space;
};
const onceForAll = spaceOf(mobilenet);

/** Files in memory, and those that are shared. */
const kept = new Map<string, Uint8Array>();
const files: Files = { read: async (path) => kept.get(`${path}`) ?? readFileSync(sharedFile(`${path}`)), changed: async () => false };
const create = async (options: object, of = space): Promise<Evaluator> => {
  assert.equal(problemsOf(predictor.options, options), []);
  return predictor.create(options as never, { files, space: of, engine: new Engine() });
};
async function refused(options: object, of: Space, code: string, says: RegExp): Promise<void> {
  const error = await create(options, of).then(
    () => assert.unreachable("it was accepted"),
    (thrown) => thrown,
  );
  assert.instance(error, EvokeError);
  assert.is(error.code, code);
  assert.match(error.message, says);
}

// --- Small predictors made here, 12-5-1 and 128-4-4-1.

const rng = randomStream(1, "/weights");
const layer = (inputs: number, outputs: number): LinearLayer => {
  const uniform = () => rng.next() * 2 - 1;
  return {
    inputs,
    outputs,
    weight: Float32Array.from({ length: inputs * outputs }, uniform),
    bias: Float32Array.from({ length: outputs }, uniform),
  };
};
/** y in 64-bit floats, written as it is defined. */
function output(layers: readonly LinearLayer[], ones: readonly number[]): number {
  let x = Array.from({ length: layers[0]!.inputs }, (_, i) => Number(ones.includes(i)));
  for (const [number, { outputs, weight, bias }] of layers.entries()) {
    const y = Array.from(bias.subarray(0, outputs), (b, o) => x.reduce((sum, value, i) => sum + value * weight[i * outputs + o]!, b));
    x = number === layers.length - 1 ? y : y.map((value) => Math.max(0, value));
  }
  return x[0]!;
}
const layers = [layer(12, 5), layer(5, 1)];
const metric = { name: "accuracy", dataset: "toy", split: "validation", epochs: 3, trainedOn: "train", unit: "percent" } as const;
const oneHot = new OneHot(space);
const example = { architecture: "0-1-2-0", prediction: predictedBy(layers, oneHot.ones([0, 1, 2, 0])) };
const description: PredictorDescription = {
  version: 1,
  name: "toy",
  space: { use: "tiny", options: {}, operations: space.operations!, length: space.length },
  metric,
  example,
  provenance: {},
};
kept.set("toy.npz", writePredictor({ layers, description }));

function predictedBy(layers: readonly LinearLayer[], ones: readonly number[]): number {
  const engine = new Engine();
  const perceptron = new MLP(engine, layers);
  engine.begin();
  return engine.read(perceptron.forward(1, { rows: ones }))[0]!;
}
/** The arrays as PyTorch has them, [outputs, inputs]. */
const torch = (layers: readonly LinearLayer[]): StateDict =>
  Object.fromEntries(
    layers.flatMap(({ inputs, outputs, weight, bias }, number) => [
      [
        `${2 * number}.weight`,
        { shape: [outputs, inputs], values: weight.map((_, at) => weight[(at % inputs) * outputs + Math.floor(at / inputs)]!) },
      ],
      [`${2 * number}.bias`, { shape: [outputs], values: bias }],
    ]),
  );
const small = [layer(128, 4), layer(4, 4), layer(4, 1)];
kept.set("small.npz", writeNpz(torch(small)));
kept.set("old.pth", oldPth(torch(small)));
kept.set("new.pth", newPth(torch(small)));

for (const [title, run] of evaluatorContract("predictor", space, () => create({ file: "toy.npz" }))) test(title, run);
for (const [title, run] of evaluatorContract("predictor of Once-for-All", onceForAll, () => create({ file: "old.pth" }, onceForAll)))
  test(title, run);

test("a predictor of evoke fit gives what its layers give for the one-hot components, and names its metric", async () => {
  const { evaluate, metric } = await create({ file: "toy.npz" });
  assert.equal(metric, { ...metric, name: "predicted accuracy", dataset: "toy" });
  for (const architecture of [
    [0, 0, 0, 0],
    [2, 1, 0, 2],
  ]) {
    const { score, seconds } = await evaluate(architecture, undefined, OUTSIDE_A_RUN);
    assert.ok(Math.abs(score - output(layers, oneHot.ones(architecture))) < 1e-6);
    assert.is(seconds, 0);
  }
});

test("a predictor of a loss keeps its goal, and one of a goal that there is not is refused", async () => {
  const of = (goal: string) => writePredictor({ layers, description: { ...description, metric: { ...metric, goal: goal as "minimise" } } });
  kept.set("loss.npz", of("minimise"));
  kept.set("goal.npz", of("small"));
  assert.equal((await create({ file: "loss.npz" })).metric, { ...metric, name: "predicted accuracy", goal: "minimise" });
  const refused = await Promise.resolve()
    .then(() => create({ file: "goal.npz" }))
    .catch((error) => error);
  assert.is(refused.code, "PREDICTOR_INVALID");
});

test("the input of Once-for-All's has a one for each kernel, each expansion and the resolution; absent layers have none", async () => {
  const unit = [1, 2, 9, 0]; // kernel 3 expansion 3, kernel 3 expansion 4, kernel 7 expansion 6, absent
  const architecture = [...unit, ...unit, ...unit, ...unit, ...unit];
  const ones = [0, 1, 2, 3, 4].flatMap((u) => [0, 3, 8].map((at) => 12 * u + at).concat([60, 64, 68].map((at) => 12 * u + at)));
  for (const [resolution, at] of [
    [112, 120],
    [160, 123],
    [224, 127],
  ] as const) {
    for (const file of ["small.npz", "old.pth", "new.pth"]) {
      const { score } = await (await create({ file, resolution }, onceForAll)).evaluate(architecture, undefined, OUTSIDE_A_RUN);
      assert.ok(Math.abs(score - 100 * output(small, [...ones, at])) < 1e-4);
    }
  }
  const [given, preset] = await Promise.all(
    [{ resolution: 224 }, {}].map((options) => create({ file: "old.pth", ...options }, onceForAll)),
  );
  assert.equal(
    await preset!.evaluate(architecture, undefined, OUTSIDE_A_RUN),
    await given!.evaluate(architecture, undefined, OUTSIDE_A_RUN),
  );
});

interface Reference {
  readonly architecture: string;
  readonly resolution: number;
  readonly percent: number;
}
const references = JSON.parse(readFileSync(new URL("predictor-reference.json", import.meta.url), "utf8")) as Reference[];
const onShared = whenShared(test, "ofa/acc_predictor.pth");

onShared("Once-for-All's own predictor gives what NumPy gives, to 2e-5 percent, from either file to the last bit", async () => {
  for (const { architecture, resolution, percent } of references) {
    const [pth, npz] = await Promise.all(
      ["pth", "npz"].map(async (form) => {
        const { evaluate } = await create({ file: `ofa/acc_predictor.${form}`, resolution }, onceForAll);
        return (await evaluate(onceForAll.decode(architecture), undefined, OUTSIDE_A_RUN)).score;
      }),
    );
    assert.ok(Math.abs(pth! - percent) < 2e-5, `${pth} instead of ${percent}`);
    assert.is(npz, pth);
  }
});

/** Σ of 200 predictions, in a fixed order. */
const SUM = 16460.191452503204;
onShared("its predictions are the same on every runtime to the last bit", async () => {
  const { evaluate } = await create({ file: "ofa/acc_predictor.pth" }, onceForAll);
  const rng = randomStream(1, "/predictor");
  let sum = 0;
  for (let i = 0; i < 200; i++) sum += ((await evaluate(onceForAll.sample(rng), undefined, OUTSIDE_A_RUN)) as { score: number }).score;
  assert.is(sum, SUM);
});

test("a predictor sees what its file says: what was computed and learned, or the choices that are there", async () => {
  const computing = { ...space, features: (one: readonly number[]) => ({ features: [7, 9], counts: [1 + one[0]!, 1] }) };
  const of = (features: PredictorFeatures, ones: readonly number[]) =>
    writePredictor({
      layers,
      description: { ...description, version: 2, features, example: { ...example, prediction: predictedBy(layers, ones) } },
    });
  const known = [28, 36, 30, 29, ...Array.from({ length: 8 }, (_, i) => 400 + i)]; // 7 once, 9 once, 7 three times, 7 twice
  kept.set("computed.npz", of({ shown: "computed", known }, [0, 1]));
  const computed = await create({ file: "computed.npz" }, computing);
  for (const [first, ones] of [
    [0, [0, 1]],
    [1, [0, 3, 1]],
    [2, [0, 3, 2, 1]],
  ] as const) {
    const { score } = await computed.evaluate([first, 0, 0, 0], undefined, OUTSIDE_A_RUN);
    assert.ok(Math.abs(score - output(layers, ones)) < 1e-6, `${score}, ${output(layers, ones)}`);
  }
  await refused({ file: "computed.npz" }, space, "PREDICTOR_MISMATCH", /is not predicted as it was/);

  const conditions = [undefined, { component: 0, choices: [0] }, undefined, undefined];
  const conditional = { ...space, conditions };
  kept.set("choices.npz", of({ shown: "choices" }, [0, 4, 8, 9]));
  const absent = [1, 0, 0, 0]; // without the second component
  const scoreOf = async (file: string) => (await (await create({ file }, conditional)).evaluate(absent, undefined, OUTSIDE_A_RUN)).score;
  assert.ok(Math.abs((await scoreOf("choices.npz")) - output(layers, [1, 6, 9])) < 1e-6);
  assert.ok(Math.abs((await scoreOf("toy.npz")) - output(layers, [1, 3, 6, 9])) < 1e-6, "in files of version 1 absence is a choice");
});

test("a predictor for another space is refused with the one that it is for", async () => {
  await refused({ file: "toy.npz" }, tinySpace(4, 4), "PREDICTOR_MISMATCH", /for 4 components of 3 operations, of the space "tiny"/);
  await refused({ file: "toy.npz" }, tinySpace(5, 3), "PREDICTOR_MISMATCH", /Choose another predictor, or set \/space/);
  await refused({ file: "old.pth" }, spaceOf(nasBench201), "PREDICTOR_MISMATCH", /it is Once-for-All's, for the space "mobilenet"/);
  const other = { ...space, decode: (text: string) => space.decode([...text].reverse().join("")) };
  await refused({ file: "toy.npz" }, other, "PREDICTOR_MISMATCH", /example 0-1-2-0, of the space "tiny", is not predicted/);
});

test("a resolution for a predictor that knows none is refused", async () => {
  await refused({ file: "toy.npz", resolution: 224 }, space, "PREDICTOR_INVALID", /leave \/evaluator\/options\/resolution out/);
});

test("files that hold no predictor are refused with what is wrong", async () => {
  const arrays = torch(layers);
  const { "0.bias": _, ...without } = arrays;
  const nan = { shape: [1], values: Float32Array.of(Number.NaN) };
  const wide = { shape: [1], values: Float64Array.of(1) };
  const wrong: [Uint8Array, RegExp][] = [
    [new TextEncoder().encode("accuracy: 77"), /neither an \.npz of NumPy nor a \.pth of PyTorch/],
    [new Uint8Array(), /neither/],
    [writeNpz({}), /this file has "none of them"/],
    [writeNpz({ ...arrays, base_acc: nan }), /this file has "base_acc"/],
    [writeNpz({ ...arrays, "7.bias": nan }), /this file has "7\.bias"/],
    [writeNpz(without), /layer 0 has no weight \[outputs, inputs\] with a bias/],
    [writeNpz({ ...arrays, "2.bias": nan }), /layer 2 has numbers that are not finite floats/],
    [writeNpz({ ...arrays, "2.bias": wide }), /layer 2 has numbers that are not finite floats/],
    [writeNpz(torch([layer(12, 5), layer(4, 1)])), /layer 0 has 5 outputs, which do not fit what follows/],
    [writeNpz(torch([layer(12, 2)])), /layer 0 has 2 outputs/],
    [writeNpz(torch(layers)), /has no description, and 12 inputs, where Once-for-All's predictor has 128/],
    [writePredictor({ layers: small, description }), /layers are for another space, or other features, than its description/],
    [writePredictor({ layers, description: { ...description, version: 3 as 2 } }), /description is not as evoke fit writes it: .*version/],
    [writePredictor({ layers, description: { ...description, version: 2 } }), /the property "features" is missing/],
    [
      writePredictor({ layers, description: { ...description, version: 2, features: { shown: "paths" as "choices" } } }),
      /description\/features\/shown: .*"paths"/,
    ],
    [writePredictor({ layers, description: { ...description, version: 2, features: { shown: "computed" } } }), /features.*"known"/],
    [
      writePredictor({ layers, description: { ...description, version: 2, features: { shown: "computed", known: [3, 1] } } }),
      /layers are for another space, or other features, than its description/,
    ],
    [writeNpz({ ...arrays, description: { shape: [1], values: Uint8Array.of(123) } }), /its description is no JSON/],
  ];
  for (const [bytes, says] of wrong) {
    kept.set("wrong", bytes);
    await refused({ file: "wrong" }, space, "PREDICTOR_INVALID", says);
  }
});

test.run();
