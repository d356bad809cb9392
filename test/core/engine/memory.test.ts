import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Engine } from "../../../core/engine/engine.ts";
import type { EvokeError } from "../../../core/errors/index.ts";
import { SubspaceGraph } from "../../../core/plugin/subspace-graph.ts";
import { GraphNetwork } from "../../../core/policy/graph-network.ts";
import { smallUniform } from "../../../core/policy/policy-gradient.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { tinySpace } from "../../fixtures.ts";
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

test("a parameter that is drawn at once has the numbers that are drawn in turn, and the stream goes on", () => {
  const draw = (engine: Engine, atOnce: boolean) => {
    const rng = randomStream(9, "at once");
    const initial = smallUniform(rng);
    const parameters = [engine.parameter(7, 5, atOnce ? initial : () => initial()), engine.parameter(1, 3, initial)];
    return [...parameters.map((parameter) => [...engine.read(parameter)]), engine.save(), rng.next()];
  };
  for (const engine of [() => new Engine(), () => new Engine(referenceKernels(Float64Array))])
    assert.equal(draw(engine(), true), draw(engine(), false));
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

test("a parameter that takes too much memory is refused before any is taken, whatever its size", () => {
  for (const size of [1e6, 2 ** 31, 1e300, Infinity, NaN]) {
    const error = thrownBy(() => new Engine().parameter(size, 1e6, () => 0));
    assert.is(error.code, "MEMORY_EXCEEDED", `${size}`);
    assert.match(error.message, /GB/);
  }
});

test("what a graph network of many subspaces lays out is refused when it is made, and about what it takes", () => {
  const space = tinySpace(4, 3);
  const networkOf = (engine: Engine, count: number) => {
    const subspaces = new SubspaceGraph(count, 2);
    for (let k = 0; k < count; k++) subspaces.evoke(k, space.sample(randomStream(k, "centre")), k);
    return new GraphNetwork(engine, () => 0.1, space, subspaces, 64);
  };
  class Measured extends Engine {
    numbers = 0;
    override checkRoom(numbers: number, remedy: string): void {
      this.numbers = Math.max(this.numbers, numbers);
      super.checkRoom(numbers, remedy);
    }
    /** Numbers of the values and their gradients. */
    get taken(): number {
      return 2 * (this.allocate(0) - this.begun);
    }
    begun = 0;
    override begin(): void {
      super.begin();
      this.begun = this.allocate(0);
    }
  }
  const engine = new Measured();
  const network = networkOf(engine, 40);
  engine.begin();
  network.nodes();
  const ratio = engine.numbers / engine.taken;
  assert.ok(ratio > 0.8 && ratio < 1.1, `${ratio}`);
  assert.is(thrownBy(() => networkOf(new Engine(), 1000)).code, "MEMORY_EXCEEDED");
});

function thrownBy(act: () => unknown): EvokeError {
  try {
    act();
  } catch (error) {
    return error as EvokeError;
  }
  throw new Error("nothing was thrown");
}

test.run();
