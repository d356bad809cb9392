import { suite } from "uvu";
import * as assert from "uvu/assert";
import proxylessnas, { keptTogether, softmaxOf, twoOf } from "../../../controllers/weight-sharing/proxylessnas.ts";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { withChoices } from "../../../core/space/choices.ts";
import { ExpectedCost } from "../../../core/weight-sharing/expected-cost.ts";
import { softmax, throughSoftmax } from "../../../core/weight-sharing/relaxation.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { type ToySharedWeights, toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { tinySpace } from "../../fixtures.ts";
import { assertResumes, methodOf, toyFor, trainedFor } from "../../support/weight-sharing-methods.ts";

const space: Space = {
  ...tinySpace(3, 4),
  cost: (architecture) => ({ madds: 100 + architecture.reduce((sum, k, l) => sum + k * (l + 1), 0) }),
};
const open = toyOpenNetwork(space);
/** Two small units. */
function mobileOptions(): never {
  const options = { units: [{ channels: 8 }, { channels: 16, stride: 2 }], imageSize: 8, imageChannels: 1 };
  assert.equal(problemsOf(mobilenet.options, options), []);
  return options as never;
}
const test = suite("controllers/proxylessnas");
for (const [title, run] of controllerContract(proxylessnas)) test(title, run);
/** An edge's α, of what was saved edge by edge: three times four numbers, and two powers. */
const alphaOf = (saved: readonly number[]) => [0, 14, 28].map((at) => saved.slice(at, at + 4));
const sumExp = (logits: readonly number[], some: readonly number[]) => some.reduce((sum, k) => sum + Math.exp(logits[k]!), 0);

/** The method after one step of α from its first parameters, with what it found. */
async function moved(options: object) {
  const method = await methodOf(proxylessnas, { space, options: { every: 1, frozen: 0, ...options } });
  const weights = toyFor(method, { space }, 2, { steps: 1, noise: 0, rateFactor: 1000 });
  const saved = method.save();
  method.restore([20, ...saved.slice(1)]); // the zero operation of the first edge is open
  const before = alphaOf(method.save());
  let gradient: readonly (readonly number[])[] = [];
  let loss = 0;
  const { judge } = weights;
  weights.judge = async (...asked) => {
    const judged = await judge(...asked);
    ({ gradient, loss } = judged);
    return judged;
  };
  await trainedFor(method, weights, 1, 2);
  const judged = weights.asked.find(({ to }) => to === "judge")!;
  const active = judged.mixture.map((edge) => edge.indexOf(1));
  return { before, after: alphaOf(method.save()), gradient, loss, active, weights };
}

test("all gates of an edge learn: Adam's first step along Σ_j g_j p_j (δ_ij − p_i), but where the zero operation is open", async () => {
  const { before, after, gradient, active } = await moved({});
  assert.ok(gradient.flat().every(Number.isFinite), "operations that are not open are computed, too");
  for (const [edge, alpha] of before.entries()) {
    if (active[edge] === 0) {
      assert.equal(after[edge], alpha);
      continue;
    }
    for (const [k, slope] of throughSoftmax(softmax(alpha), gradient[edge]!).entries())
      assert.ok(Math.abs(after[edge]![k]! - (alpha[k]! - slope / (Math.abs(slope) + 1e-8))) < 1e-9, `edge ${edge}, ${k}`);
  }
  assert.ok(active[0] === 0 && active.some((k) => k !== 0));
});

test("in mode two, two operations of an edge change places with each other: Σ exp α of the two stays, others are untouched", async () => {
  const { before, after, active } = await moved({ mode: "two" });
  for (const [edge, alpha] of before.entries()) {
    const changed = alpha.flatMap((value, k) => (value !== after[edge]![k] ? [k] : []));
    if (active[edge] === 0) assert.equal(changed, []);
    else {
      assert.is(changed.length, 2);
      assert.ok(changed.includes(active[edge]!));
      assert.ok(Math.abs(sumExp(after[edge]!, changed) - sumExp(alpha, changed)) < 1e-9);
    }
  }
  assert.equal(keptTogether([0, 1, 2, -1, 0.5], [9, 3, 9, 0, 9], [1, 3]).filter((value) => value === 9).length, 3);
});

test("two operations are drawn by their probabilities, without replacement, within 4 standard errors (seed 2)", () => {
  const p = softmax([0, 1, 2, -1, 0.5]);
  const rng = randomStream(2, "/test");
  const draws = 20_000;
  const times = new Map<string, number>();
  for (let draw = 0; draw < draws; draw++) {
    const pair = twoOf(p, rng).join();
    times.set(pair, (times.get(pair) ?? 0) + 1);
  }
  for (const [i, first] of p.entries())
    for (const [j, second] of p.entries()) {
      const expected = i === j ? 0 : (first * second) / (1 - first);
      const error = Math.sqrt((expected * (1 - expected)) / draws);
      const found = (times.get(`${i},${j}`) ?? 0) / draws;
      assert.ok(Math.abs(found - expected) <= 4 * error, `${i}, ${j}: ${found}, not ${expected}`);
    }
  assert.equal(twoOf([1], rng), [0]);
  assert.equal(softmaxOf([0, 1, 2, 1], [1, 3]), [0, 0.5, 0, 0.5]);
});

test("with a cost that weighs more than the accuracy, α's step goes along the gradient of both", async () => {
  const cost = { name: "madds", reference: 50, form: "sum", weight: 100 };
  const { before, after, gradient, loss, active } = await moved({ cost });
  const lossAt = (alpha: readonly (readonly number[])[]) => {
    const p = alpha.map(softmax);
    const madds = p.reduce((sum, edge, l) => sum + edge.reduce((total, weight, k) => total + weight * k * (l + 1), 0), 100);
    const shift = p.flatMap((edge, e) => edge.map((weight, k) => (weight - softmax(before[e]!)[k]!) * gradient[e]![k]!));
    const crossEntropy = shift.reduce((a, b) => a + b, loss); // in its first order
    return crossEntropy + (100 * (madds - 50)) / 50;
  };
  for (const [edge, alpha] of before.entries())
    for (const [k, value] of alpha.entries()) {
      if (active[edge] === 0) continue;
      const at = (by: number) => lossAt(before.with(edge, alpha.with(k, value + by)));
      const slope = (at(1e-5) - at(-1e-5)) / 2e-5;
      const expected = value - slope / (Math.abs(slope) + 1e-8);
      assert.ok(Math.abs(after[edge]![k]! - expected) < 1e-4, `edge ${edge}, ${k}: ${after[edge]![k]}, not ${expected}`);
    }
});

/** Layers in milliseconds of a made-up device: larger kernels and expansions take longer, but learn better. */
const mobile = withChoices(mobilenet.create(mobileOptions(), {} as never) as Space);
const timed: Space = {
  ...mobile,
  costs: [{ name: "latency", unit: "ms", goal: "minimise" }],
  cost: (architecture) => ({ latency: architecture.reduce((ms, operation) => ms + 0.5 * operation, 10) }),
};

test("on mobilenet, the more the latency weighs, the faster is the answer, and the less it is expected to take (seed 1)", async () => {
  const layers = mobile.open!();
  const found: { readonly answer: number; readonly expected: number }[] = [];
  for (const weight of [0.01, 2, 30]) {
    const cost = { name: "latency", reference: 15, form: "sum", weight };
    const setting = { space: timed, open: layers, options: { every: 1, frozen: 0, learningRate: 0.05, cost } };
    const method = await methodOf(proxylessnas, setting);
    // What takes longer learns better, by less and less.
    const c = layers.edges.flatMap(({ operations }, e) => operations.map((_, k) => -0.3 * Math.log(1 + k) + 0.01 * ((7 * k + 3 * e) % 5)));
    const weights = toyFor(method, setting, 30, { steps: 10, noise: 0, validation: { c } });
    const standings = await trainedFor(method, weights, 1, 30);
    const expectation = new ExpectedCost(timed, layers, { ...cost, form: "sum", exponent: 1 });
    const [answer] = await method.rank(weights, layers);
    found.push({ answer: timed.cost!(answer!).latency!, expected: expectation.of(standings.at(-1)!.probabilities) });
  }
  const [free, weighed, above] = found as [(typeof found)[0], (typeof found)[0], (typeof found)[0]];
  for (const of of ["answer", "expected"] as const)
    assert.ok(free[of] > 1.1 * weighed[of] && weighed[of] > 1.1 * above[of], `${of}: ${free[of]}, ${weighed[of]}, ${above[of]} ms`);
  assert.is(above.answer, 10 + 2 * 2 * 0.5, "two layers a unit, each with the least that there is");
});

test("α learns every few steps, after the weights have warmed up and an epoch more", async () => {
  const method = await methodOf(proxylessnas, { space });
  const weights = toyFor(method, { space }, 8, { steps: 12 });
  const judged = (weights: ToySharedWeights) => weights.asked.filter(({ to }) => to === "judge").length;
  await trainedFor(method, weights, 1, 3);
  assert.is(judged(weights), 0);
  await trainedFor(method, weights, 4, 4);
  assert.is(judged(weights), 2);
  assert.is(weights.asked.length, 4 * 12 + 2);
  assert.equal(
    weights.asked.slice(36).flatMap(({ to }, i) => (to === "judge" ? [i] : [])),
    [5, 11],
  );
});

test("the answer is the likeliest operation of each edge", async () => {
  const method = await methodOf(proxylessnas, { space });
  const [one] = [0, 14, 28].map((at) => method.save().slice(at, at + 14));
  method.restore([1, 0, 3].flatMap((best) => [...[0, 0, 0, 0].with(best, 2), ...one!.slice(4)]));
  assert.equal((await method.rank(toyFor(method, { space }, 1), open))[0], [1, 0, 3]);
});

test("a search that was interrupted goes on to the same bits", async () => {
  for (const mode of ["full", "two"])
    await assertResumes(proxylessnas, { space, options: { mode, every: 2, frozen: 0, cost: { name: "madds", reference: 100 } } });
});

test.run();
