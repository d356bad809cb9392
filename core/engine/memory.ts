/**
 * Where the engine's numbers are: its parameters, each with its gradient and the optimizer's moments, and the values of
 * a tape with their gradients.
 *
 *   [parameters, each with its gradient and moments | values | gradients of the values | scratch]
 *
 * Values are written in the order of the tape, so the gradient of each lies at one common distance behind it, and all of
 * them are cleared as one.
 *
 * @module
 */

import { memoryExceeded } from "../errors/index.ts";
import { takeDue } from "./due-products.ts";
import { type Kernels, NETWORKS, wasmKernels } from "./kernels.ts";
import { blockOf, isDeclared, type LstmCell, misfit, type Parameter, type Product, padded, shape, type Tensor } from "./tensor.ts";

/** A copy of gradients, of those parameters that have one. */
export interface Gradients {
  readonly parameters: readonly Parameter[];
  /** Their gradients, one after the other. */
  readonly numbers: Float32Array | Float64Array;
}

const BYTES = Float32Array.BYTES_PER_ELEMENT;
/** Bytes for what is known to be needed before the first tape: parameters, and the tapes of networks of a known size. */
const MOST_FORESEEN = 2 ** 28;
/** Bytes for everything: tapes can be as long as what has been observed. */
const MOST = 2 ** 30;
const SMALLER = "Choose smaller networks, by options such as hidden and members.";

export class Memory {
  protected readonly kernels: Kernels;
  readonly #parameters: Tensor[] = [];
  /** Where the tape's values begin and end. */
  #base: number;
  #top: number;
  /** From a value to its gradient; known once `openGradients()` has been called. */
  #shift = 0;
  /** Where what lies behind the gradients ends, 0 if nothing does. */
  #end = 0;

  /** @param kernels  tests give reference kernels; there is no other reason to give any */
  constructor(kernels: Kernels = wasmKernels()) {
    this.kernels = kernels;
    this.#base = this.#top = kernels.firstSlot();
  }

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
    this.checkRoom(4 * size, SMALLER);
    const parameter: Parameter = {
      at: this.#base,
      size,
      cols,
      block: blockOf(size),
      power1: 1,
      power2: 1,
      used: false,
      listed: [],
      due: [],
    };
    this.#base = this.#top = parameter.at + 4 * parameter.block;
    this.#reserve(this.#top);
    this.kernels.zero(parameter.at, 4 * parameter.block);
    const { floats } = this.kernels;
    for (let i = 0; i < size; i++) floats[parameter.at + i] = initial();
    const tensor = { rows, cols, at: parameter.at, parameter };
    this.#parameters.push(tensor);
    return tensor;
  }

  /**
   * Finds out whether there is room for so many numbers more than those of the parameters.
   * @param remedy  what makes them fewer
   * @throws EvokeError MEMORY_EXCEEDED
   */
  checkRoom(numbers: number, remedy: string): void {
    const bytes = (this.#base + numbers) * BYTES;
    if (!(bytes <= MOST_FORESEEN)) throw memoryExceeded(NETWORKS, bytes, MOST_FORESEEN, remedy);
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
    this.#base = this.kernels.firstSlot();
    this.begin();
  }

  /** A copy of its numbers, row by row. */
  read(tensor: Tensor): Float32Array | Float64Array {
    return this.kernels.floats.slice(tensor.at, tensor.at + tensor.rows * tensor.cols);
  }

  /** Overwrites its numbers, row by row. */
  write(tensor: Tensor, numbers: ArrayLike<number>): void {
    if (numbers.length !== tensor.rows * tensor.cols) throw misfit(`write: ${numbers.length} numbers for ${shape(tensor)}`);
    this.kernels.floats.set(numbers, tensor.at);
  }

  /** A copy of its gradient after `backward()`: a parameter's until `adam()`, another's until `begin()`. */
  gradient(tensor: Tensor): Float32Array | Float64Array {
    const { parameter } = tensor;
    if (parameter) takeDue(this.kernels, parameter);
    const size = tensor.rows * tensor.cols;
    const at = this.gradientOf(tensor);
    return parameter && !parameter.used ? this.kernels.floats.slice(at, at + size).fill(0) : this.kernels.floats.slice(at, at + size);
  }

  /** Adds to the parameters' gradients those of a tape that is gone, times a factor. */
  addGradients({ parameters, numbers }: Gradients, factor: number): void {
    let from = this.scratch(numbers.length);
    this.kernels.floats.set(numbers, from);
    for (const parameter of parameters) {
      this.kernels.gather(this.#opened(parameter), from, 0, factor, 1, 1, parameter.size, true);
      from += parameter.size;
    }
  }

  /**
   * Shortens the gradients of all parameters, as one vector, where it is longer than this; for before a step.
   * @returns how long it was
   */
  clip(longest: number): number {
    const gradients = this.takeGradients();
    let squares = 0;
    for (const number of gradients.numbers) squares += number * number;
    const length = Math.sqrt(squares);
    this.addGradients(gradients, length > longest ? longest / length : 1);
    return length;
  }

  /** What later steps follow from: the numbers of the parameters and Adam's moments, for `restore`. */
  save(): readonly number[] {
    const { floats } = this.kernels;
    return this.#parameters.flatMap(({ parameter }) => {
      const { at, size, block, power1, power2 } = parameter!;
      return [0, 2, 3].flatMap((n) => Array.from(floats.subarray(at + n * block, at + n * block + size))).concat(power1, power2);
    });
  }

  /** Takes what was saved where the same parameters had been declared; a gradient that no step has taken is gone. */
  restore(saved: readonly number[]): void {
    this.begin();
    const { floats } = this.kernels;
    let from = 0;
    for (const { parameter } of this.#parameters) {
      const { at, size, block } = parameter!;
      for (const n of [0, 2, 3]) {
        floats.set(saved.slice(from, from + size), at + n * block);
        from += size;
      }
      parameter!.power1 = saved[from++]!;
      parameter!.power2 = saved[from++]!;
      parameter!.used = false;
    }
  }

  /** A copy of the parameters' gradients, which are none from now on. */
  protected takeGradients(): Gradients {
    this.takeAllDue();
    const parameters = this.#parameters.map(({ parameter }) => parameter!).filter(({ used }) => used);
    const { floats } = this.kernels;
    const size = parameters.reduce((sum, parameter) => sum + parameter.size, 0);
    const numbers = floats instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
    let to = 0;
    for (const parameter of parameters) {
      const at = parameter.at + parameter.block;
      numbers.set(floats.subarray(at, at + parameter.size), to);
      to += parameter.size;
      parameter.used = false;
    }
    return { parameters, numbers };
  }

  /** Lets go of all values of the tape. */
  begin(): void {
    this.takeAllDue();
    this.#top = this.#base;
    this.#end = 0;
  }

  // ------------------------------------------------------------------------ addresses, for operations

  protected value(rows: number, cols: number): Tensor {
    return { rows, cols, at: this.allocate(rows * cols), parameter: undefined };
  }

  protected allocate(size: number): number {
    const at = this.#top;
    if (size > MOST / BYTES) throw memoryExceeded(NETWORKS, size * BYTES, MOST, SMALLER); // padded() takes 32 bits
    this.#top += padded(size);
    this.#reserve(this.#top);
    return at;
  }

  /** Grows in large steps, so that neither many parameters nor a long tape grow the memory again and again. */
  #reserve(slots: number): void {
    if (slots <= this.kernels.floats.length) return;
    if (slots * BYTES > MOST) throw memoryExceeded(NETWORKS, slots * BYTES, MOST, SMALLER);
    this.kernels.reserve(Math.min(2 * slots, MOST / BYTES));
  }

  protected integers(numbers: ArrayLike<number>): number {
    const at = this.allocate(numbers.length);
    const { integers } = this.kernels;
    for (let i = 0; i < numbers.length; i++) integers[at + i] = numbers[i]!;
    return at;
  }

  /** Where the gradient of a tensor lies. */
  protected gradientOf({ at, parameter }: Tensor): number {
    return at + (parameter ? parameter.block : this.#shift);
  }

  /** The same, for adding to it: a parameter's first gradient since the last step adds to zeros. */
  protected open(tensor: Tensor): number {
    if (tensor.parameter) this.#opened(tensor.parameter);
    return this.gradientOf(tensor);
  }

  /** Where a parameter's gradient lies, for adding to it. */
  #opened(parameter: Parameter): number {
    if (parameter.due.length > 0) takeDue(this.kernels, parameter); // seldom, so that compiled code can leave it out
    const at = parameter.at + parameter.block;
    if (!parameter.used) {
      parameter.used = true;
      this.kernels.zero(at, parameter.block);
    }
    return at;
  }

  /**
   * Adds xᵀ dy to the gradient of w. That of a parameter waits until it is asked for, so that the optimizer can take it
   * while it moves the parameter.
   */
  protected addProduct(w: Tensor, product: Product): void {
    if (isDeclared(w)) {
      w.parameter!.due.push(product);
      return;
    }
    const at = this.open(w);
    this.kernels.linearWeightGradient(at, product.x, product.dy, product.n, w.rows, w.cols, true);
  }

  /** Takes what is due, before what it is computed from is overwritten. */
  protected takeAllDue(): void {
    const parameters = this.#parameters;
    for (let i = 0; i < parameters.length; i++) takeDue(this.kernels, parameters[i]!.parameter!);
  }

  /** Makes room behind the values for their gradients, all of them 0. */
  protected openGradients(): void {
    this.takeAllDue();
    this.#end = 0;
    this.#shift = this.#top - this.#base;
    this.#reserve(this.#top + this.#shift);
    this.kernels.zero(this.#top, this.#shift);
  }

  /** Room for so many numbers behind the gradients, until more is asked for. */
  protected scratch(size: number): number {
    const at = Math.max(this.#end, this.#top + this.#shift);
    this.#reserve(at + size);
    return at;
  }

  /** The same, until the gradients are opened anew. */
  protected stack(size: number): number {
    const at = this.scratch(size);
    this.#end = at + padded(size);
    return at;
  }
}
