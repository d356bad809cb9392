import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Mixture, WeightSchedule } from "../../../../core/training/weight-sharing.ts";
import { ArchitectureParameters } from "../../../../core/weight-sharing/architecture-parameters.ts";
import { largestEigenvalue } from "../../../../core/weight-sharing/gradients/curvature.ts";
import { type GradientMethod, gradientMethod, type Now } from "../../../../core/weight-sharing/gradients/gradient-method.ts";
import { type Toy, toyOpenNetwork, toySharedWeights, trained } from "../../../contracts/toy-shared-weights.ts";
import { tinySpace } from "../../../fixtures.ts";

const test = suite("core/weight-sharing/gradients/gradient-method");

const SPACE = tinySpace(2, 3);
const OPEN = toyOpenNetwork(SPACE);
const SCHEDULE: WeightSchedule = {
  ...{ epochs: 4, batchSize: 1, learningRate: 0.1, finalLearningRate: 0.1, clip: 0.01 },
  ...{ momentum: 0.9, nesterov: true, weightDecay: 0.05 },
};
const A = [
  [2, 0.5],
  [0.5, 1],
];
const B = [
  [1, 0],
  [0, -1],
  [0.5, 0.5],
  [-1, 2],
  [0, 0],
  [0.3, -0.2],
];
const TOY: Toy = {
  edges: OPEN.edges,
  train: { A, B },
  validation: {
    A: [
      [1, -0.2],
      [-0.2, 3],
    ],
    B: B.toReversed(),
    c: [1, 2, 3, 4, 5, 6],
  },
  weights: [1, -2],
  schedule: SCHEDULE,
  steps: 1,
  seed: 1,
};
const START = [
  [0.2, 0.3, 0.5],
  [0.6, 0.1, 0.3],
];

/** Stays where it is, and keeps the gradients that it was to follow. */
class Watched extends ArchitectureParameters {
  readonly seen: Mixture[] = [];
  constructor() {
    super(OPEN.edges, () => 0, { learningRate: 1, beta1: 0, beta2: 0, weightDecay: 0 });
    for (const [edge, row] of START.entries()) this.replace(edge, row);
  }
  override step(gradient: Mixture): void {
    this.seen.push(gradient);
  }
}

/** A method whose mixture is α itself, so that its gradient is the mixture's. */
function plain(changes: Partial<GradientMethod> = {}) {
  const parameters = new Watched();
  const method = gradientMethod({
    ...{ schedule: SCHEDULE, publishedSteps: 100, parameters, first: "architecture" },
    relax: (values) => ({ mixture: values, backward: ({ gradient }) => gradient }),
    probabilities: (values) => values,
    feasible: () => true,
    ...changes,
  });
  return { method, parameters };
}

const asked = (weights: ReturnType<typeof toySharedWeights>) =>
  weights.asked.map(({ to, images: { of, again } }) => `${to} ${of}${again ? " again" : ""}`);

test("of the first order, each step learns by the next images of each part, in either order", async () => {
  for (const [first, expected] of [
    ["weights", ["learn weights", "judge architecture"]],
    ["architecture", ["judge architecture", "learn weights"]],
  ] as const) {
    const weights = toySharedWeights({ ...TOY, steps: 2 });
    await plain({ first }).method.epoch(1, weights);
    assert.equal(asked(weights), [...expected, ...expected]);
  }
});

test("of the second order, the step ahead and the step afterwards have the same images", async () => {
  const weights = toySharedWeights(TOY);
  await plain({ order: 2 }).method.epoch(1, weights);
  const difference = ["judge weights again", "judge weights again"];
  assert.equal(asked(weights), ["learn weights", "judge architecture", ...difference, "learn weights again"]);
  const later = toySharedWeights(TOY);
  await plain({ order: 2, first: "weights" }).method.epoch(1, later);
  assert.equal(asked(later), ["learn weights", "learn weights again", "judge architecture", ...difference]);
});

/** L_val after a step of the weights, as a function of the mixture. */
function ahead(mixture: Mixture, w: readonly number[], momentum: readonly number[], { nesterov, learningRate }: WeightSchedule): number {
  const m = mixture.flat();
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const { A: V, B: W, c } = TOY.validation as Required<typeof TOY.validation>;
  const slopes = w.map((x, i) => dot(A[i]!, w) + m.reduce((sum, weight, j) => sum + weight * B[j]![i]!, 0) + SCHEDULE.weightDecay * x);
  const moved = slopes.map((slope, i) => 0.9 * momentum[i]! + slope);
  const to = w.map((x, i) => x - learningRate * (nesterov ? slopes[i]! + 0.9 * moved[i]! : moved[i]!));
  return to.reduce((sum, x, i) => sum + (x * dot(V[i]!, to)) / 2, 0) + m.reduce((sum, x, j) => sum + x * (dot(W[j]!, to) + c[j]!), 0);
}

for (const nesterov of [true, false])
  test(`of the second order, the gradient is exactly that of the loss after the next step, ${nesterov ? "Nesterov's" : "plain"} momentum`, async () => {
    const schedule = { ...SCHEDULE, nesterov };
    const weights = toySharedWeights({ ...TOY, schedule });
    const { method, parameters } = plain({ order: 2 });
    for (const epoch of [1, 2, 3]) {
      const before = weights.save();
      const [w, momentum] = [before.slice(0, 2), before.slice(2)];
      await method.epoch(epoch, weights);
      for (const [edge, row] of START.entries())
        for (const k of row.keys()) {
          const moved = (by: number) => ahead(START.with(edge, row.with(k, row[k]! + by)), w, momentum, schedule);
          const expected = (moved(1e-4) - moved(-1e-4)) / 2e-4;
          const found = parameters.seen.at(-1)![edge]![k]!;
          assert.ok(Math.abs(found - expected) < 1e-8, `epoch ${epoch}, edge ${edge}, ${k}: ${found}, not ${expected}`);
        }
    }
  });

test("where the step ahead has no length, the second order is the first", async () => {
  const schedule = { ...SCHEDULE, learningRate: 0 };
  const [one, two] = [plain(), plain({ order: 2 })];
  for (const { method } of [one, two]) await method.epoch(1, toySharedWeights({ ...TOY, schedule }));
  assert.equal(two.parameters.seen, one.parameters.seen);
});

test("looking ahead leaves the weights and their momentum as they were, to the bit", async () => {
  const [one, two] = [toySharedWeights(TOY), toySharedWeights(TOY)];
  await trained(plain().method, one);
  await trained(plain({ order: 2 }).method, two);
  assert.equal(two.save(), one.save());
});

test("in frozen epochs the weights learn alone", async () => {
  const weights = toySharedWeights({ ...TOY, steps: 2 });
  const { method, parameters } = plain({ frozen: 0.5 });
  await trained(method, weights);
  assert.equal(asked(weights).slice(0, 4), ["learn weights", "learn weights", "learn weights", "learn weights"]);
  assert.is(parameters.seen.length, 4);
});

test("the share of the epochs that is over begins with 0 and never is 1; how far along they are begins with 0 and ends with 1", async () => {
  const moments: Now[] = [];
  const relax: GradientMethod["relax"] = (values, now) => {
    moments.push(now);
    return { mixture: values, backward: ({ gradient }) => gradient };
  };
  await trained(plain({ relax }).method, toySharedWeights(TOY));
  const each = moments.filter((_, i) => i % 2 === 0);
  assert.equal(
    each.map(({ over }) => over),
    [0, 0.25, 0.5, 0.75],
  );
  assert.equal(
    each.map(({ along }) => along),
    [0, 1 / 3, 2 / 3, 1],
  );
  moments.length = 0;
  await trained(plain({ relax }).method, toySharedWeights({ ...TOY, schedule: { ...SCHEDULE, epochs: 1 } }));
  assert.is(moments[0]!.along, 1, "a search of one epoch ends in it");
});

test("a penalty is added to the gradient of the loss", async () => {
  const [one, two] = [plain(), plain({ penalty: (values) => values.map((row) => row.map((value) => 10 * value)) })];
  for (const { method } of [one, two]) await method.epoch(1, toySharedWeights(TOY));
  const expected = one.parameters.seen[0]!.map((row, e) => row.map((slope, k) => slope + 10 * START[e]![k]!));
  assert.equal(two.parameters.seen[0], expected);
});

const H = [3, 1, 4, 1, 5, 9].map((_, i, row) => row.map((_, j) => 1 / (1 + i + j) + (i === j ? row[i]! : 0)));

test("curvature is measured each so many epochs, on one batch and with the same draws, and is exact on a quadratic loss", async () => {
  const weights = toySharedWeights({ ...TOY, validation: { H }, noise: 5 });
  const relax: GradientMethod["relax"] = (values, { rng }) => ({
    mixture: values.map((row) => row.map((value) => value + rng.next())),
    backward: ({ gradient }) => gradient,
  });
  const standings = await trained(plain({ curvatureEvery: 2, relax }).method, weights);
  assert.equal(
    standings.map(({ curvature }) => curvature !== undefined),
    [false, true, false, true],
  );
  for (const i of [1, 3]) assert.ok(Math.abs(standings[i]!.curvature! - largestEigenvalue(H)) < 1e-9, `${standings[i]!.curvature}`);
  const measured = weights.asked.slice(-12);
  assert.equal(
    measured.map(({ images }) => images.again),
    [false, ...Array.from({ length: 11 }, () => true)],
  );
});

/** Its curvature grows from epoch to epoch, and its probabilities tell the epoch. */
function growing() {
  const parameters = new Watched();
  let epoch = 0;
  const made = plain({
    ...{ parameters, curvatureEvery: 1, stopAt: 1.3 },
    relax(values, { over }) {
      epoch = Math.round(over * 30) + 1;
      const factor = epoch < 20 ? 1 : epoch;
      return {
        mixture: values.map((row) => row.map((value) => factor * value)),
        backward: ({ gradient }) => gradient.map((row) => row.map((slope) => factor * slope)),
      };
    },
    probabilities: (values) => values.map((row) => row.map((_, k) => (k === Math.floor(epoch / 10) % 3 ? 0.8 : 0.1))),
  });
  const weights = toySharedWeights({ ...TOY, validation: { H }, schedule: { ...SCHEDULE, epochs: 30 } });
  return { ...made, weights };
}

test("where the curvature grows the search ends, and ranks what it had some checks before, also when it was resumed after that", async () => {
  const { method, weights } = growing();
  const standings = await trained(method, weights);
  // λ is as 1 up to epoch 19, then as 400: the mean of five grows eightyfold with it
  assert.is(standings.length, 20);
  assert.equal(
    standings.map(({ ended }) => ended === true),
    [...Array.from({ length: 19 }, () => false), true],
  );
  // it returns to epoch 20 − 6, whose probabilities were for operation 1
  assert.equal((await method.rank(weights, OPEN))[0], [1, 1]);
  const { method: resumed } = growing();
  resumed.restore(JSON.parse(JSON.stringify(method.save())));
  assert.equal(await resumed.rank(weights, OPEN), await method.rank(weights, OPEN));
});

test("architectures that the limits do not admit are passed over, unless there are no others", async () => {
  const weights = toySharedWeights(TOY);
  const all = await plain().method.rank(weights, OPEN);
  assert.equal(all[0], [2, 0]);
  assert.is(all.length, 9);
  const some = await plain({ feasible: ([first]) => first !== 2 }).method.rank(weights, OPEN);
  assert.equal(
    some,
    all.filter(([first]) => first !== 2),
  );
  assert.ok((await plain({ feasible: () => false }).method.rank(weights, OPEN)).length > 0);
});

test.run();
