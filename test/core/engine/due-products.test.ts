import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Engine } from "../../../core/engine/engine.ts";
import { randomStream } from "../../../core/random/rng.ts";

const test = suite("core/engine/due-products");

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

test.run();
