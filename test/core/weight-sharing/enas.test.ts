import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Engine } from "../../../core/engine/engine.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { Baseline } from "../../../core/weight-sharing/enas-baseline.ts";
import { PathPolicy } from "../../../core/weight-sharing/enas-policy.ts";
import { tinySpace } from "../../fixtures.ts";
import { referenceKernels } from "../engine/reference-kernels.ts";

const test = suite("core/weight-sharing/enas");
const near = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`);

test("none of five operations is likelier than 97.4 percent, or less likely than 0.17, whatever the policy has learnt", () => {
  const engine = new Engine(referenceKernels(Float64Array));
  const policy = new PathPolicy(engine, randomStream(1, "/test"), tinySpace(1, 5));
  for (const parameter of engine.parameters) engine.write(parameter, engine.read(parameter).fill(0));
  policy.draw(randomStream(1, "/draws"));
  near(engine.entropy, 1.609438, 1e-6);
  near(engine.logp, -Math.log(5), 1e-12);
  const bias = engine.parameters.find(({ rows, cols }) => rows === 1 && cols === 5)!;
  engine.write(bias, [-1e4, -1e4, 1e4, -1e4, -1e4]);
  const rng = { next: () => 0.5, below: () => 0 };
  assert.equal(policy.draw(rng), [2]);
  near(Math.exp(engine.logp), 0.973756, 1e-6);
  near(engine.entropy, 0.157817, 1e-6);
  engine.write(bias, [1e4, 1e4, -1e4, 1e4, 1e4]);
  assert.equal(policy.draw(rng), [2]);
  near(Math.exp(engine.logp), 0.0016817, 1e-7);
});

test("the policy starts from uniform numbers within 0.1, and PyTorch's within 1/√32, and takes a step for each component", () => {
  const engine = new Engine();
  const policy = new PathPolicy(engine, randomStream(1, "/test"), tinySpace(6, 5));
  const widest = engine.parameters.map((parameter) => Math.max(...engine.read(parameter).map(Math.abs)));
  const shapes = engine.parameters.map(({ rows, cols }) => `${rows} × ${cols}`);
  const cell = ["32 × 128", "32 × 128", "1 × 128", "1 × 128"];
  assert.equal(shapes, ["1 × 32", ...cell, ...cell, "32 × 5", "1 × 5", "5 × 32"]);
  const [small, usual] = [0.1, 1 / Math.sqrt(32)];
  for (const [i, limit] of [small, small, small, usual, usual, usual, usual, usual, usual, small, usual, small].entries())
    assert.ok(widest[i]! <= limit && widest[i]! > 0.7 * limit, `${shapes[i]}: ${widest[i]}`);
  const drawn = Array.from({ length: 50 }, () => policy.draw(randomStream(2, "/draws")));
  assert.equal(new Set(drawn.map(String)).size, 1, "a draw follows from its stream");
  near(engine.entropy, 6 * Math.log(5), 0.05);
});

test("the baseline of an epoch is frozen: after a thousand paths it has moved by a hundredth of the last", () => {
  const baseline = new Baseline("per-epoch", 0.99);
  const rng = randomStream(4, "/test");
  for (let path = 0; path < 1000; path++) {
    const accuracy = rng.next();
    const seen = baseline.see(accuracy, 1e-3);
    assert.equal(seen, { advantage: 1e-3, slope: 1 }, "in the first epoch only entropy is learnt");
    near(baseline.value, accuracy, 0);
  }
  baseline.endEpoch();
  const before = baseline.value;
  let last = 0;
  for (let path = 0; path < 1000; path++) {
    last = rng.next();
    const { advantage, slope } = baseline.see(last, 0.25);
    near(advantage, 0.99 * (last + 0.25 - before), 1e-12);
    assert.is(slope, 0.99);
  }
  near(baseline.value, 0.99 * before + 0.01 * (last + 0.25), 1e-15);
});

test("the baseline of ENAS follows each path, from zero on", () => {
  const baseline = new Baseline("per-sample", 0.99);
  let expected = 0;
  for (let path = 0; path < 500; path++) {
    expected = 0.99 * expected + 0.01 * 0.8;
    near(baseline.see(0.8, 0).advantage, 0.8 - expected, 1e-12);
    if (path === 250) baseline.endEpoch();
  }
  near(baseline.value, 0.8 * (1 - 0.99 ** 500), 1e-12);
});

test("a baseline goes on from what it saved between epochs", () => {
  for (const moves of ["per-epoch", "per-sample"] as const) {
    const first = new Baseline(moves, 0.9);
    for (const epoch of [0, 1, 2]) {
      const second = new Baseline(moves, 0.9);
      second.restore(JSON.parse(JSON.stringify(first.save())));
      assert.equal(second.see(0.7, 0.1), first.see(0.7, 0.1), `${moves}, after ${epoch} epochs`);
      first.endEpoch();
    }
  }
});

test.run();
