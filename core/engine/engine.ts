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
 * Memory: [parameters, each with its gradient and moments | values | gradients of the values | scratch].
 * Values are written in the order of the tape, so the gradient of each lies at one common distance behind
 * it, and all of them are cleared as one.
 *
 * @module
 */
import { type Kernels, wasmKernels } from "./kernels.ts";

/** A matrix in the engine's memory. A tensor that is not a parameter is valid until the next `begin()`. */
export interface Tensor {
  readonly rows: number;
  readonly cols: number;
  /** The slot of its first number. */
  readonly at: number;
  /** The parameter that it is, or is a part of. */
  readonly parameter: Parameter | undefined;
}

/** Where a parameter lives: [values | gradient | first moment | second moment], each in a block of slots. */
export interface Parameter {
  readonly at: number;
  readonly size: number;
  readonly cols: number;
  /** Its size, rounded up to a multiple of four. */
  readonly block: number;
  /** β₁ᵗ and β₂ᵗ after its t steps of Adam. */
  power1: number;
  power2: number;
  /** True if `backward()` has put a gradient there since the last step. */
  used: boolean;
  /** Slots of x, dy and dx, in turn, of the single-row products with it whose gradients are still to be taken. */
  readonly listed: number[];
}

/** The four parameters of an LSTM cell of H units on I inputs, gates in the order i, f, g, o. */
export interface LstmCell {
  /** [I, 4H] */
  readonly input: Tensor;
  /** [H, 4H] */
  readonly recurrent: Tensor;
  /** [1, 4H] */
  readonly inputBias: Tensor;
  /** [1, 4H] */
  readonly recurrentBias: Tensor;
}

/** What an LSTM carries from step to step. */
export interface LstmState {
  /** [1, H] */
  readonly hidden: Tensor;
  /** [1, H] */
  readonly cell: Tensor;
}

/** A term of `gather`. */
export interface Gathered {
  readonly from: Tensor;
  /** Row numbers of `from`, `count` for each row of the result in turn; the rows themselves if left out. */
  readonly rows?: ArrayLike<number>;
  /** A factor, 1 if left out. */
  readonly scale?: number;
}

/** Settings of Adam, named and preset as in PyTorch. */
export interface AdamOptions {
  readonly learningRate: number;
  /** L2: added to the gradient, times the parameter. */
  readonly weightDecay?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Settings of SGD, named and preset as in PyTorch. */
interface SgdOptions {
  readonly learningRate: number;
  /** Nesterov's. */
  readonly momentum?: number;
  /** L2: added to the gradient, times the parameter. */
  readonly weightDecay?: number;
}

/** Parameters and what Adam knows of them, for `restore`; a value that structured cloning takes. */
export interface EngineState {
  /** For each parameter in order: values, first and second moment. */
  readonly numbers: Float32Array | Float64Array;
  /** For each parameter in order: β₁ᵗ, β₂ᵗ. */
  readonly powers: readonly number[];
}

/** Products of fewer rows than this leave their weight gradient to the end of `backward()`. */
const FEW_ROWS = 4;

export class Engine {
  /** Σ log p of the choices on the tape. */
  logp = 0;
  /** Σ entropy of the distributions that they were drawn from. */
  entropy = 0;
  /** Σ of the losses on the tape: `squaredError`, `crossEntropy`. */
  loss = 0;

  readonly #kernels: Kernels;
  readonly #parameters: Tensor[] = [];
  /** Where the tape's values begin and end. */
  #base: number;
  #top: number;
  /** From a value to its gradient; known once `backward()` has begun. */
  #shift = 0;
  readonly #tape: (() => void)[] = [];
  #logpGradient = 0;
  #entropyGradient = 0;

  /** @param kernels  tests give reference kernels; there is no other reason to give any */
  constructor(kernels: Kernels = wasmKernels()) {
    this.#kernels = kernels;
    this.#base = this.#top = kernels.firstSlot();
  }

  // ------------------------------------------------------------------------ parameters and memory

  /** All parameters, in the order of their declaration. */
  get parameters(): readonly Tensor[] {
    return this.#parameters;
  }

  /**
   * Declares a parameter [rows, cols]. Parameters are declared before the first `begin()`.
   * @param initial  gives its numbers in turn
   */
  parameter(rows: number, cols: number, initial: () => number): Tensor {
    if (this.#top > this.#base) throw new Error("Cannot declare a parameter while a tape is open: declare it before begin().");
    const size = rows * cols;
    const parameter: Parameter = { at: this.#base, size, cols, block: padded(size), power1: 1, power2: 1, used: false, listed: [] };
    this.#base = this.#top = parameter.at + 4 * parameter.block;
    this.#kernels.reserve(this.#top);
    this.#kernels.zero(parameter.at, 4 * parameter.block);
    const { floats } = this.#kernels;
    for (let i = 0; i < size; i++) floats[parameter.at + i] = initial();
    const tensor = { rows, cols, at: parameter.at, parameter };
    this.#parameters.push(tensor);
    return tensor;
  }

  /** Declares an LSTM cell. */
  lstmCell(inputs: number, units: number, initial: () => number): LstmCell {
    return {
      input: this.parameter(inputs, 4 * units, initial),
      recurrent: this.parameter(units, 4 * units, initial),
      inputBias: this.parameter(1, 4 * units, initial),
      recurrentBias: this.parameter(1, 4 * units, initial),
    };
  }

  /** Forgets all parameters and the tape; the memory is kept for the next run. */
  reset(): void {
    this.#parameters.length = 0;
    this.#base = this.#kernels.firstSlot();
    this.begin();
  }

  /** A copy of its numbers, row by row. */
  read(tensor: Tensor): Float32Array | Float64Array {
    return this.#kernels.floats.slice(tensor.at, tensor.at + tensor.rows * tensor.cols);
  }

  /** Overwrites its numbers, row by row. */
  write(tensor: Tensor, numbers: ArrayLike<number>): void {
    if (numbers.length !== tensor.rows * tensor.cols) throw misfit(`write: ${numbers.length} numbers for ${shape(tensor)}`);
    this.#kernels.floats.set(numbers, tensor.at);
  }

  /** A copy of its gradient after `backward()`: a parameter's until `adam()`, another's until `begin()`. */
  gradient(tensor: Tensor): Float32Array | Float64Array {
    const { parameter } = tensor;
    const size = tensor.rows * tensor.cols;
    const at = this.#gradient(tensor);
    return parameter && !parameter.used ? this.#kernels.floats.slice(at, at + size).fill(0) : this.#kernels.floats.slice(at, at + size);
  }

  /** Parameters, moments and step counts. Take it between `adam()` and `begin()`: a tape is not part of it. */
  save(): EngineState {
    const blocks = this.#parameters.map(({ parameter }) => parameter!);
    const { floats } = this.#kernels;
    const numbers = new (floats instanceof Float64Array ? Float64Array : Float32Array)(
      blocks.reduce((sum, { block }) => sum + 3 * block, 0),
    );
    let to = 0;
    for (const { at, block } of blocks) {
      numbers.set(floats.subarray(at, at + block), to);
      numbers.set(floats.subarray(at + 2 * block, at + 4 * block), to + block);
      to += 3 * block;
    }
    return { numbers, powers: blocks.flatMap(({ power1, power2 }) => [power1, power2]) };
  }

  /** Goes back to what `save` gave, on an engine whose parameters were declared alike. */
  restore({ numbers, powers }: EngineState): void {
    const needed = this.#parameters.reduce((sum, { parameter }) => sum + 3 * parameter!.block, 0);
    if (numbers.length !== needed) throw misfit(`restore: ${numbers.length} numbers for parameters that take ${needed}`);
    this.begin();
    const { floats } = this.#kernels;
    let from = 0;
    for (const [i, { parameter }] of this.#parameters.entries()) {
      const { at, block } = parameter!;
      floats.set(numbers.subarray(from, from + block), at);
      floats.set(numbers.subarray(from + block, from + 3 * block), at + 2 * block);
      from += 3 * block;
      Object.assign(parameter!, { power1: powers[2 * i], power2: powers[2 * i + 1], used: false });
    }
  }

  // ------------------------------------------------------------------------ the tape

  /** Opens a new tape; the values of the last one are gone. */
  begin(): void {
    this.#tape.length = 0;
    this.#top = this.#base;
    this.logp = this.entropy = this.loss = 0;
  }

  /** A constant [rows, cols]. */
  input(rows: number, cols: number, numbers: ArrayLike<number>): Tensor {
    if (numbers.length !== rows * cols) throw misfit(`input: ${numbers.length} numbers for [${rows}, ${cols}]`);
    const x = this.#value(rows, cols);
    this.#kernels.floats.set(numbers, x.at);
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
    const kernels = this.#kernels;
    const n = products[0]![0].rows;
    const m = products[0]![1].cols;
    const y = this.#value(n, m);
    let start = bias ? bias.at : 0;
    let step = 0;
    for (const [x, w] of products) {
      if (!(x.rows === n && w.cols === m && x.cols === w.rows)) throw misfit(`linear: ${shape(x)} times ${shape(w)} as ${shape(y)}`);
      kernels.linear(y.at, x.at, w.at, start, step, n, w.rows, m);
      start = y.at;
      step = m;
    }
    this.#tape.push(() => {
      const dy = this.#gradient(y);
      if (bias) kernels.addRows(this.#open(bias), dy, n, m);
      for (const [x, w] of products) {
        kernels.linearInputGradient(this.#open(x), dy, w.at, n, w.rows, m);
        if (n < FEW_ROWS && isDeclared(w)) for (let r = 0; r < n; r++) w.parameter!.listed.push(x.at + r * x.cols, dy + r * m, 0);
        else {
          const add = this.#openForProduct(w);
          kernels.linearWeightGradient(this.#gradient(w), x.at, dy, n, w.rows, m, add);
        }
      }
    });
    return y;
  }

  /** max(x, 0), element by element. */
  relu(x: Tensor): Tensor {
    const kernels = this.#kernels;
    const size = x.rows * x.cols;
    const y = this.#value(x.rows, x.cols);
    kernels.relu(y.at, x.at, size);
    this.#tape.push(() => kernels.reluGradient(this.#open(x), this.#gradient(y), y.at, size));
    return y;
  }

  /** tanh x, element by element. */
  tanh(x: Tensor): Tensor {
    const kernels = this.#kernels;
    const size = x.rows * x.cols;
    const y = this.#value(x.rows, x.cols);
    kernels.tanh(y.at, x.at, size);
    this.#tape.push(() => kernels.tanhGradient(this.#open(x), this.#gradient(y), y.at, size));
    return y;
  }

  /** 1 / (1 + e⁻ˣ), element by element. */
  sigmoid(x: Tensor): Tensor {
    const kernels = this.#kernels;
    const size = x.rows * x.cols;
    const y = this.#value(x.rows, x.cols);
    kernels.sigmoid(y.at, x.at, size);
    this.#tape.push(() => kernels.sigmoidGradient(this.#open(x), this.#gradient(y), y.at, size));
    return y;
  }

  /** a + b, of one shape. */
  add(a: Tensor, b: Tensor): Tensor {
    return this.gather(a.rows, [{ from: a }, { from: b }]);
  }

  /** a · b, element by element, of one shape. */
  multiply(a: Tensor, b: Tensor): Tensor {
    if (!(a.rows === b.rows && a.cols === b.cols)) throw misfit(`multiply: ${shape(a)} by ${shape(b)}`);
    const kernels = this.#kernels;
    const size = a.rows * a.cols;
    const y = this.#value(a.rows, a.cols);
    kernels.multiply(y.at, a.at, b.at, size, false);
    this.#tape.push(() => {
      kernels.multiply(this.#open(a), this.#gradient(y), b.at, size, true);
      kernels.multiply(this.#open(b), this.#gradient(y), a.at, size, true);
    });
    return y;
  }

  /**
   *   y_r = Σ over the terms of scale · Σ_c from[rows[r · count + c]]
   * Sums rows by number: embeddings, one-hot inputs (x W with one-hot x is a sum of rows of W), the ends of
   * edges, sums and differences of tensors.
   * @param n  rows of the result
   * @param terms  `from` [any, m]; `rows` n · count row numbers
   * @returns y [n, m]
   */
  gather(n: number, terms: readonly Gathered[]): Tensor {
    const kernels = this.#kernels;
    const m = terms[0]!.from.cols;
    const y = this.#value(n, m);
    const lists: number[] = [];
    for (const [t, { from, rows, scale = 1 }] of terms.entries()) {
      if (!(from.cols === m && (rows ? rows.length % n === 0 : from.rows === n)))
        throw misfit(`gather: term ${t}, ${shape(from)}, for ${shape(y)}`);
      const index = rows ? this.#integers(rows) : 0;
      lists.push(index);
      kernels.gather(y.at, from.at, index, scale, n, rows ? rows.length / n : 1, m, t > 0);
    }
    this.#tape.push(() => {
      for (const [t, { from, rows, scale = 1 }] of terms.entries()) {
        kernels.scatter(this.#open(from), this.#gradient(y), lists[t]!, scale, n, rows ? rows.length / n : 1, m);
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
    const kernels = this.#kernels;
    const y = this.#value(groups, x.cols);
    const numbers = this.#integers(group);
    const share = this.#allocate(groups);
    const { floats } = kernels;
    floats.fill(0, share, share + groups);
    for (let r = 0; r < x.rows; r++) floats[share + group[r]!]!++;
    for (let g = 0; g < groups; g++) if (floats[share + g]! > 0) floats[share + g] = 1 / floats[share + g]!;
    kernels.groupMean(y.at, x.at, numbers, share, x.rows, groups, x.cols);
    this.#tape.push(() => kernels.groupMeanGradient(this.#open(x), this.#gradient(y), numbers, share, x.rows, x.cols));
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
    const kernels = this.#kernels;
    const { input, recurrent, inputBias, recurrentBias } = cell;
    const units = recurrent.rows;
    if (!(x.rows === 1 && x.cols === input.rows)) throw misfit(`lstm: ${shape(x)} for a cell of ${input.rows} inputs`);
    if (!(isDeclared(input) && isDeclared(recurrent))) throw misfit("lstm: its weights have to be parameters as they were declared");
    const h = state ? state.hidden.at : 0;
    const c = state ? state.cell.at : 0;
    const out = this.#value(7, units);
    kernels.lstm(out.at, x.at, h, c, input.at, recurrent.at, inputBias.at, recurrentBias.at, input.rows, units);
    this.#tape.push(() => {
      // A parameter's gradient has no reader on the tape, so it can wait for the products of all steps.
      const later = x.parameter !== undefined;
      const dx = this.#open(x);
      const dout = this.#gradient(out);
      const gates = dout + 2 * units;
      const dh = state ? this.#open(state.hidden) : 0;
      const dc = state ? this.#open(state.cell) : 0;
      const dInputBias = this.#open(inputBias);
      const dRecurrentBias = this.#open(recurrentBias);
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
    const kernels = this.#kernels;
    const m = logits.rows * logits.cols;
    if (forced >= m) throw misfit(`decide: there is no choice ${forced} among ${m}`);
    const out = this.#allocate(3 * m + 1);
    const choice = kernels.choose(out, logits.at, m, squash, u, forced);
    const { floats } = kernels;
    this.logp += floats[out + 2 * m + choice]!;
    this.entropy += floats[out + 3 * m]!;
    this.#tape.push(() => kernels.chooseGradient(this.#open(logits), out, m, choice, squash, this.#logpGradient, this.#entropyGradient));
    return choice;
  }

  /** Adds −log softmax(logits)[target] to `loss`, and returns it. */
  crossEntropy(logits: Tensor, target: number): number {
    const kernels = this.#kernels;
    const m = logits.rows * logits.cols;
    if (!(target >= 0 && target < m)) throw misfit(`crossEntropy: there is no target ${target} among ${m}`);
    const out = this.#allocate(3 * m + 1);
    kernels.choose(out, logits.at, m, 0, 0, target);
    const loss = -kernels.floats[out + 2 * m + target]!;
    this.loss += loss;
    this.#tape.push(() => kernels.chooseGradient(this.#open(logits), out, m, target, 0, -1, 0));
    return loss;
  }

  /** Adds the mean of (prediction − target)² to `loss`, and returns it. */
  squaredError(prediction: Tensor, target: ArrayLike<number>): number {
    const m = prediction.rows * prediction.cols;
    if (target.length !== m) throw misfit(`squaredError: ${target.length} targets for ${shape(prediction)}`);
    let { floats } = this.#kernels;
    const difference = Array.from({ length: m }, (_, i) => floats[prediction.at + i]! - target[i]!);
    const loss = difference.reduce((sum, d) => sum + d * d, 0) / m;
    this.loss += loss;
    this.#tape.push(() => {
      const at = this.#open(prediction);
      ({ floats } = this.#kernels);
      for (let i = 0; i < m; i++) floats[at + i]! += (2 * difference[i]!) / m;
    });
    return loss;
  }

  // ------------------------------------------------------------------------ learning

  /**
   * Adds to the parameters' gradients those of
   *   loss + logpWeight · logp + entropyWeight · entropy
   * and closes the tape. Gradients of several tapes add up until `adam()` or `sgd()`.
   */
  backward(logpWeight = 0, entropyWeight = 0): void {
    const kernels = this.#kernels;
    this.#logpGradient = logpWeight;
    this.#entropyGradient = entropyWeight;
    this.#shift = this.#top - this.#base;
    this.#reserve(this.#top + this.#shift);
    kernels.zero(this.#top, this.#shift);
    for (let i = this.#tape.length - 1; i >= 0; i--) this.#tape[i]!();
    this.#tape.length = 0;
    for (const weight of this.#parameters) if (weight.parameter!.listed.length > 0) this.#takeListed(weight);
  }

  /** The gradients of all single-row products with one weight: dW = Xᵀ dY and dX = dY Wᵀ, rows stacked. */
  #takeListed(weight: Tensor): void {
    const { rows: k, cols: m, parameter } = weight;
    const { listed } = parameter!;
    const n = listed.length / 3;
    const at = this.#top + this.#shift;
    const scratch = at + padded(3 * n);
    this.#reserve(scratch + n * (2 * k + m));
    const { integers } = this.#kernels;
    for (let r = 0; r < n; r++) for (let i = 0; i < 3; i++) integers[at + i * n + r] = listed[3 * r + i]!;
    listed.length = 0;
    const add = this.#openForProduct(weight);
    this.#kernels.listedGradients(this.#gradient(weight), weight.at, at, n, k, m, add, scratch);
  }

  /**
   * One step of Adam on each parameter that got a gradient since the last step. The others stay as they
   * are, as in PyTorch: weight decay does not move them, and their step count does not advance.
   */
  adam({ learningRate, weightDecay = 0, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions): void {
    for (const { parameter } of this.#parameters) {
      if (!parameter!.used) continue;
      parameter!.used = false;
      // Running products instead of powers: Math.pow is not the same on every runtime.
      parameter!.power1 *= beta1;
      parameter!.power2 *= beta2;
      const correction = Math.sqrt(1 - parameter!.power2);
      const rate = (learningRate * correction) / (1 - parameter!.power1);
      this.#kernels.adam(parameter!.at, parameter!.block, rate, weightDecay, beta1, beta2, epsilon * correction);
    }
  }

  /**
   * One step of SGD with Nesterov's momentum, as in PyTorch, on each parameter that got a gradient since the last step:
   *   g ← gradient + weightDecay w,  m ← momentum m + g,  w ← w − rate (g + momentum m)
   */
  sgd({ learningRate, momentum = 0, weightDecay = 0 }: SgdOptions): void {
    const { floats } = this.#kernels;
    for (const { parameter } of this.#parameters) {
      if (!parameter!.used) continue;
      parameter!.used = false;
      const { at, size, block } = parameter!;
      for (let i = at; i < at + size; i++) {
        const g = floats[i + block]! + weightDecay * floats[i]!;
        const m = momentum * floats[i + 2 * block]! + g;
        floats[i + 2 * block] = m;
        floats[i] = floats[i]! - learningRate * (g + momentum * m);
      }
    }
  }

  // ------------------------------------------------------------------------ addresses

  #value(rows: number, cols: number): Tensor {
    return { rows, cols, at: this.#allocate(rows * cols), parameter: undefined };
  }

  #allocate(size: number): number {
    const at = this.#top;
    this.#top += padded(size);
    this.#reserve(this.#top);
    return at;
  }

  /** Grows in steps, so that a long tape does not grow the memory at each operation. */
  #reserve(slots: number): void {
    if (slots > this.#kernels.floats.length) this.#kernels.reserve(slots + (slots >> 2));
  }

  #integers(numbers: ArrayLike<number>): number {
    const at = this.#allocate(numbers.length);
    const { integers } = this.#kernels;
    for (let i = 0; i < numbers.length; i++) integers[at + i] = numbers[i]!;
    return at;
  }

  /** Where the gradient of a tensor lies. */
  #gradient({ at, parameter }: Tensor): number {
    return at + (parameter ? parameter.block : this.#shift);
  }

  /** The same, for adding to it: a parameter's first gradient since the last step adds to zeros. */
  #open(tensor: Tensor): number {
    const { parameter } = tensor;
    if (parameter && !parameter.used) {
      parameter.used = true;
      this.#kernels.zero(parameter.at + parameter.block, parameter.block);
    }
    return this.#gradient(tensor);
  }

  /**
   * The same, for a product that gives the gradient of w: the first of a whole parameter overwrites it,
   * which spares the zeros.
   * @returns whether the product has to add
   */
  #openForProduct(w: Tensor): boolean {
    const { parameter } = w;
    if (isWhole(w) && !parameter!.used) {
      parameter!.used = true;
      return false;
    }
    this.#open(w);
    return true;
  }
}

/** Blocks begin at multiples of four slots, 16 bytes. */
function padded(size: number): number {
  return (size + 3) & ~3;
}

/** True for a parameter itself in its declared shape, which `Parameter.listed` is about. */
function isDeclared(x: Tensor): boolean {
  return isWhole(x) && x.cols === x.parameter!.cols;
}

/** True for a parameter itself, in any shape; false for its rows, and for what is none. */
function isWhole({ rows, cols, parameter }: Tensor): boolean {
  return parameter !== undefined && rows * cols === parameter.size;
}

const shape = ({ rows, cols }: Tensor): string => `[${rows}, ${cols}]`;

/** Shapes that do not fit are a defect of the controller that built the network. */
const misfit = (problem: string): Error => new Error(`Shapes do not fit in ${problem}.`);
