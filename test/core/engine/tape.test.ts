import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Engine } from "../../../core/engine/engine.ts";
import { wasmKernels } from "../../../core/engine/kernels.ts";
import type { Part } from "../../../core/engine/tape.ts";
import type { LstmState, Tensor } from "../../../core/engine/tensor.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { referenceCommands } from "./reference-commands.ts";

const test = suite("core/engine/tape");

test("a gradient that is read before the step changes nothing, whatever else the parameter is used for", () => {
  const run = (read: boolean) => {
    const engine = new Engine();
    const rng = randomStream(3, "due");
    const next = () => rng.next() - 0.5;
    const [w, bias, wide] = [engine.parameter(6, 8, next), engine.parameter(1, 8, next), engine.parameter(8, 6, next)];
    for (let t = 0; t < 5; t++) {
      for (const rows of [5, 1]) {
        engine.begin(); // what the first tape has left to be taken is taken here
        const x = engine.input(rows, 6, Array.from({ length: rows * 6 }, next));
        const y = engine.relu(engine.linear([[x, w]], bias));
        const again = engine.linear([[engine.linear([[y, wide]]), w]]); // two products with one weight
        const table = engine.gather(1, [{ from: w, rows: [2] }]); // and its rows
        engine.squaredError(engine.linear([[engine.add(engine.mean(again), table), engine.reshape(w, 8, 6)]]), [0, 0.2, 0.4, 0.6, 0.8, 1]);
        engine.backward();
        if (read) for (const parameter of engine.parameters) engine.gradient(parameter);
      }
      engine.adam({ learningRate: 0.01 });
    }
    return engine.parameters.map((parameter) => [...engine.read(parameter)]);
  };
  assert.equal(run(false), run(true));
});

test("commands are what calls of single kernels are, to the last bit", () => {
  const run = (single: boolean) => {
    const kernels = wasmKernels();
    const engine = new Engine(single ? Object.assign(kernels, referenceCommands(kernels)) : kernels);
    const rng = randomStream(5, "commands");
    const next = () => rng.next() - 0.5;
    const cell = engine.lstmCell(8, 8, next);
    const [table, w, bias, head] = [
      engine.parameter(5, 8, next),
      engine.parameter(8, 8, next),
      engine.parameter(1, 8, next),
      engine.parameter(8, 3, next),
    ];
    const losses: number[] = [];
    for (let t = 0; t < 4; t++) {
      engine.begin();
      let state: LstmState | undefined;
      for (let i = 0; i < 3; i++) {
        state = engine.lstm(cell, engine.row(table, (t + i) % 5), state);
        engine.choose(engine.linear([[state.hidden, head]]), rng.next(), i === 1 ? 0 : 0.6);
      }
      const rows = engine.gather(6, [
        { from: table, rows: [0, 1, 2, 3, 4, 0], scale: -0.5 },
        { from: w, rows: [0, 1, 2], begins: [0, 1, 1, 3, 3, 3, 3] },
      ]);
      const mapped = engine.multiply(
        engine.sigmoid(
          engine.linear(
            [
              [rows, w],
              [engine.tanh(rows), w],
            ],
            bias,
          ),
        ),
        engine.relu(rows),
      );
      const means = engine.groupMean(mapped, 3, [0, 0, 2, 2, 2, 0]);
      const last = engine.linear([[engine.reshape(means, 1, 24), engine.reshape(engine.add(mapped, rows), 24, 2)]]);
      losses.push(engine.crossEntropy(engine.linear([[engine.mean(means), head]]), 1), engine.squaredError(last, [0.25, -1]));
      engine.backward(-0.3, 0.1);
      engine.adam({ learningRate: 0.01, weightDecay: t === 2 ? 0.1 : 0 });
    }
    return [losses, engine.save()];
  };
  assert.equal(run(false), run(true));
});

test("a part that lies where it lay is done again with the parameters and what follows as they are now", () => {
  const run = (keep: boolean, disturb: (engine: Engine, t: number) => void = () => {}) => {
    const engine = new Engine();
    const rng = randomStream(4, "part");
    const next = () => rng.next() - 0.5;
    const [w, head] = [engine.parameter(4, 8, next), engine.parameter(8, 3, next)];
    let part: Part | undefined;
    let built = 0;
    const operations = (): Tensor => {
      built++;
      return engine.relu(engine.linear([[engine.input(1, 4, [1, 2, 3, 4]), w]]));
    };
    for (let t = 0; t < 6; t++) {
      engine.begin();
      disturb(engine, t);
      part = engine.part(keep ? part : undefined, operations);
      engine.read(part.result); // where there is nothing after it yet
      for (let i = 0; i <= t % 3; i++) engine.choose(engine.linear([[part.result, head]]), rng.next());
      engine.backward(-1, 0.1);
      engine.adam({ learningRate: 0.01 });
    }
    return { built, saved: engine.save() };
  };
  assert.is(run(true).built, 1);
  assert.equal(run(true).saved, run(false).saved);
  const before = (engine: Engine, t: number) => {
    if (t === 2) engine.input(1, 4, [0, 0, 0, 0]); // so it lies elsewhere
    if (t === 4) {
      engine.input(1, 400, new Float32Array(400)); // on what was kept
      engine.begin();
    }
  };
  assert.is(run(true, before).built, 4);
  assert.equal(run(true, before).saved, run(false, before).saved);
});

test.run();
