/**
 * A small differentiable engine for the networks of controllers: sequences of products on a few rows,
 * where a general library spends its time on everything but the numbers.
 *
 * A controller declares its parameters once; then, for each query, `begin()` opens a tape, the
 * operations compute and remember, `backward()` turns the tape into gradients, `adam()` takes a step:
 *
 * ```ts
 * const weight = engine.parameter(4, 3, () => rng.next() * 0.2 - 0.1);
 * const bias = engine.parameter(1, 3, () => 0);
 * engine.begin();
 * const hidden = engine.tanh(engine.linear([[engine.input(1, 4, [1, 0, 0, 1]), weight]], bias));
 * const action = engine.choose(hidden, rng.next());
 * engine.backward(-reward, -0.001); // of the loss −reward · logp − 0.001 · entropy
 * engine.adam({ learningRate: 0.01 });
 * ```
 *
 * A tensor is a matrix somewhere in the engine's memory; a vector is a matrix of one row. `row` and
 * `reshape` are views that cost nothing. All numbers are 32-bit floats. Results are the same to the
 * last bit on every runtime (core/engine/kernels.ts).
 *
 * The loops of operations go by number: until V8 has compiled them, which takes half of a short search, iterators and
 * lists that are taken apart cost several times as much.
 *
 * What is where in memory, and how parameters are declared, read and written: memory.ts. How the way back through
 * the operations goes: tape.ts. This file has the operations.
 *
 * @module
 */
import { type AdamOptions, adam, type SgdOptions, sgd } from "./optimizers.ts";
import { Tape } from "./tape.ts";
import { isDeclared, type LstmCell, type LstmState, misfit, shape, type Tensor } from "./tensor.ts";

/** A term of `gather`. */
export interface Gathered {
  readonly from: Tensor;
  /** Row numbers of `from`, `count` for each row of the result in turn; the rows themselves if left out. */
  readonly rows?: ArrayLike<number>;
  /** Where those of each row of the result begin, and the last ones end, if not all have as many.  [n + 1] */
  readonly begins?: ArrayLike<number>;
  /** A factor, 1 if left out. */
  readonly scale?: number;
}

/** Products of fewer rows than this leave their weight gradient to the end of `backward()`. */
const FEW_ROWS = 4;

/** Parameters, a tape of operations, the way back through them, and a step: for the networks of controllers. */
export class Engine extends Tape {
  /** A constant [rows, cols]. */
  input(rows: number, cols: number, numbers: ArrayLike<number>): Tensor {
    if (numbers.length !== rows * cols) throw misfit(`input: ${numbers.length} numbers for [${rows}, ${cols}]`);
    const x = this.value(rows, cols);
    this.kernels.floats.set(numbers, x.at);
    return x;
  }

  /** Row i of x, as a view [1, cols]. */
  row(x: Tensor, i: number): Tensor {
    if (!(i >= 0 && i < x.rows)) throw misfit(`row: there is no row ${i} in ${shape(x)}`);
    return { rows: 1, cols: x.cols, at: x.at + i * x.cols, parameter: x.parameter };
  }

  /** The same numbers as [rows, cols], as a view. */
  reshape(x: Tensor, rows: number, cols: number): Tensor {
    if (rows * cols !== x.rows * x.cols) throw misfit(`reshape: ${shape(x)} to [${rows}, ${cols}]`);
    return { rows, cols, at: x.at, parameter: x.parameter };
  }

  /**
   *   y = Σ x w + bias
   * over the pairs, so a product with a concatenation is written as its parts: [a ; b] W = a W_a + b W_b.
   * @param products  pairs of x [n, k] and w [k, m], each with a k of its own
   * @param bias  [1, m], added to each row
   * @returns y [n, m]
   */
  linear(products: readonly (readonly [x: Tensor, w: Tensor])[], bias?: Tensor): Tensor {
    const kernels = this.kernels;
    const n = products[0]![0].rows;
    const m = products[0]![1].cols;
    const y = this.value(n, m);
    let start = bias ? bias.at : 0;
    let step = 0;
    for (let p = 0; p < products.length; p++) {
      const x = products[p]![0];
      const w = products[p]![1];
      if (!(x.rows === n && w.cols === m && x.cols === w.rows)) throw misfit(`linear: ${shape(x)} times ${shape(w)} as ${shape(y)}`);
      kernels.linear(y.at, x.at, w.at, start, step, n, w.rows, m);
      start = y.at;
      step = m;
    }
    this.tape.push(() => {
      const dy = this.gradientOf(y);
      if (bias) kernels.addRows(this.open(bias), dy, n, m);
      for (let p = 0; p < products.length; p++) {
        const x = products[p]![0];
        const w = products[p]![1];
        kernels.linearInputGradient(this.open(x), dy, w.at, n, w.rows, m);
        if (n < FEW_ROWS && isDeclared(w)) for (let r = 0; r < n; r++) w.parameter!.listed.push(x.at + r * x.cols, dy + r * m, 0);
        else this.addProduct(w, { n, x: x.at, dy });
      }
    });
    return y;
  }

  /** max(x, 0), element by element. */
  relu(x: Tensor): Tensor {
    const kernels = this.kernels;
    const size = x.rows * x.cols;
    const y = this.value(x.rows, x.cols);
    kernels.relu(y.at, x.at, size);
    this.tape.push(() => kernels.reluGradient(this.open(x), this.gradientOf(y), y.at, size));
    return y;
  }

  /** tanh x, element by element. */
  tanh(x: Tensor): Tensor {
    const kernels = this.kernels;
    const size = x.rows * x.cols;
    const y = this.value(x.rows, x.cols);
    kernels.tanh(y.at, x.at, size);
    this.tape.push(() => kernels.tanhGradient(this.open(x), this.gradientOf(y), y.at, size));
    return y;
  }

  /** 1 / (1 + e⁻ˣ), element by element. */
  sigmoid(x: Tensor): Tensor {
    const kernels = this.kernels;
    const size = x.rows * x.cols;
    const y = this.value(x.rows, x.cols);
    kernels.sigmoid(y.at, x.at, size);
    this.tape.push(() => kernels.sigmoidGradient(this.open(x), this.gradientOf(y), y.at, size));
    return y;
  }

  /** a + b, of one shape. */
  add(a: Tensor, b: Tensor): Tensor {
    return this.gather(a.rows, [{ from: a }, { from: b }]);
  }

  /** a · b, element by element, of one shape. */
  multiply(a: Tensor, b: Tensor): Tensor {
    if (!(a.rows === b.rows && a.cols === b.cols)) throw misfit(`multiply: ${shape(a)} by ${shape(b)}`);
    const kernels = this.kernels;
    const size = a.rows * a.cols;
    const y = this.value(a.rows, a.cols);
    kernels.multiply(y.at, a.at, b.at, size, false);
    this.tape.push(() => {
      kernels.multiply(this.open(a), this.gradientOf(y), b.at, size, true);
      kernels.multiply(this.open(b), this.gradientOf(y), a.at, size, true);
    });
    return y;
  }

  /**
   *   y_r = Σ over the terms of scale · Σ_c from[rows[r · count + c]], or from[rows[begins[r] + c]]
   * Sums rows by number: embeddings, one-hot inputs (x W with one-hot x is a sum of rows of W), the ends of
   * edges, sums and differences of tensors.
   * @param n  rows of the result
   * @param terms  `from` [any, m]; `rows` n · count row numbers
   * @returns y [n, m]
   */
  gather(n: number, terms: readonly Gathered[]): Tensor {
    const kernels = this.kernels;
    const m = terms[0]!.from.cols;
    const y = this.value(n, m);
    const lists: number[] = [];
    for (let t = 0; t < terms.length; t++) {
      const { from, rows, begins, scale = 1 } = terms[t]!;
      if (!(from.cols === m && (begins ? begins.length === n + 1 : rows ? rows.length % n === 0 : from.rows === n)))
        throw misfit(`gather: term ${t}, ${shape(from)}, for ${shape(y)}`);
      const index = rows ? this.integers(rows) : 0;
      lists.push(index);
      if (!begins) kernels.gather(y.at, from.at, index, scale, n, rows ? rows.length / n : 1, m, t > 0);
      else
        for (let r = 0; r < n; r++) {
          const begin = begins[r]!;
          const count = begins[r + 1]! - begin;
          if (count > 0) kernels.gather(y.at + r * m, from.at, index + begin, scale, 1, count, m, t > 0);
          else if (t === 0) kernels.zero(y.at + r * m, m);
        }
    }
    this.tape.push(() => {
      const dy = this.gradientOf(y);
      for (let t = 0; t < terms.length; t++) {
        const { from, rows, begins, scale = 1 } = terms[t]!;
        const to = this.open(from);
        const index = lists[t]!;
        if (!begins) kernels.scatter(to, dy, index, scale, n, rows ? rows.length / n : 1, m);
        else for (let r = 0; r < n; r++) kernels.scatter(to, dy + r * m, index + begins[r]!, scale, 1, begins[r + 1]! - begins[r]!, m);
      }
    });
    return y;
  }

  /**
   * The mean of the rows of x in each group.
   * @param x  [n, m]
   * @param groups  how many groups there are; one without rows gives zeros
   * @param group  the group of each row  [n]
   * @returns y [groups, m]
   */
  groupMean(x: Tensor, groups: number, group: ArrayLike<number>): Tensor {
    if (group.length !== x.rows) throw misfit(`groupMean: ${group.length} group numbers for ${shape(x)}`);
    const kernels = this.kernels;
    const y = this.value(groups, x.cols);
    const numbers = this.integers(group);
    const share = this.allocate(groups);
    const { floats } = kernels;
    floats.fill(0, share, share + groups);
    for (let r = 0; r < x.rows; r++) floats[share + group[r]!]!++;
    for (let g = 0; g < groups; g++) if (floats[share + g]! > 0) floats[share + g] = 1 / floats[share + g]!;
    kernels.groupMean(y.at, x.at, numbers, share, x.rows, groups, x.cols);
    this.tape.push(() => kernels.groupMeanGradient(this.open(x), this.gradientOf(y), numbers, share, x.rows, x.cols));
    return y;
  }

  /** The mean of all rows of x, [1, cols]. */
  mean(x: Tensor): Tensor {
    return this.groupMean(x, 1, new Int32Array(x.rows));
  }

  /**
   * One step of an LSTM: [i f g o] = [σ σ tanh σ](x W + b + h U + b'),  c' = f c + i g,  h' = o tanh c'.
   * @param x  [1, I]
   * @param state  (h, c), each [1, H]; zeros if left out
   */
  lstm(cell: LstmCell, x: Tensor, state?: LstmState): LstmState {
    const kernels = this.kernels;
    const { input, recurrent, inputBias, recurrentBias } = cell;
    const units = recurrent.rows;
    if (!(x.rows === 1 && x.cols === input.rows)) throw misfit(`lstm: ${shape(x)} for a cell of ${input.rows} inputs`);
    if (!(isDeclared(input) && isDeclared(recurrent))) throw misfit("lstm: its weights have to be parameters as they were declared");
    const h = state ? state.hidden.at : 0;
    const c = state ? state.cell.at : 0;
    const out = this.value(7, units);
    kernels.lstm(out.at, x.at, h, c, input.at, recurrent.at, inputBias.at, recurrentBias.at, input.rows, units);
    this.tape.push(() => {
      // A parameter's gradient has no reader on the tape, so it can wait for the products of all steps.
      const later = x.parameter !== undefined;
      const dx = this.open(x);
      const dout = this.gradientOf(out);
      const gates = dout + 2 * units;
      const dh = state ? this.open(state.hidden) : 0;
      const dc = state ? this.open(state.cell) : 0;
      const dInputBias = this.open(inputBias);
      const dRecurrentBias = this.open(recurrentBias);
      kernels.lstmGradient(out.at, dout, c, dc, later ? 0 : dx, dh, input.at, recurrent.at, dInputBias, dRecurrentBias, input.rows, units);
      input.parameter!.listed.push(x.at, gates, later ? dx : 0);
      if (state) recurrent.parameter!.listed.push(h, gates, 0);
    });
    return { hidden: this.row(out, 0), cell: this.row(out, 1) };
  }

  /**
   * Samples from softmax(squash · tanh(logits)); without a squash, from softmax(logits).
   * Adds the log-probability of the choice to `logp`, the entropy of the distribution to `entropy`.
   * @param logits  m numbers in any shape
   * @param u  uniform in [0, 1)
   * @param squash  keeps each logit within ±squash; 0 for none
   * @returns the choice, from 0 to m − 1
   */
  choose(logits: Tensor, u: number, squash = 0): number {
    return this.#choose(logits, squash, u, -1);
  }

  /** As `choose`, with a choice made elsewhere. */
  decide(logits: Tensor, choice: number, squash = 0): number {
    return this.#choose(logits, squash, 0, choice);
  }

  #choose(logits: Tensor, squash: number, u: number, forced: number): number {
    const kernels = this.kernels;
    const m = logits.rows * logits.cols;
    if (forced >= m) throw misfit(`decide: there is no choice ${forced} among ${m}`);
    const out = this.allocate(3 * m + 1);
    const choice = kernels.choose(out, logits.at, m, squash, u, forced);
    const { floats } = kernels;
    this.logp += floats[out + 2 * m + choice]!;
    this.entropy += floats[out + 3 * m]!;
    this.tape.push(() => kernels.chooseGradient(this.open(logits), out, m, choice, squash, this.logpGradient, this.entropyGradient));
    return choice;
  }

  /** Adds −log softmax(logits)[target] to `loss`, and returns it. */
  crossEntropy(logits: Tensor, target: number): number {
    const kernels = this.kernels;
    const m = logits.rows * logits.cols;
    if (!(target >= 0 && target < m)) throw misfit(`crossEntropy: there is no target ${target} among ${m}`);
    const out = this.allocate(3 * m + 1);
    kernels.choose(out, logits.at, m, 0, 0, target);
    const loss = -kernels.floats[out + 2 * m + target]!;
    this.loss += loss;
    this.tape.push(() => kernels.chooseGradient(this.open(logits), out, m, target, 0, -1, 0));
    return loss;
  }

  /** Adds the mean of (prediction − target)² to `loss`, and returns it. */
  squaredError(prediction: Tensor, target: ArrayLike<number>): number {
    const m = prediction.rows * prediction.cols;
    if (target.length !== m) throw misfit(`squaredError: ${target.length} targets for ${shape(prediction)}`);
    let { floats } = this.kernels;
    const difference = Array.from({ length: m }, (_, i) => floats[prediction.at + i]! - target[i]!);
    const loss = difference.reduce((sum, d) => sum + d * d, 0) / m;
    this.loss += loss;
    this.tape.push(() => {
      const at = this.open(prediction);
      ({ floats } = this.kernels);
      for (let i = 0; i < m; i++) floats[at + i]! += (2 * difference[i]!) / m;
    });
    return loss;
  }

  /** One step of Adam on each parameter that got a gradient since the last step. */
  adam(options: AdamOptions): void {
    adam(this.kernels, this.parameters, options);
  }

  /** One step of SGD on each parameter that got a gradient since the last step. */
  sgd(options: SgdOptions): void {
    sgd(this.kernels, this.parameters, options);
  }
}
