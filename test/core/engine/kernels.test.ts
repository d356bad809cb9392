import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Kernels, wasmKernels } from "../../../core/engine/kernels.ts";
import type { EvokeError } from "../../../core/errors/index.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { when } from "../../when.ts";
import { referenceKernels } from "./reference-kernels.ts";

const test = suite("core/engine/kernels");

/** Both implementations with the same random numbers in memory. */
const SLOTS = 60_000;
const wasm = wasmKernels();
const reference = referenceKernels(Float64Array);
for (const kernels of [wasm, reference]) kernels.reserve(wasm.firstSlot() + SLOTS + 1000);

type Operands = (size: number) => number;
/**
 * Runs a call on both, with operands side by side in memory and a wall of four slots between them, and compares
 * all of the memory: what is wrong, and what is written where nothing should be.
 *
 * @param call  asks for its operands in turn, filled from [−1, 1]
 * @param tolerance  of a float's 2⁻²⁴ a sum of some hundred terms below 1 keeps within 1e-5
 */
function compare(
  call: (kernels: Kernels, operand: Operands, list: (numbers: readonly number[]) => number) => unknown,
  seed = 1,
  tolerance = 1e-5,
) {
  const results = [wasm, reference].map((kernels) => {
    const rng = randomStream(seed, "kernels");
    const base = wasm.firstSlot();
    let top = base;
    const { floats, integers } = kernels;
    const lists = new Set<number>(); // the reference keeps integers apart from floats, so these are not compared
    const operand = (size: number) => {
      const at = top;
      for (; top < at + size; top++) floats[top] = Math.fround(rng.next() * 2 - 1);
      for (const wall = top + 4; top < wall; top++) floats[top] = 7;
      if (top > base + SLOTS) throw new Error("the test needs more slots");
      return at;
    };
    const list = (numbers: readonly number[]) => {
      const at = top;
      integers.set(numbers, at);
      for (; top < at + numbers.length; top++) lists.add(top - base);
      return at;
    };
    const answer = call(kernels, operand, list);
    return { answer, floats: floats.slice(base, top), lists };
  });
  const [got, expected] = results as [(typeof results)[0], (typeof results)[0]];
  assert.is(got.answer, expected.answer);
  for (let i = 0; i < expected.floats.length; i++) {
    const e = expected.floats[i]!;
    if (!expected.lists.has(i) && !(Math.abs(got.floats[i]! - e) <= tolerance * Math.max(1, Math.abs(e)))) {
      throw new Error(`slot ${i} of ${expected.floats.length}: ${got.floats[i]} instead of ${e}`);
    }
  }
}

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 31, 32, 33, 64, 65];
const rows = fc.integer({ min: 1, max: 13 });
const size = fc.oneof(fc.constantFrom(...SIZES), fc.integer({ min: 1, max: 70 }));
const seed = fc.integer({ min: 1, max: 1e9 });
/** Holds for 150 random sizes, and fast-check shrinks those for which it does not. */
const holds = <T>(property: fc.IProperty<T>) => fc.assert(property, { numRuns: 150, seed: 5 });

test("linear is start + x w at any size, from zeros, a bias, or what y holds", () => {
  holds(
    fc.property(rows, size, size, fc.constantFrom("zeros", "bias", "y"), seed, (n, k, m, from, seed) =>
      compare((kernels, operand) => {
        const [x, w, bias, y] = [operand(n * k), operand(k * m), operand(m), operand(n * m)];
        kernels.linear(y, x, w, from === "zeros" ? 0 : from === "bias" ? bias : y, from === "y" ? m : 0, n, k, m);
      }, seed),
    ),
  );
});

test("linear passes over inputs that are zero in some rows, in all, or everywhere", () => {
  holds(
    fc.property(rows, size, size, fc.constantFrom(0, 0.3, 0.9, 1), seed, (n, k, m, share, seed) =>
      compare((kernels, operand) => {
        const [x, w, y] = [operand(n * k), operand(k * m), operand(n * m)];
        const rng = randomStream(seed, "zeros");
        for (let i = 0; i < k; i++) if (rng.next() < share) for (let r = 0; r < n; r++) kernels.floats[x + r * k + i] = 0;
        for (let i = 0; i < n * k; i++) if (rng.next() < share / 2) kernels.floats[x + i] = 0;
        kernels.linear(y, x, w, y, m, n, k, m);
      }, seed),
    ),
  );
});

test("a product with more inputs than are listed is the same", () => {
  compare((kernels, operand) => kernels.linear(operand(5 * 8), operand(5 * 2051), operand(2051 * 8), 0, 0, 5, 2051, 8), 1, 1e-4);
});

test("where nothing comes back, nothing is added to the input gradient; where one number does, its share is", () => {
  compare((kernels, operand) => {
    const [dx, dy, w] = [operand(3 * 9), operand(3 * 6), operand(9 * 6)];
    kernels.floats.fill(0, dy, dy + 3 * 6);
    kernels.linearInputGradient(dx, dy, w, 3, 9, 6, 0);
    kernels.floats[dy + 2 * 6 + 5] = 0.5; // the last of the last row
    kernels.linearInputGradient(dx, dy, w, 3, 9, 6, 0);
  });
});

test("the input gradient adds dy wᵀ at any size", () => {
  holds(
    fc.property(rows, size, size, seed, (n, k, m, seed) =>
      compare((kernels, operand) => kernels.linearInputGradient(operand(n * k), operand(n * m), operand(k * m), n, k, m, 0), seed),
    ),
  );
});

test("inputs that are not closed in all rows get the same gradient, to the last bit, whether closed ones are passed over or not", () => {
  holds(
    fc.property(rows, size, size, fc.integer({ min: 0, max: 3 }), seed, (n, k, m, open, seed) => {
      const rng = randomStream(seed, "closed");
      const [x, dx, dy] = [wasm.firstSlot(), wasm.firstSlot() + n * k, wasm.firstSlot() + 3 * n * k];
      const w = dy + n * m;
      const { floats } = wasm;
      for (let i = x; i < w + k * m; i++) floats[i] = rng.next() - 0.5;
      floats.copyWithin(dx + n * k, dx, dx + n * k);
      for (let i = 0; i < k; i++) if (rng.below(4) > open) for (let r = 0; r < n; r++) floats[x + r * k + i] = 0;
      wasm.linearInputGradient(dx, dy, w, n, k, m, x);
      wasm.linearInputGradient(dx + n * k, dy, w, n, k, m, 0);
      for (let i = 0; i < k; i++) {
        if (Array.from({ length: n }, (_, r) => floats[x + r * k + i]).every((number) => number === 0)) continue;
        for (let r = 0; r < n; r++) assert.is(floats[dx + r * k + i], floats[dx + n * k + r * k + i]);
      }
    }),
  );
});

test("the weight gradient is xᵀ dy at any size, added or not", () => {
  holds(
    fc.property(rows, size, size, fc.boolean(), seed, (n, k, m, add, seed) =>
      compare((kernels, operand) => kernels.linearWeightGradient(operand(k * m), operand(n * k), operand(n * m), n, k, m, add), seed),
    ),
  );
});

test("listed rows give the gradients of their single products", () => {
  holds(
    fc.property(rows, size, size, fc.boolean(), fc.integer({ min: 0, max: 8191 }), seed, (n, k, m, add, wanted, seed) =>
      compare((kernels, operand, list) => {
        const [dw, w] = [operand(k * m), operand(k * m)];
        const each = (length: number) => Array.from({ length: n }, () => operand(length));
        const [x, dy, dx] = [each(k), each(m), each(k)];
        const rows = list([...x, ...dy, ...dx.map((at, r) => (wanted & (1 << r) ? at : 0))]);
        const stack = wasm.firstSlot() + SLOTS - n * (2 * k + m);
        kernels.stackRows(rows, n, w, k, m, stack);
        kernels.linearWeightGradient(dw, stack, stack + n * k, n, k, m, add);
      }, seed),
    ),
  );
});

test("rows are gathered, scattered, summed and averaged by number", () => {
  const numbers = (count: number, below: number, seed: number) => {
    const rng = randomStream(seed, "numbers");
    return Array.from({ length: count }, () => rng.below(below));
  };
  holds(
    fc.property(rows, rows, size, fc.integer({ min: 0, max: 3 }), fc.boolean(), seed, (n, from, m, count, add, seed) =>
      compare((kernels, operand, list) => {
        const plain = count === 0; // without an index
        const index = plain ? 0 : list(numbers(n * count, from, seed));
        const [x, y, dx, dy] = [operand((plain ? n : from) * m), operand(n * m), operand((plain ? n : from) * m), operand(n * m)];
        kernels.gather(y, x, index, -0.75, n, plain ? 1 : count, m, add);
        kernels.scatter(dx, dy, index, -0.75, n, plain ? 1 : count, m);
        kernels.addRows(operand(m), dy, n, m);
        const group = list(numbers(n, from, seed + 1));
        const [share, mean, dMean, dRows] = [operand(from), operand(from * m), operand(from * m), operand(n * m)];
        kernels.groupMean(mean, dy, group, share, n, from, m);
        kernels.groupMeanGradient(dRows, dMean, group, share, n, m);
        kernels.zero(operand(m), m);
      }, seed),
    ),
  );
});

test("element by element, kernels and their gradients leave no lane out and touch none too many", () => {
  for (const m of [...SIZES, 127, 128, 129]) {
    for (const name of ["relu", "tanh", "sigmoid"] as const) {
      compare((kernels, operand) => {
        const [x, y, dx, dy] = [operand(m), operand(m), operand(m), operand(m)];
        kernels[name](y, x, m);
        kernels[`${name}Gradient`](dx, dy, y, m);
      });
    }
    for (const add of [true, false]) compare((kernels, operand) => kernels.multiply(operand(m), operand(m), operand(m), m, add));
  }
});

test("tanh and the sigmoid are within 4e-7 of the truth, from −20 to 20", () => {
  const count = 40_001;
  const y = wasm.firstSlot();
  wasm.reserve(y + 2 * count);
  const x = y + count;
  for (let i = 0; i < count; i++) wasm.floats[x + i] = (i - 20_000) / 1000;
  for (const [name, truth] of [
    ["tanh", Math.tanh],
    ["sigmoid", (v: number) => 1 / (1 + Math.exp(-v))],
  ] as const) {
    wasm[name](y, x, count);
    let worst = 0;
    for (let i = 0; i < count; i++) worst = Math.max(worst, Math.abs(wasm.floats[y + i]! - truth(wasm.floats[x + i]!)));
    assert.ok(worst < 4e-7, `${name} is off by ${worst}`);
  }
});

test("an LSTM step and its gradients are right at any size, from a state or from zeros", () => {
  holds(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      fc.boolean(),
      seed,
      (k, m, state, later, seed) =>
        compare((kernels, operand) => {
          const [x, h, c, wx, wh] = [operand(k), operand(m), operand(m), operand(4 * k * m), operand(4 * m * m)];
          const [bx, bh, out, dout] = [operand(4 * m), operand(4 * m), operand(7 * m), operand(7 * m)];
          kernels.lstm(out, x, state ? h : 0, state ? c : 0, wx, wh, bx, bh, k, m);
          const [dx, dh, dc, dbx, dbh] = [operand(k), operand(m), operand(m), operand(4 * m), operand(4 * m)];
          kernels.lstmGradient(out, dout, state ? c : 0, state ? dc : 0, later ? 0 : dx, state ? dh : 0, wx, wh, dbx, dbh, k, m);
        }, seed),
    ),
  );
});

test("a decision has the probabilities of a softmax, squashed or not, and their gradients", () => {
  holds(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(0, 0.6, 1.5),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      seed,
      (m, squash, u, seed) =>
        compare((kernels, operand) => {
          const [z, out, dz] = [operand(m), operand(3 * m + 1), operand(m)];
          const action = kernels.choose(out, z, m, squash, u, -1);
          kernels.chooseGradient(dz, out, m, action, squash, -0.7, 0.3);
          return action;
        }, seed),
    ),
  );
});

test("a decision among logits of ±200 is finite", () => {
  const [z, out] = [wasm.firstSlot(), wasm.firstSlot() + 8];
  wasm.floats.set([200, -200, 0], z);
  assert.is(wasm.choose(out, z, 3, 0, 0.999999, -1), 0);
  assert.ok(wasm.floats.slice(out, out + 10).every(Number.isFinite));
});

test("a decision that is forced is taken", () => {
  const [z, out] = [wasm.firstSlot(), wasm.firstSlot() + 8];
  wasm.floats.set([0, 0, 0], z);
  assert.is(wasm.choose(out, z, 3, 0, 0, 2), 2);
});

test("the choice is the first whose cumulative probability exceeds u, the last at the end", () => {
  const [z, out] = [wasm.firstSlot(), wasm.firstSlot() + 8];
  wasm.floats.set([0, 0, 0, 0], z);
  const choices = [0, 0.24, 0.25, 0.5, 0.74, 0.75, 1 - 2 ** -32].map((u) => wasm.choose(out, z, 4, 0, u, -1));
  assert.equal(choices, [0, 0, 1, 2, 2, 3, 3]);
});

test("Adam moves parameters as its formula says", () => {
  for (const block of [4, 8, 12, 64, 68]) {
    compare((kernels, operand) => {
      const at = operand(4 * block);
      for (let i = at + 3 * block; i < at + 4 * block; i++) kernels.floats[i] = Math.abs(kernels.floats[i]!);
      kernels.adam(at, block, block, 0.01, 0.1, 0.9, 0.999, 1e-3);
    });
  }
});

test("memory grows and keeps what it holds", () => {
  const kernels = wasmKernels();
  kernels.floats.set([1, 2, 3], kernels.firstSlot());
  const before = kernels.floats.length;
  kernels.reserve(before + 100_000);
  assert.ok(kernels.floats.length >= before + 100_000);
  assert.equal([...kernels.floats.slice(kernels.firstSlot(), kernels.firstSlot() + 3)], [1, 2, 3]);
});

test("where WebAssembly has no SIMD the error says so, and what to use", async () => {
  const { Module } = WebAssembly;
  WebAssembly.Module = new Proxy(Module, {
    construct() {
      throw new WebAssembly.CompileError("invalid value type");
    },
  });
  try {
    // A query makes it another module, which has not compiled anything yet.
    const fresh: typeof import("../../../core/engine/kernels.ts") = await import(`${"../../../core/engine/kernels.ts"}?without-simd`);
    assert.throws(
      () => fresh.wasmKernels(),
      (error: Error) => (error as EvokeError).code === "SIMD_MISSING" && /Use Node 20/.test(error.message),
    );
  } finally {
    WebAssembly.Module = Module;
  }
});

const onNode = when(test as never, !("Deno" in globalThis), "the kernels are rebuilt on Node");
onNode("a rebuild of the kernels gives the modules that are checked in, byte for byte", () => {
  const script = new URL("../../../scripts/build-kernels.ts", import.meta.url);
  // In a process without tsx, which takes half a minute for the 13 MB of the compiler's own code.
  const { code } = transformSync(readFileSync(script, "utf8"), {
    loader: "ts",
    format: "esm",
    define: { "import.meta.url": JSON.stringify(script.href) },
  });
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", `${code}\nprocess.stdout.write(JSON.stringify(await buildKernels()));`],
    { cwd: fileURLToPath(new URL(".", script)), encoding: "utf8" },
  );
  assert.is(stderr, "");
  const rebuilt = Object.entries<string>(JSON.parse(stdout));
  assert.is(rebuilt.length, 3);
  for (const [module, text] of rebuilt) assert.is(text, readFileSync(new URL(`../../../${module}`, import.meta.url), "utf8"), module);
});

test.run();
