import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { NetworkWriter } from "../../../core/space/network.ts";
import {
  phaseOfEpoch,
  planSupernet,
  type SupernetSampling,
  type SupernetSettings,
  supernetTrainingSchema,
} from "../../../core/training/supernet.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
import { tinySpace } from "../../fixtures.ts";

const settings = (() => {
  const complete = { epochs: 2 };
  assert.equal(problemsOf(supernetTrainingSchema, complete), []);
  return complete as SupernetSettings;
})();
const shrinking = { epochs: 3, learningRate: 0.02, distillation: 0.5 };
const planOf = (space: Space, changes: Partial<SupernetSampling>) =>
  planSupernet(space, { sampling: "uniform", settings, seed: 1, perStep: 2, shrinking, ...changes });

/** Networks of one pixel whose layers have the operations for their channels. */
const tiny: Space = {
  ...tinySpace(3, 4),
  network(architecture) {
    const net = new NetworkWriter([1, 1, 1]);
    let x = net.image;
    for (const [i, operation] of architecture.entries()) x = net.convolution(x, 1, 1 + operation, 1, `layer ${i}`);
    return net.network();
  },
};
const operationsOf = ({ layers }: ReturnType<NonNullable<Space["network"]>>) =>
  layers.flatMap((layer) => (layer.kind === "convolution" ? [layer.channels - 1] : []));

const small = (() => {
  const complete = { units: [{ channels: 8 }, { channels: 8 }], imageSize: 8 };
  assert.equal(problemsOf(mobilenet.options, complete), []);
  return mobilenet.create(complete as never, {} as never) as Space;
})();

test("the envelope has each operation everywhere", () => {
  const { envelope, phases, full } = planOf(tiny, {});
  assert.equal(envelope.map(operationsOf), [
    [0, 0, 0],
    [1, 1, 1],
    [2, 2, 2],
    [3, 3, 3],
  ]);
  assert.equal(phases, [{ name: "uniform", epochs: 2, learningRate: 0.1, sorts: false, distillation: 0 }]);
  assert.is(full, undefined);
});

test("uniform sampling draws each step anew, and an epoch the same again", () => {
  const { sample } = planOf(tiny, {});
  const epoch = sample(1, 50).map((step) => step.map(operationsOf));
  assert.ok(epoch.every((step) => step.length === 2));
  assert.ok(new Set(epoch.flat().map(String)).size > 40);
  assert.equal(
    sample(1, 50).map((step) => step.map(operationsOf)),
    epoch,
  );
  assert.not.equal(
    sample(2, 50).map((step) => step.map(operationsOf)),
    epoch,
  );
});

test("fair sampling has each operation once in each component of a step", () => {
  const steps = planOf(tiny, { sampling: "fair" }).sample(1, 20);
  for (const step of steps)
    for (const component of [0, 1, 2])
      assert.equal(step.map((network) => operationsOf(network)[component]).sort(), [0, 1, 2, 3], "a permutation of the operations");
  const firsts = new Set(steps.map(([first]) => String(operationsOf(first!))));
  assert.ok(firsts.size > 10, "components are permuted apart");
});

test("after T steps, fair sampling has trained each operation of each component T times, and uniform sampling about as often", () => {
  const steps = 500;
  const countsBy = (changes: Partial<SupernetSampling>) => {
    const counts = Array.from({ length: 3 }, () => [0, 0, 0, 0]);
    for (const network of planOf(tiny, changes).sample(1, steps).flat())
      for (const [component, operation] of operationsOf(network).entries()) counts[component]![operation]!++;
    return counts;
  };
  assert.equal(
    countsBy({ sampling: "fair" }),
    Array.from({ length: 3 }, () => [steps, steps, steps, steps]),
  );
  // Binomial, of as many paths: 4 T draws of probability 1/4. Their spread is that of chance, within 4 standard errors (seed 1).
  const uniform = countsBy({ sampling: "uniform", perStep: 4 });
  const deviation = Math.sqrt(4 * steps * 0.25 * 0.75);
  for (const count of uniform.flat()) assert.ok(Math.abs(count - steps) < 4 * deviation, `${count}`);
  const squares = uniform.flat().reduce((sum, count) => sum + ((count - steps) / deviation) ** 2, 0) / 12;
  assert.ok(squares > 0.2 && squares < 3, `${squares}`);
});

test("progressive shrinking begins with the full network, and frees kernels, then depths, then widths", () => {
  const { phases, sample, full } = planOf(small, { sampling: "progressive" });
  assert.equal(
    phases.map(({ name, epochs, sorts, distillation }) => [name, epochs, sorts, distillation]),
    [
      ["full", 2, false, 0],
      ["kernel", 3, false, 0.5],
      ["depth", 3, false, 0.5],
      ["width", 3, true, 0.5],
    ],
  );
  const seen = (epoch: number) => {
    const layers = sample(epoch, 30).flatMap((step) => step.flatMap((network) => network.layers));
    const distinct = (values: readonly number[]) => new Set(values).size;
    const ofFirst = layers.filter(({ weights }) => weights?.startsWith("unit 1, layer 1"));
    return {
      kernels: distinct(ofFirst.flatMap((layer) => (layer.kind === "depthwise" ? [layer.kernel] : []))),
      widths: distinct(
        ofFirst.flatMap((layer) => (layer.kind === "convolution" && layer.weights?.endsWith("expand") ? [layer.channels] : [])),
      ),
      depths: distinct(sample(epoch, 30).flatMap((step) => step.map(({ layers }) => layers.length))),
    };
  };
  assert.equal(sample(2, 1), [[full]]);
  assert.equal([1, 3, 6, 9].map(seen), [
    { kernels: 1, widths: 1, depths: 1 },
    { kernels: 3, widths: 1, depths: 1 },
    { kernels: 3, widths: 1, depths: 5 },
    { kernels: 3, widths: 3, depths: 5 },
  ]);
  assert.equal(
    [1, 2, 3, 5, 6, 11].map((epoch) => phaseOfEpoch(phases, epoch)),
    [
      { index: 0, within: 1 },
      { index: 0, within: 2 },
      { index: 1, within: 1 },
      { index: 1, within: 3 },
      { index: 2, within: 1 },
      { index: 3, within: 3 },
    ],
  );
});

test("a space that cannot be trained so says why, and what can be done", () => {
  const refused = (space: Space, sampling: SupernetSampling["sampling"], code: string, text: string) =>
    assert.throws(
      () => planOf(space, { sampling }),
      (error: { code?: string; message: string }) => error.code === code && error.message.includes(text),
    );
  const { network, ...bare } = tiny;
  refused(bare, "uniform", "NETWORK_MISSING", "nas-bench-201");
  refused(tiny, "progressive", "SUPERNET_IMPOSSIBLE", '"uniform" or "fair"');
  refused(small, "fair", "SUPERNET_IMPOSSIBLE", '"uniform" or "progressive"');
  const unnamed: Space = {
    ...tiny,
    network: (architecture) => ({ layers: network!(architecture).layers.map(({ weights: _, ...layer }) => layer) }),
  };
  refused(unnamed, "uniform", "SUPERNET_IMPOSSIBLE", "do not name their weights");
});

test.run();
