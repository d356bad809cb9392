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
 * What is where in memory, and how parameters are declared, read and written: memory.ts. How operations are
 * done and gone back through: tape.ts. This file has the operations, which are only written down: commands.ts.
 *
 * @module
 */
import * as command from "./commands.ts";
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
    return { rows: 1, cols: x.cols, at: x.at + i * x.cols, parameter: x.parameter, rectified: x.rectified };
  }

  /** The same numbers as [rows, cols], as a view. */
  reshape(x: Tensor, rows: number, cols: number): Tensor {
    if (rows * cols !== x.rows * x.cols) throw misfit(`reshape: ${shape(x)} to [${rows}, ${cols}]`);
    return { rows, cols, at: x.at, parameter: x.parameter, rectified: x.rectified };
  }

  /**
   *   y = Σ x w + bias
   * over the pairs, so a product with a concatenation is written as its parts: [a ; b] W = a W_a + b W_b.
   * @param products  pairs of x [n, k] and w [k, m], each with a k of its own
   * @param bias  [1, m], added to each row
   * @returns y [n, m]
   */
  linear(products: readonly (readonly [x: Tensor, w: Tensor])[], bias?: Tensor): Tensor {
    const n = products[0]![0].rows;
    const m = products[0]![1].cols;
    const count = products.length;
    for (let p = 0; p < count; p++) {
      const x = products[p]![0];
      const w = products[p]![1];
      if (!(x.rows === n && w.cols === m && x.cols === w.rows))
        throw misfit(`linear: ${shape(x)} times ${shape(w)} as ${shape({ rows: n, cols: m })}`);
    }
    const y = this.value(n, m);
    const c = this.command(command.LINEAR, 6 + command.PRODUCT * count);
    const { integers } = this.kernels;
    integers[c] = n;
    integers[c + 1] = m;
    integers[c + 2] = y.at;
    this.operand(c + 3, bias);
    integers[c + 5] = count;
    for (let p = 0; p < count; p++) {
      const at = c + 6 + command.PRODUCT * p;
      const x = products[p]![0];
      const w = products[p]![1];
      const how = !isDeclared(w) ? command.AT_ONCE : n < FEW_ROWS ? command.LISTED : command.DUE;
      this.operand(at, x);
      this.operand(at + 2, w);
      integers[at + 4] = w.rows;
      integers[at + 5] = how;
      integers[at + 6] = x.rectified ? 1 : 0;
      if (how === command.LISTED) this.entry(at + 7, n, x.at, w.rows, m);
    }
    return y;
  }

  /** max(x, 0), element by element. */
  relu(x: Tensor): Tensor {
    return this.#map(command.RELU, x);
  }

  /** tanh x, element by element. */
  tanh(x: Tensor): Tensor {
    return this.#map(command.TANH, x);
  }

  /** 1 / (1 + e⁻ˣ), element by element. */
  sigmoid(x: Tensor): Tensor {
    return this.#map(command.SIGMOID, x);
  }

  #map(operation: number, x: Tensor): Tensor {
    const y = this.value(x.rows, x.cols, operation === command.RELU);
    const c = this.command(operation, 4);
    const { integers } = this.kernels;
    integers[c] = y.at;
    this.operand(c + 1, x);
    integers[c + 3] = x.rows * x.cols;
    return y;
  }

  /** a + b, of one shape. */
  add(a: Tensor, b: Tensor): Tensor {
    return this.gather(a.rows, [{ from: a }, { from: b }]);
  }

  /** a · b, element by element, of one shape. */
  multiply(a: Tensor, b: Tensor): Tensor {
    if (!(a.rows === b.rows && a.cols === b.cols)) throw misfit(`multiply: ${shape(a)} by ${shape(b)}`);
    const y = this.value(a.rows, a.cols);
    const c = this.command(command.MULTIPLY, 6);
    const { integers } = this.kernels;
    integers[c] = y.at;
    this.operand(c + 1, a);
    this.operand(c + 3, b);
    integers[c + 5] = a.rows * a.cols;
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
    const m = terms[0]!.from.cols;
    for (let t = 0; t < terms.length; t++) {
      const { from, rows, begins } = terms[t]!;
      if (!(from.cols === m && (begins ? begins.length === n + 1 : rows ? rows.length % n === 0 : from.rows === n)))
        throw misfit(`gather: term ${t}, ${shape(from)}, for ${shape({ rows: n, cols: m })}`);
    }
    const y = this.value(n, m);
    const c = this.command(command.GATHER, 4 + command.TERM * terms.length);
    const written = this.kernels.integers;
    written[c] = n;
    written[c + 1] = m;
    written[c + 2] = y.at;
    written[c + 3] = terms.length;
    for (let t = 0; t < terms.length; t++) {
      const at = c + 4 + command.TERM * t;
      const { from, rows, begins, scale = 1 } = terms[t]!;
      const index = rows ? this.integers(rows) : 0;
      const beginnings = begins ? this.integers(begins) : 0;
      const { integers, floats } = this.kernels;
      this.operand(at, from);
      integers[at + 2] = index;
      integers[at + 3] = rows && !begins ? rows.length / n : 1;
      integers[at + 4] = beginnings;
      floats[at + 5] = scale;
    }
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
    const y = this.value(groups, x.cols, x.rectified); // a mean of what is never negative is 0 where all is
    const numbers = this.integers(group);
    const share = this.allocate(groups);
    const c = this.command(command.GROUP_MEAN, 8);
    const { floats, integers } = this.kernels;
    floats.fill(0, share, share + groups);
    for (let r = 0; r < x.rows; r++) floats[share + group[r]!]!++;
    for (let g = 0; g < groups; g++) if (floats[share + g]! > 0) floats[share + g] = 1 / floats[share + g]!;
    integers[c] = x.rows;
    integers[c + 1] = groups;
    integers[c + 2] = x.cols;
    integers[c + 3] = y.at;
    this.operand(c + 4, x);
    integers[c + 6] = numbers;
    integers[c + 7] = share;
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
    const { input, recurrent, inputBias, recurrentBias } = cell;
    const units = recurrent.rows;
    if (!(x.rows === 1 && x.cols === input.rows)) throw misfit(`lstm: ${shape(x)} for a cell of ${input.rows} inputs`);
    if (!(isDeclared(input) && isDeclared(recurrent))) throw misfit("lstm: its weights have to be parameters as they were declared");
    const out = this.value(7, units);
    const c = this.command(command.LSTM, 17 + 2 * command.ENTRY);
    const { integers } = this.kernels;
    integers[c] = input.rows;
    integers[c + 1] = units;
    integers[c + 2] = out.at;
    this.operand(c + 3, x);
    this.operand(c + 5, state?.hidden);
    this.operand(c + 7, state?.cell);
    this.operand(c + 9, input);
    this.operand(c + 11, recurrent);
    this.operand(c + 13, inputBias);
    this.operand(c + 15, recurrentBias);
    this.entry(c + 17, 1, x.at, input.rows, 4 * units);
    if (state) this.entry(c + 17 + command.ENTRY, 1, state.hidden.at, units, 4 * units);
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
    const m = logits.rows * logits.cols;
    if (forced >= m) throw misfit(`decide: there is no choice ${forced} among ${m}`);
    const out = this.#distribution(command.CHOOSE, logits, squash, forced);
    const choice = this.compute(u);
    const { floats } = this.kernels;
    this.logp += floats[out + 2 * m + choice]!;
    this.entropy += floats[out + 3 * m]!;
    return choice;
  }

  /** Adds −log softmax(logits)[target] to `loss`, and returns it. */
  crossEntropy(logits: Tensor, target: number): number {
    const m = logits.rows * logits.cols;
    if (!(target >= 0 && target < m)) throw misfit(`crossEntropy: there is no target ${target} among ${m}`);
    const out = this.#distribution(command.LOSS, logits, 0, target);
    this.compute();
    const loss = -this.kernels.floats[out + 2 * m + target]!;
    this.loss += loss;
    return loss;
  }

  /** @returns where [squashed logits | p | log p | entropy] will lie */
  #distribution(operation: number, logits: Tensor, squash: number, forced: number): number {
    const m = logits.rows * logits.cols;
    const out = this.allocate(3 * m + 1);
    const c = this.command(operation, 6);
    const { integers, floats } = this.kernels;
    integers[c] = m;
    this.operand(c + 1, logits);
    integers[c + 3] = out;
    integers[c + 4] = forced;
    floats[c + 5] = squash;
    return out;
  }

  /** Adds the mean of (prediction − target)² to `loss`, and returns it. */
  squaredError(prediction: Tensor, target: ArrayLike<number>): number {
    const m = prediction.rows * prediction.cols;
    if (target.length !== m) throw misfit(`squaredError: ${target.length} targets for ${shape(prediction)}`);
    this.compute();
    const slopes = this.allocate(m);
    const c = this.command(command.ERROR, 4);
    const { integers, floats } = this.kernels;
    let squares = 0;
    for (let i = 0; i < m; i++) {
      const difference = floats[prediction.at + i]! - target[i]!;
      squares += difference * difference;
      floats[slopes + i] = (2 * difference) / m;
    }
    integers[c] = m;
    this.operand(c + 1, prediction);
    integers[c + 3] = slopes;
    const loss = squares / m;
    this.loss += loss;
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
