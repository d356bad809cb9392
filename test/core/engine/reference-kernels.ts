/**
 * The kernels again, on typed arrays, as plainly as can be: the reference for the WebAssembly ones, and, in
 * 64-bit floats, the ground under finite differences.
 *
 * @module
 */
import type { Kernels } from "../../../core/engine/kernels.ts";
import { resumedStream } from "../../../core/random/rng.ts";
import { referenceCommands, type SingleKernels } from "./reference-commands.ts";

const sigma = (x: number) => 1 / (1 + Math.exp(-x));

export function referenceKernels(Float: typeof Float32Array | typeof Float64Array): Kernels {
  let f: Float32Array | Float64Array = new Float(1024);
  let integers = new Int32Array(1024);

  const kernels: SingleKernels = {
    get floats() {
      return f;
    },
    get integers() {
      return integers;
    },
    firstSlot: () => 4,
    reserve(slots) {
      if (slots <= f.length) return;
      const [oldFloats, oldIntegers] = [f, integers];
      f = new Float(slots);
      f.set(oldFloats);
      integers = new Int32Array(slots);
      integers.set(oldIntegers);
    },

    linear(y, x, w, start, step, n, k, m) {
      for (let r = 0; r < n; r++) {
        for (let j = 0; j < m; j++) {
          let sum = start ? f[start + r * step + j]! : 0;
          for (let i = 0; i < k; i++) sum += f[x + r * k + i]! * f[w + i * m + j]!;
          f[y + r * m + j] = sum;
        }
      }
    },
    linearInputGradient(dx, dy, w, n, k, m) {
      for (let r = 0; r < n; r++) {
        for (let i = 0; i < k; i++) for (let j = 0; j < m; j++) f[dx + r * k + i]! += f[dy + r * m + j]! * f[w + i * m + j]!;
      }
    },
    linearWeightGradient(dw, x, dy, n, k, m, add) {
      if (!add) f.fill(0, dw, dw + k * m);
      for (let r = 0; r < n; r++) {
        for (let i = 0; i < k; i++) for (let j = 0; j < m; j++) f[dw + i * m + j]! += f[x + r * k + i]! * f[dy + r * m + j]!;
      }
    },
    stackRows(list, n, w, k, m, stack) {
      for (let r = 0; r < n; r++) {
        const [x, dy, dx] = [integers[list + r]!, integers[list + n + r]!, integers[list + 2 * n + r]!];
        f.copyWithin(stack + r * k, x, x + k);
        f.copyWithin(stack + n * k + r * m, dy, dy + m);
        if (dx) kernels.linearInputGradient(dx, dy, w, 1, k, m, 0);
      }
    },

    zero: (y, m) => void f.fill(0, y, y + m),
    areZero: (y, m) => f.subarray(y, y + m).every((number) => number === 0),
    uniform(y, m, state, factor, offset) {
      const rng = resumedStream([...integers.subarray(state, state + 4)]);
      for (let i = 0; i < m; i++) f[y + i] = rng.next() * factor + offset;
      integers.set(rng.state(), state);
    },
    addRows(y, x, n, m) {
      for (let r = 0; r < n; r++) for (let j = 0; j < m; j++) f[y + j]! += f[x + r * m + j]!;
    },
    gather(y, x, index, scale, n, count, m, add) {
      for (let r = 0; r < n; r++) {
        for (let j = 0; j < m; j++) {
          let sum = add ? f[y + r * m + j]! : 0;
          for (let c = 0; c < count; c++) sum += scale * f[x + (index ? integers[index + r * count + c]! : r) * m + j]!;
          f[y + r * m + j] = sum;
        }
      }
    },
    scatter(dx, dy, index, scale, n, count, m) {
      for (let r = 0; r < n; r++) {
        for (let c = 0; c < count; c++) {
          const row = index ? integers[index + r * count + c]! : r;
          for (let j = 0; j < m; j++) f[dx + row * m + j]! += scale * f[dy + r * m + j]!;
        }
      }
    },
    groupMean(y, x, group, share, n, groups, m) {
      f.fill(0, y, y + groups * m);
      for (let r = 0; r < n; r++) {
        const g = integers[group + r]!;
        for (let j = 0; j < m; j++) f[y + g * m + j]! += f[share + g]! * f[x + r * m + j]!;
      }
    },
    groupMeanGradient(dx, dy, group, share, n, m) {
      for (let r = 0; r < n; r++) {
        const g = integers[group + r]!;
        for (let j = 0; j < m; j++) f[dx + r * m + j]! += f[share + g]! * f[dy + g * m + j]!;
      }
    },

    relu(y, x, m) {
      for (let i = 0; i < m; i++) f[y + i] = Math.max(0, f[x + i]!);
    },
    reluGradient(dx, dy, y, m) {
      for (let i = 0; i < m; i++) if (f[y + i]! > 0) f[dx + i]! += f[dy + i]!;
    },
    tanh(y, x, m) {
      for (let i = 0; i < m; i++) f[y + i] = Math.tanh(f[x + i]!);
    },
    tanhGradient(dx, dy, y, m) {
      for (let i = 0; i < m; i++) f[dx + i]! += f[dy + i]! * (1 - f[y + i]! ** 2);
    },
    sigmoid(y, x, m) {
      for (let i = 0; i < m; i++) f[y + i] = sigma(f[x + i]!);
    },
    sigmoidGradient(dx, dy, y, m) {
      for (let i = 0; i < m; i++) f[dx + i]! += f[dy + i]! * f[y + i]! * (1 - f[y + i]!);
    },
    multiply(y, a, b, m, add) {
      for (let i = 0; i < m; i++) f[y + i] = (add ? f[y + i]! : 0) + f[a + i]! * f[b + i]!;
    },

    lstm(out, x, h, c, wx, wh, bx, bh, k, m) {
      const gates = out + 2 * m;
      for (let j = 0; j < 4 * m; j++) {
        let sum = f[bx + j]! + f[bh + j]!;
        for (let i = 0; i < k; i++) sum += f[x + i]! * f[wx + i * 4 * m + j]!;
        if (h) for (let i = 0; i < m; i++) sum += f[h + i]! * f[wh + i * 4 * m + j]!;
        f[gates + j] = sum;
      }
      for (let i = 0; i < m; i++) {
        const input = sigma(f[gates + i]!);
        const forget = sigma(f[gates + m + i]!);
        const candidate = Math.tanh(f[gates + 2 * m + i]!);
        const output = sigma(f[gates + 3 * m + i]!);
        const cell = input * candidate + (c ? forget * f[c + i]! : 0);
        f[out + i] = output * Math.tanh(cell);
        f[out + m + i] = cell;
        for (const [row, value] of [input, forget, candidate, output, Math.tanh(cell)].entries()) f[gates + row * m + i] = value;
      }
    },
    lstmGradient(out, dout, c, dc0, dx, dh0, wx, wh, dbx, dbh, k, m) {
      const gates = dout + 2 * m;
      for (let i = 0; i < m; i++) {
        const [input, forget, candidate, output, tanhCell] = [2, 3, 4, 5, 6].map((row) => f[out + row * m + i]!) as [
          number,
          number,
          number,
          number,
          number,
        ];
        const dh = f[dout + i]!;
        const dc = f[dout + m + i]! + dh * output * (1 - tanhCell ** 2);
        f[gates + i] = dc * candidate * input * (1 - input);
        f[gates + m + i] = (c ? dc * f[c + i]! : 0) * forget * (1 - forget);
        f[gates + 2 * m + i] = dc * input * (1 - candidate ** 2);
        f[gates + 3 * m + i] = dh * tanhCell * output * (1 - output);
        if (c) f[dc0 + i]! += dc * forget;
      }
      kernels.addRows(dbx, gates, 1, 4 * m);
      kernels.addRows(dbh, gates, 1, 4 * m);
      if (dx) kernels.linearInputGradient(dx, gates, wx, 1, k, 4 * m, 0);
      if (dh0) kernels.linearInputGradient(dh0, gates, wh, 1, m, 4 * m, 0);
    },

    choose(out, z, m, squash, u, forced) {
      const t = Array.from({ length: m }, (_, i) => (squash > 0 ? Math.tanh(f[z + i]!) : f[z + i]!));
      const s = t.map((value) => (squash > 0 ? squash * value : value));
      const largest = Math.max(...s);
      const logSum = largest + Math.log(s.reduce((sum, value) => sum + Math.exp(value - largest), 0));
      let entropy = 0;
      let below = 0;
      let action = -1;
      for (let i = 0; i < m; i++) {
        const logp = s[i]! - logSum;
        const p = Math.exp(logp);
        f[out + i] = t[i]!;
        f[out + m + i] = p;
        f[out + 2 * m + i] = logp;
        entropy -= p * logp;
        below += p;
        if (action < 0 && u < below) action = i;
      }
      f[out + 3 * m] = entropy;
      return forced >= 0 ? forced : action >= 0 ? action : m - 1;
    },
    chooseGradient(dz, out, m, action, squash, dLogp, dEntropy) {
      for (let i = 0; i < m; i++) {
        const [t, p, logp] = [f[out + i]!, f[out + m + i]!, f[out + 2 * m + i]!];
        const ds = dLogp * ((i === action ? 1 : 0) - p) - dEntropy * p * (logp + f[out + 3 * m]!);
        f[dz + i]! += squash > 0 ? ds * squash * (1 - t * t) : ds;
      }
    },

    adam(at, block, size, rate, weightDecay, beta1, beta2, epsilon) {
      for (let i = at; i < at + size; i++) {
        const g = f[i + block]! + weightDecay * f[i]!;
        const m = beta1 * f[i + 2 * block]! + (1 - beta1) * g;
        const v = beta2 * f[i + 3 * block]! + (1 - beta2) * g * g;
        f[i + 2 * block] = m;
        f[i + 3 * block] = v;
        f[i]! -= (rate * m) / (Math.sqrt(v) + epsilon);
      }
    },
    adamOfProduct(at, block, x, dy, n, k, m, add, ...options) {
      kernels.linearWeightGradient(at + block, x, dy, n, k, m, add);
      kernels.adam(at, block, k * m, ...options);
    },
  };
  return Object.defineProperties(referenceCommands(kernels), Object.getOwnPropertyDescriptors(kernels)) as Kernels;
}
