/**
 * The kernels of the engine: one narrow interface, and the WebAssembly that implements it.
 *
 * There is one build for Node, Deno and browsers, and it computes every transcendental itself, so that
 * a search takes the same decisions everywhere, to the last bit. Typed-array kernels behind the same
 * interface serve the tests as the reference (test/core/engine/reference-kernels.ts).
 *
 * @module
 */
import { compiled, grow, instanceOf } from "./compiled.ts";
import wasm from "./kernels.wasm.ts";

/**
 * Memory of numbered slots, and the operations on it.
 *
 * A slot holds one number; an operand is the number of its first slot, and slot 0 stands for an operand
 * that is left out. Matrices are row-major, a weight is [k, m]: inputs by outputs. "+=" adds to what is
 * there, "=" does not read it. Operands of one call do not overlap, unless it says so.
 *
 * Axes: n rows, k inputs, m outputs or elements.
 */
export interface Kernels {
  /** The memory; another array after `reserve`. */
  readonly floats: Float32Array | Float64Array;
  /** The same slots where they hold row numbers. */
  readonly integers: Int32Array;
  /** The first slot that the engine may use; a multiple of 4. */
  firstSlot(): number;
  /** Makes the memory at least so many slots large; what it holds stays. */
  reserve(slots: number): void;

  /** y = start + x w.  y, start [n, m], x [n, k], w [k, m]; `start` advances by `step` slots a row: 0 for a bias, m for y itself. */
  linear(y: number, x: number, w: number, start: number, step: number, n: number, k: number, m: number): void;
  /**
   * dx += dy wᵀ
   * @param x  inputs that ReLUs have given, or 0: of those that are 0 in all rows the gradient need not be right
   */
  linearInputGradient(dx: number, dy: number, w: number, n: number, k: number, m: number, x: number): void;
  /** dw (+)= xᵀ dy */
  linearWeightGradient(dw: number, x: number, dy: number, n: number, k: number, m: number, add: boolean): void;
  /**
   * Lays the rows of n single-row products with one weight side by side, for one `linearWeightGradient`, and gives their
   * input gradients by one product: dx_r += dy_r wᵀ.
   * @param list  slots of rows [3, n]: those of x, of dy, and of dx, 0 where dx is not wanted
   * @param stack  [x | dy | …], n (2 k + m) slots
   */
  stackRows(list: number, n: number, w: number, k: number, m: number, stack: number): void;

  /** y = 0  [m] */
  zero(y: number, m: number): void;
  /** Whether y = 0.  [m] */
  areZero(y: number, m: number): boolean | number;
  /**
   * y_i = u_i factor + offset, with u_i what `next()` gives of a stream, in 64-bit floats.  y [m]
   * @param state  four slots with the state of the stream, and then with that after it
   */
  uniform(y: number, m: number, state: number, factor: number, offset: number): void;
  /** y += Σ_r x_r.  y [m], x [n, m] */
  addRows(y: number, x: number, n: number, m: number): void;
  /** y_r (+)= scale Σ_c x[index_rc].  y [n, m], index [n, count]; without an index, x_r itself. */
  gather(y: number, x: number, index: number, scale: number, n: number, count: number, m: number, add: boolean): void;
  /** dx[index_rc] += scale dy_r, the transpose of `gather`. */
  scatter(dx: number, dy: number, index: number, scale: number, n: number, count: number, m: number): void;
  /** y_g = share_g Σ x_r over the rows of group g.  y [groups, m], x [n, m], group [n], share [groups] */
  groupMean(y: number, x: number, group: number, share: number, n: number, groups: number, m: number): void;
  /** dx_r += share_g dy_g, g the group of row r. */
  groupMeanGradient(dx: number, dy: number, group: number, share: number, n: number, m: number): void;

  relu(y: number, x: number, m: number): void;
  /** dx += dy where y > 0 */
  reluGradient(dx: number, dy: number, y: number, m: number): void;
  tanh(y: number, x: number, m: number): void;
  /** dx += dy (1 − y²) */
  tanhGradient(dx: number, dy: number, y: number, m: number): void;
  sigmoid(y: number, x: number, m: number): void;
  /** dx += dy y (1 − y) */
  sigmoidGradient(dx: number, dy: number, y: number, m: number): void;
  /** y (+)= a b, element by element. */
  multiply(y: number, a: number, b: number, m: number, add: boolean): void;

  /**
   * One step of an LSTM of m units on a single row:
   * [i f g o] = [σ σ tanh σ](x wx + bx + h wh + bh),  c' = f c + i g,  h' = o tanh c'.
   * @param out  [h' | c' | i | f | g | o | tanh c'], 7 m slots
   * @param h  and `c`: the state before, 0 for zeros
   */
  lstm(out: number, x: number, h: number, c: number, wx: number, wh: number, bx: number, bh: number, k: number, m: number): void;
  /**
   * Its gradients but those of the weights: turns dout, of which [dh' | dc'] are given, into
   * [dh' | dc' | gradients of the four gates before their non-linearity | …], and adds to the others.
   * @param dx  0 where it is left to `listedGradients`
   * @param dh0  0 as `c` and `dc0` where the state before was zeros
   */
  lstmGradient(
    out: number,
    dout: number,
    c: number,
    dc0: number,
    dx: number,
    dh0: number,
    wx: number,
    wh: number,
    dbx: number,
    dbh: number,
    k: number,
    m: number,
  ): void;

  /**
   * A decision among m: s = squash · tanh(z), or s = z where squash is 0; p = softmax(s); entropy = −Σ p log p.
   * @param out  [tanh z or z | p | log p | entropy], 3 m + 1 slots
   * @param u  the choice is the first i with u < p_0 + … + p_i
   * @param forced  the choice instead, if it is not negative
   * @returns the choice
   */
  choose(out: number, z: number, m: number, squash: number, u: number, forced: number): number;
  /** dz += dLogp ∂ log p[action] / ∂z + dEntropy ∂ entropy / ∂z */
  chooseGradient(dz: number, out: number, m: number, action: number, squash: number, dLogp: number, dEntropy: number): void;

  /**
   * One step of Adam on a parameter of `size` numbers, rounded up to a multiple of 4: at `at` lie [values | gradient | first
   * moment | second moment], `block` slots from one to the next.
   *   g ← gradient + weightDecay w,  m ← m + (1 − β₁)(g − m),  v ← β₂ v + (1 − β₂) g²,  w ← w − rate · m / (√v + ε)
   * A first moment below 2⁻¹²⁶ counts as 0: it would move no weight, and numbers so small take a processor long.
   * @param rate  learning rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ)
   * @param epsilon  ε · √(1 − β₂ᵗ)
   */
  adam(at: number, block: number, size: number, rate: number, weightDecay: number, beta1: number, beta2: number, epsilon: number): void;
  /**
   * The same where the gradient of a weight [k, m], or what is added to it, is xᵀ dy: to the last bit what
   * `linearWeightGradient` and then `adam` make of it. The memory of the gradient is left with anything.
   * @param m  a multiple of 8
   * @param k  even, unless n is no multiple of 4
   */
  adamOfProduct(
    at: number,
    block: number,
    x: number,
    dy: number,
    n: number,
    k: number,
    m: number,
    add: boolean,
    rate: number,
    weightDecay: number,
    beta1: number,
    beta2: number,
    epsilon: number,
  ): void;

  // -------------------------------------------------------------------------- many at once: see commands.ts

  /**
   * Does a command, and all that come after it.
   * @param u  what the choice among them is drawn by; there is at most one
   * @returns the last choice, 0 if there is none
   */
  forward(command: number, u: number): number;
  /**
   * Takes the gradients of a command and of all that come before it. What is due is left to the optimizer.
   * @param shift  from a value to its gradient
   * @param dLogp  and `dEntropy`: the gradients of Σ log p and of Σ entropy
   * @param parameter  the record of the first
   * @param scratch  room for what is listed: for each row 3 + 2 k + m slots, and 8 for each entry
   */
  backward(command: number, shift: number, dLogp: number, dEntropy: number, parameter: number, scratch: number): void;
  /** Makes the gradient of a parameter ready for adding to it: the first since the last step adds to zeros. */
  open(parameter: number): void;
  /** Adds what is due to the gradient of a parameter; and of that one and all after it. */
  takeDue(parameter: number): void;
  takeAllDue(parameter: number): void;
  /** A step of `adam` on each parameter, from this one on, that has a gradient; with its rate and epsilon. */
  adamOfAll(parameter: number, weightDecay: number, beta1: number, beta2: number): void;
}

/** What the memory is for, in errors. */
export const NETWORKS = "the networks of a controller";

type Exports = Omit<Kernels, "floats" | "integers" | "reserve"> & { readonly memory: WebAssembly.Memory };

let module: WebAssembly.Module | undefined;

/** The WebAssembly kernels, with a memory of their own. @throws EvokeError SIMD_MISSING */
export function wasmKernels(): Kernels {
  module ??= compiled(wasm);
  const { memory, ...kernels } = instanceOf<Exports>(module, NETWORKS);
  const views = () => ({ floats: new Float32Array(memory.buffer), integers: new Int32Array(memory.buffer) });
  return {
    ...kernels,
    ...views(),
    reserve(slots) {
      const missing = slots - this.floats.length;
      if (missing <= 0) return;
      grow(memory, missing * Float32Array.BYTES_PER_ELEMENT, NETWORKS);
      Object.assign(this, views());
    },
  };
}
