import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Engine } from "../../../core/engine/engine.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { referenceKernels } from "./reference-kernels.ts";

const test = suite("core/engine/memory");

/** Declares two steps of an LSTM and a decision. @returns what computes them, and the gradients of all parameters */
function declared(engine: Engine, seed: number): () => number[] {
  const rng = randomStream(seed, "parameters");
  const parameter = (rows: number, cols: number) => engine.parameter(rows, cols, () => rng.next() * 2 - 1);
  const cell = { input: parameter(3, 8), recurrent: parameter(2, 8), inputBias: parameter(1, 8), recurrentBias: parameter(1, 8) };
  const [start, choice] = [parameter(1, 3), parameter(2, 5)];
  return () => {
    engine.begin();
    engine.decide(engine.linear([[engine.lstm(cell, start, engine.lstm(cell, start)).hidden, choice]]), 3);
    engine.backward(-1.3, 0.2);
    return gradientsOf(engine);
  };
}
const gradientsOf = (engine: Engine) => engine.parameters.flatMap((parameter) => [...engine.gradient(parameter)]);

test("an engine goes on from what it saved, through JSON, to the last bit", () => {
  const [first, second] = [new Engine(), new Engine()];
  const [slopes, resumed] = [declared(first, 1), declared(second, 2)];
  const step = (engine: Engine, backward: () => number[]) => {
    backward();
    engine.adam({ learningRate: 0.01, beta1: 0.5 });
  };
  for (let i = 0; i < 3; i++) step(first, slopes);
  const saved = JSON.parse(JSON.stringify(first.save()));
  resumed(); // a gradient that no step has taken is no part of what was saved
  second.restore(saved);
  for (let i = 0; i < 3; i++) {
    step(first, slopes);
    step(second, resumed);
  }
  assert.equal(second.save(), first.save());
  assert.not.equal(first.save(), saved);
});

test("clip() shortens the gradients of all parameters together, and only long ones", () => {
  const engine = new Engine(referenceKernels(Float64Array));
  const expected = declared(engine, 1)();
  const length = Math.hypot(...expected);
  const same = (found: number, wanted: number) => assert.ok(Math.abs(found - wanted) < 1e-12, `${found}, not ${wanted}`);
  same(engine.clip(2 * length), length);
  assert.equal(gradientsOf(engine), expected);
  same(engine.clip(length / 4), length);
  for (const [i, slope] of gradientsOf(engine).entries()) same(slope, expected[i]! / 4);
});

test.run();
