import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Engine } from "../../../core/engine/engine.ts";
import type { Tensor } from "../../../core/engine/tensor.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { referenceKernels } from "./reference-kernels.ts";

const test = suite("core/engine/engine");

/** A network: declares parameters with `parameter`, and gives what builds its loss on an open tape. */
type Network = (engine: Engine, parameter: (rows: number, cols: number) => Tensor) => () => void;
const LOGP = -1.3;
const ENTROPY = 0.2;
const lossOf = ({ loss, logp, entropy }: Engine) => loss + LOGP * logp + ENTROPY * entropy;

function built(engine: Engine, network: Network, seed = 1): () => void {
  const rng = randomStream(seed, "parameters");
  return network(engine, (rows, cols) => engine.parameter(rows, cols, () => rng.next() * 2 - 1));
}

/** The gradients of all parameters, laid end to end. */
function gradients(engine: Engine, forward: () => void): number[] {
  engine.begin();
  forward();
  engine.backward(LOGP, ENTROPY);
  return engine.parameters.flatMap((parameter) => [...engine.gradient(parameter)]);
}

/**
 * Central differences in 64-bit floats with a step of 1e-5: their own error is about 1e-10 · third derivatives,
 * and 1e-11 from rounding.
 */
function differences(engine: Engine, forward: () => void): number[] {
  return engine.parameters.flatMap((parameter) => {
    const numbers = engine.read(parameter);
    return Array.from(numbers, (number, i) => {
      const at = (value: number) => {
        engine.write(parameter, numbers.with(i, value));
        engine.begin();
        forward();
        return lossOf(engine);
      };
      const slope = (at(number + 1e-5) - at(number - 1e-5)) / 2e-5;
      engine.write(parameter, numbers);
      return slope;
    });
  });
}

function near(got: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.is(got.length, expected.length);
  for (const [i, e] of expected.entries()) {
    assert.ok(
      Math.abs(got[i]! - e) <= tolerance * Math.max(1, Math.abs(e)),
      `number ${i} of ${expected.length}: ${got[i]} instead of ${e}`,
    );
  }
}

/** In 64 bits the gradients are those of finite differences; in WebAssembly they are the same to rounding. */
function check(network: Network, seed = 1): void {
  const exact = new Engine(referenceKernels(Float64Array));
  const forward = built(exact, network, seed);
  const expected = gradients(exact, forward);
  near(expected, differences(exact, forward), 1e-7);
  const engine = new Engine();
  near(gradients(engine, built(engine, network, seed)), expected, 2e-5);
}

const zeros = (n: number) => new Float64Array(n);
const ramp = (n: number) => Array.from({ length: n }, (_, i) => (i % 5) / 4 - 0.4);

test("linear() has right gradients for one and several rows, pairs, with and without a bias", () => {
  for (const n of [1, 3, 4, 7]) {
    check((engine, parameter) => {
      const [x, w, z, v, bias] = [parameter(n, 5), parameter(5, 6), parameter(n, 3), parameter(3, 6), parameter(1, 6)];
      return () => {
        const y = engine.linear(
          [
            [x, w],
            [z, v],
          ],
          bias,
        );
        engine.squaredError(engine.tanh(engine.linear([[engine.tanh(y), engine.reshape(v, 6, 3)]])), zeros(3 * n));
      };
    });
  }
});

test("a weight used several times gets all its gradients, in one row or many, whole or by its rows", () => {
  check((engine, parameter) => {
    const [x, w] = [parameter(6, 4), parameter(4, 4)];
    return () => {
      const many = engine.tanh(engine.linear([[x, w]]));
      const one = engine.tanh(engine.linear([[engine.row(many, 2), w]]));
      const again = engine.linear([[engine.tanh(engine.linear([[one, w]])), w]]);
      engine.squaredError(engine.add(again, engine.row(w, 3)), zeros(4));
    };
  });
});

test("the element-wise operations have right gradients", () => {
  check((engine, parameter) => {
    const [a, b] = [parameter(3, 5), parameter(3, 5)];
    return () => {
      const product = engine.multiply(engine.sigmoid(a), engine.tanh(b));
      engine.squaredError(engine.add(engine.relu(product), engine.multiply(a, a)), ramp(15));
    };
  });
});

test("gather() has right gradients: sums of rows, as many for each or not, differences, rows read twice", () => {
  check((engine, parameter) => {
    const [table, other, whole] = [parameter(5, 3), parameter(2, 3), parameter(4, 3)];
    return () => {
      const y = engine.gather(4, [
        { from: table, rows: [0, 0, 4, 2, 1, 1], begins: [0, 0, 3, 4, 6] },
        { from: table, rows: [0, 0, 4, 2, 1, 1, 3, 0] },
        { from: other, rows: Int32Array.of(1, 0, 1, 1), scale: -1 },
        { from: whole, scale: 0.5 },
      ]);
      engine.squaredError(engine.tanh(y), ramp(12));
    };
  });
});

test("gather() gives zeros where there is nothing to sum, whatever stood there before", () => {
  const engine = new Engine();
  const table = engine.parameter(2, 3, () => 7);
  engine.input(1, 3, [5, 5, 5]);
  engine.begin();
  assert.equal([...engine.read(engine.gather(1, [{ from: table, rows: [], begins: [0, 0] }]))], [0, 0, 0]);
});

test("groupMean() and mean() have right gradients, with groups of any size, and of none", () => {
  check((engine, parameter) => {
    const x = parameter(6, 5);
    return () => {
      engine.squaredError(engine.tanh(engine.groupMean(x, 4, [0, 3, 0, 3, 3, 1])), ramp(20));
      engine.squaredError(engine.mean(engine.tanh(x)), ramp(5));
    };
  });
});

test("lstm() has right gradients over several steps, with parameters and values as inputs", () => {
  check((engine, parameter) => {
    const [inputs, units] = [3, 5];
    const cell = {
      input: parameter(inputs, 4 * units),
      recurrent: parameter(units, 4 * units),
      inputBias: parameter(1, 4 * units),
      recurrentBias: parameter(1, 4 * units),
    };
    const [table, back] = [parameter(4, inputs), parameter(units, inputs)];
    return () => {
      let state = engine.lstm(cell, engine.tanh(engine.row(table, 0)));
      state = engine.lstm(cell, engine.row(table, 1), state);
      state = engine.lstm(cell, engine.row(table, 1), state);
      state = engine.lstm(cell, engine.linear([[state.hidden, back]]), state);
      engine.squaredError(state.hidden, ramp(units));
      engine.squaredError(state.cell, ramp(units));
    };
  });
});

test("decisions and losses have right gradients, and add up on a tape", () => {
  check((engine, parameter) => {
    const [logits, others] = [parameter(1, 6), parameter(4, 1)];
    return () => {
      engine.decide(logits, 4, 1.5);
      engine.decide(others, 0);
      engine.choose(logits, 0.5, 0.6);
      engine.crossEntropy(others, 2);
      engine.crossEntropy(logits, 5);
    };
  });
});

test("networks of random sizes have the gradients of finite differences", () => {
  const size = fc.integer({ min: 1, max: 9 });
  const property = fc.property(size, size, size, fc.integer({ min: 1, max: 1e6 }), (n, k, m, seed) =>
    check((engine, parameter) => {
      const [x, w, v, bias] = [parameter(n, k), parameter(k, m), parameter(m, m), parameter(1, m)];
      return () => {
        const h = engine.tanh(engine.linear([[x, w]], bias));
        const g = engine.sigmoid(engine.linear([[engine.gather(2, [{ from: h, rows: [0, n - 1] }]), v]]));
        engine.decide(engine.mean(engine.multiply(g, g)), m - 1, 1.5);
      };
    }, seed),
  );
  fc.assert(property, { seed: 3, numRuns: 40 });
});

test("adam() follows its definition, step by step", () => {
  const engine = new Engine(referenceKernels(Float64Array));
  const x = engine.parameter(1, 5, () => 0.3);
  const options = { learningRate: 0.02, weightDecay: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-6 };
  const expected = [...engine.read(x)];
  const [m, v] = [zeros(5), zeros(5)];
  for (let t = 1; t <= 20; t++) {
    engine.begin();
    engine.squaredError(engine.tanh(x), ramp(5));
    engine.backward();
    const g = engine.gradient(x);
    engine.adam(options);
    for (let i = 0; i < 5; i++) {
      const slope = g[i]! + options.weightDecay * expected[i]!;
      m[i] = options.beta1 * m[i]! + (1 - options.beta1) * slope;
      v[i] = options.beta2 * v[i]! + (1 - options.beta2) * slope ** 2;
      const [mHat, vHat] = [m[i]! / (1 - options.beta1 ** t), v[i]! / (1 - options.beta2 ** t)];
      expected[i]! -= (options.learningRate * mHat) / (Math.sqrt(vHat) + options.epsilon);
    }
    near([...engine.read(x)], expected, 1e-12);
  }
});

test("a parameter without a gradient is left out of the step: weight decay does not move it, its steps do not count", () => {
  const engine = new Engine();
  const [used, unused] = [engine.parameter(2, 3, () => 0.5), engine.parameter(2, 3, () => 0.5)];
  const step = (...parameters: Tensor[]) => {
    engine.begin();
    for (const parameter of parameters) engine.squaredError(parameter, zeros(6));
    engine.backward();
    engine.adam({ learningRate: 0.1, weightDecay: 0.1 });
  };
  for (let t = 0; t < 5; t++) step(used);
  assert.equal([...engine.read(unused)], Array(6).fill(0.5));
  assert.ok([...engine.read(used)].every((number) => number < 0.5));
  step(unused);
  // Its first step is one of a whole learning rate, whatever the gradient.
  near([...engine.read(unused)], Array(6).fill(0.4), 1e-6);
});

test("a row of a table moves the table: in a step, rows without a gradient decay as well, as in PyTorch", () => {
  const engine = new Engine();
  const table = engine.parameter(3, 2, () => 0.5);
  engine.begin();
  engine.squaredError(engine.row(table, 1), [0, 0]);
  engine.backward();
  assert.equal([...engine.gradient(table)], [0, 0, 0.5, 0.5, 0, 0]);
  engine.adam({ learningRate: 0.1, weightDecay: 0.1 });
  near([...engine.read(table)], Array(6).fill(0.4), 1e-5);
});

test("gradients of several tapes add up until the step", () => {
  const engine = new Engine();
  const w = engine.parameter(4, 3, () => 0.5);
  const tape = (numbers: number[]) => {
    engine.begin();
    engine.squaredError(engine.linear([[engine.input(1, 4, numbers), w]]), zeros(3));
    engine.backward();
    return [...engine.gradient(w)];
  };
  const first = tape([1, 2, 3, 4]);
  const both = tape([1, 0, 0, -1]);
  engine.adam({ learningRate: 0 });
  const second = tape([1, 0, 0, -1]);
  near(
    both,
    first.map((number, i) => number + second[i]!),
    1e-6,
  );
});

test("memory grows in the middle of a tape and of its gradients", () => {
  const network: Network = (engine, parameter) => {
    const w = parameter(40, 40);
    return () => {
      let x = engine.input(60, 40, ramp(2400));
      for (let i = 0; i < 100; i++) x = engine.tanh(engine.linear([[x, w]]));
      engine.squaredError(engine.mean(x), ramp(40));
    };
  };
  const small = new Engine();
  const large = new Engine();
  large.parameter(1000, 1000, () => 0);
  large.reset();
  assert.equal(gradients(small, built(small, network)), gradients(large, built(large, network)));
});

test("an engine that was reset is as good as a new one, to the last bit", () => {
  const network: Network = (engine, parameter) => {
    const [x, w] = [parameter(3, 7), parameter(7, 5)];
    return () => engine.decide(engine.tanh(engine.linear([[x, w]])), 3, 1.5);
  };
  const used = new Engine();
  gradients(used, built(used, network, 8));
  used.adam({ learningRate: 0.1 });
  used.reset();
  const fresh = new Engine();
  assert.equal(gradients(used, built(used, network, 9)), gradients(fresh, built(fresh, network, 9)));
});

test("gradients taken from a tape are added later with their weights, as if the tape had gone back with these", () => {
  const network: Network = (engine, parameter) => {
    const [w, table] = [parameter(5, 4), parameter(3, 5)];
    parameter(2, 2); // has no gradient
    return () => void engine.choose(engine.linear([[engine.tanh(engine.row(table, 1)), w]]), 0.6, 1.5);
  };
  const [whole, parts] = [new Engine(), new Engine()];
  const expected = gradients(whole, built(whole, network));
  const forward = built(parts, network);
  parts.begin();
  forward();
  const [logp, entropy] = [parts.gradients(1, 0), parts.gradients(0, 1)];
  assert.ok(
    parts.parameters.every((parameter) => parts.gradient(parameter).every((g) => g === 0)),
    "they were taken away",
  );
  parts.begin();
  forward(); // another tape meanwhile
  parts.addGradients(logp, LOGP);
  parts.addGradients(entropy, ENTROPY);
  near(
    parts.parameters.flatMap((parameter) => [...parts.gradient(parameter)]),
    expected,
    1e-6,
  );
  const before = parts.parameters.map((parameter) => [...parts.read(parameter)]);
  parts.adam({ learningRate: 0.1, weightDecay: 0.1 });
  const moved = parts.parameters.map((parameter, p) => parts.read(parameter).some((value, i) => value !== before[p]![i]));
  assert.equal(moved, [true, true, false], "what has no gradient is not moved");
});

test("a tape that is dropped leaves no trace in the next gradients", () => {
  const network: Network = (engine, parameter) => {
    const [x, w] = [parameter(1, 7), parameter(7, 5)];
    return () => engine.decide(engine.linear([[x, w]]), 3);
  };
  const engine = new Engine();
  const forward = built(engine, network);
  const expected = gradients(engine, forward);
  engine.adam({ learningRate: 0 });
  engine.begin();
  forward();
  assert.equal(gradients(engine, forward), expected);
});

test("choices come as often as their probabilities say, within 4 standard errors (seed 11)", () => {
  const engine = new Engine();
  const logits = engine.parameter(1, 4, () => 0);
  engine.write(logits, [0, 1, -1, 3]);
  const rng = randomStream(11, "choices");
  const [n, squash] = [20_000, 1.5];
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    engine.begin();
    counts[engine.choose(logits, rng.next(), squash)]!++;
  }
  const weights = [0, 1, -1, 3].map((z) => Math.exp(squash * Math.tanh(z)));
  const sum = weights.reduce((a, b) => a + b);
  for (const [i, count] of counts.entries()) {
    const p = weights[i]! / sum;
    assert.ok(Math.abs(count - n * p) < 4 * Math.sqrt(n * p * (1 - p)), `${count} times ${i}, expected ${n * p}`);
  }
});

test("shapes that do not fit are told by operation and shape", () => {
  const engine = new Engine();
  const [x, w] = [engine.parameter(2, 3, () => 0), engine.parameter(4, 5, () => 0)];
  engine.begin();
  assert.throws(() => engine.linear([[x, w]]), /Shapes do not fit in linear: \[2, 3\] times \[4, 5\] as \[2, 5\]\./);
  assert.throws(() => engine.row(x, 2), /row: there is no row 2 in \[2, 3\]/);
  assert.throws(() => engine.multiply(x, w), /multiply/);
  engine.relu(x);
  assert.throws(() => engine.parameter(1, 1, () => 0), /declare it before begin\(\)/);
});

test("sgd() takes PyTorch's steps with Nesterov's momentum and weight decay, and leaves what has no gradient", () => {
  const engine = new Engine(referenceKernels(Float64Array));
  const [w, idle] = [engine.parameter(1, 3, () => 0.5), engine.parameter(1, 3, () => 0.25)];
  const target = [1, 0.5, -2];
  const [rate, momentum, decay] = [0.1, 0.9, 0.01];
  let [expected, buffer] = [
    [0.5, 0.5, 0.5],
    [0, 0, 0],
  ];
  for (let step = 0; step < 4; step++) {
    engine.begin();
    engine.squaredError(w, target);
    engine.backward();
    engine.sgd({ learningRate: rate, momentum, weightDecay: decay });
    const gradient = expected.map((x, i) => (2 * (x - target[i]!)) / 3 + decay * x);
    buffer = buffer.map((b, i) => (step === 0 ? gradient[i]! : momentum * b + gradient[i]!));
    expected = expected.map((x, i) => x - rate * (gradient[i]! + momentum * buffer[i]!));
  }
  near([...engine.read(w)], expected, 1e-12);
  assert.equal([...engine.read(idle)], [0.25, 0.25, 0.25]);
});

test.run();
