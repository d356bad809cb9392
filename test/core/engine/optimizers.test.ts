import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { wasmKernels } from "../../../core/engine/kernels.ts";
import { blockOf } from "../../../core/engine/tensor.ts";
import { randomStream } from "../../../core/random/rng.ts";

const test = suite("core/engine/optimizers");

const wasm = wasmKernels();
wasm.reserve(wasm.firstSlot() + 60_000);

/** Values and moments of a weight [k, m], moved by what a product of n rows gives in each step: in two calls, and in one. */
function movedBoth({ n, k, m, add = false, weightDecay = 0 }: { n: number; k: number; m: number; add?: boolean; weightDecay?: number }) {
  const size = k * m;
  const [apart, together, x, dy] = [0, 4 * size, 8 * size, 8 * size + n * k].map((at) => wasm.firstSlot() + at) as [
    number,
    number,
    number,
    number,
  ];
  const { floats } = wasm;
  const rng = randomStream(7, "moved");
  floats.fill(0, apart, dy + n * m);
  for (let i = 0; i < size; i++) floats[apart + i] = floats[together + i] = rng.next() - 0.5;
  return {
    /** One step with rows as `x` and `dy` give them. */
    step(t: number, xs: (r: number, i: number) => number, dys: (r: number, j: number) => number) {
      for (let r = 0; r < n; r++) {
        for (let i = 0; i < k; i++) floats[x + r * k + i] = xs(r, i);
        for (let j = 0; j < m; j++) floats[dy + r * m + j] = dys(r, j);
      }
      for (const at of [apart, together]) for (let i = 0; i < size; i++) floats[at + size + i] = add ? (i % 7) - 3 : Number.NaN;
      const [power1, power2] = [0.9 ** t, 0.999 ** t];
      const options = [(0.01 * Math.sqrt(1 - power2)) / (1 - power1), weightDecay, 0.9, 0.999, 1e-8 * Math.sqrt(1 - power2)] as const;
      wasm.linearWeightGradient(apart + size, x, dy, n, k, m, add);
      wasm.adam(apart, size, size, ...options);
      wasm.adamOfProduct(together, size, x, dy, n, k, m, add, ...options);
    },
    values: () => [apart, together].map((at) => floats.slice(at, at + size)) as [Float32Array, Float32Array],
    moments: () => [apart, together].map((at) => floats.slice(at + 2 * size, at + 4 * size)) as [Float32Array, Float32Array],
  };
}

test("Adam takes the gradient of a product on its way, to the last bit, at any size that it may have", () => {
  const rows = fc.integer({ min: 1, max: 13 });
  const seed = fc.integer({ min: 1, max: 1e9 });
  const even = fc.integer({ min: 1, max: 20 }).map((half) => 2 * half);
  fc.assert(
    fc.property(
      rows,
      even,
      fc.constantFrom(8, 16, 24, 64),
      fc.boolean(),
      fc.constantFrom(0, 0.1),
      seed,
      (n, k, m, add, weightDecay, seed) => {
        const { step, values, moments } = movedBoth({ n, k, m, add, weightDecay });
        const rng = randomStream(seed, "rows");
        for (let t = 1; t <= 4; t++) {
          const open = Array.from({ length: k }, () => rng.next() < 0.6);
          const back = t === 3 ? 0 : 1;
          step(
            t,
            (_, i) => (open[i] ? rng.next() - 0.5 : 0),
            () => back * (rng.next() - 0.5),
          );
          assert.equal(...values());
          assert.equal(...moments());
        }
      },
    ),
    { numRuns: 150, seed: 5 },
  );
});

test("an odd number of inputs is allowed where the rows are no multiple of four", () => {
  for (const n of [1, 2, 3, 6, 9]) {
    const { step, values } = movedBoth({ n, k: 7, m: 16 });
    for (let t = 1; t <= 3; t++)
      step(
        t,
        (r, i) => Math.sin(t + 3 * r + i),
        (r, j) => Math.cos(t + r + 5 * j),
      );
    assert.equal(...values());
  }
});

test("weights without a gradient coast to where Adam would take them, to the last bit, until they rest and after", () => {
  const { step, values, moments } = movedBoth({ n: 4, k: 8, m: 8 });
  const before: Float32Array[] = [];
  for (let t = 1; t <= 1500; t++) {
    const open = t <= 20 || t === 1300; // once more when all moments are as good as gone
    // Gradients of all sizes, and weights that never have one.
    step(
      t,
      (r, i) => (open && i > 0 ? Math.sin(t + r + i) * 10 ** -i : 0),
      (r, j) => Math.cos(t + r * j),
    );
    assert.equal(...values());
    if (t === 1000 || t === 1299) before.push(values()[1]);
  }
  assert.equal(before[0], before[1], "they rest");
  const smallest = moments()[1]
    .filter((moment) => moment !== 0)
    .reduce((least, moment) => Math.min(least, Math.abs(moment)), 1);
  assert.ok(smallest >= 2 ** -126, `no moment is too small for a processor to be quick with it: ${smallest}`);
});

test("what an optimizer walks through side by side does not lie at one place of a page", () => {
  for (const size of [1024, 4096, 5000, 16384]) {
    const places = [0, 1, 2, 3].map((part) => (part * blockOf(size)) % 1024);
    for (const [i, a] of places.entries())
      for (const b of places.slice(i + 1)) assert.ok(Math.min(Math.abs(a - b), 1024 - Math.abs(a - b)) >= 64);
    assert.ok(blockOf(size) >= size && blockOf(size) % 4 === 0 && blockOf(size) < size + 1024);
  }
});

test.run();
