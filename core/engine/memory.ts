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
import type { RandomStream } from "../random/rng.ts";
import { NEXT, RECORD, USED } from "./commands.ts";
import { type Kernels, NETWORKS, wasmKernels } from "./kernels.ts";
import { blockOf, type LstmCell, misfit, type Parameter, padded, shape, type Tensor } from "./tensor.ts";

/** A copy of gradients, of those parameters that have one. */
export interface Gradients {
  readonly parameters: readonly Parameter[];
  /** Their gradients, one after the other. */
  readonly numbers: Float32Array | Float64Array;
}

/**
 * Gives the numbers that a parameter starts from, in turn. What is `stream.next()` times a factor plus an offset can say so,
 * and is drawn at once.
 */
export interface Initial {
  (): number;
  readonly uniform?: { readonly stream: RandomStream; readonly factor: number; readonly offset: number };
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
  /** Up to where memory is as the last tapes have left it. */
  #intact = 0;

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
  parameter(rows: number, cols: number, initial: Initial): Tensor {
    if (this.#top > this.#base) throw new Error("Cannot declare a parameter while a tape is open: declare it before begin().");
    const size = rows * cols;
    this.checkRoom(4 * size, SMALLER);
    const record = this.#base;
    const at = record + RECORD;
    const block = blockOf(size);
    this.#base = this.#top = at + 4 * block;
    this.#reserve(this.#top);
    this.kernels.zero(record, this.#base - record);
    const { integers } = this.kernels;
    integers.set([0, at, block, rows, cols], record);
    const before = this.#parameters.at(-1);
    if (before) integers[before.parameter!.record + NEXT] = record;
    this.#draw(at, size, block, initial);
    const tensor = { rows, cols, at, parameter: { record, at, size, cols, block, power1: 1, power2: 1 }, rectified: false };
    this.#parameters.push(tensor);
    return tensor;
  }

  #draw(at: number, size: number, block: number, initial: Initial): void {
    const { floats, integers } = this.kernels;
    if (!initial.uniform) {
      for (let i = 0; i < size; i++) floats[at + i] = initial();
      return;
    }
    const state = at + block; // a gradient that nothing has been added to may be anything
    const { stream, factor, offset } = initial.uniform;
    integers.set(stream.state(), state);
    this.kernels.uniform(at, size, state, factor, offset);
    stream.resume(Array.from(integers.subarray(state, state + 4)));
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
  lstmCell(inputs: number, units: number, initial: Initial): LstmCell {
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
    this.#intact = 0;
    this.begin();
  }

  /** A copy of its numbers, row by row. */
  read(tensor: Tensor): Float32Array | Float64Array {
    this.compute();
    return this.kernels.floats.slice(tensor.at, tensor.at + tensor.rows * tensor.cols);
  }

  /** Overwrites its numbers, row by row. */
  write(tensor: Tensor, numbers: ArrayLike<number>): void {
    if (numbers.length !== tensor.rows * tensor.cols) throw misfit(`write: ${numbers.length} numbers for ${shape(tensor)}`);
    this.compute();
    this.kernels.floats.set(numbers, tensor.at);
  }

  /**
   * A copy of its gradient after `backward()`: a parameter's until `adam()`, another's until `begin()`. Where a ReLU is closed,
   * that of what it gives may be left out.
   */
  gradient(tensor: Tensor): Float32Array | Float64Array {
    const { parameter } = tensor;
    if (parameter) this.kernels.takeDue(parameter.record);
    const size = tensor.rows * tensor.cols;
    const at = tensor.at + (parameter ? parameter.block : this.#shift);
    return parameter && !this.#isUsed(parameter)
      ? this.kernels.floats.slice(at, at + size).fill(0)
      : this.kernels.floats.slice(at, at + size);
  }

  /** Adds to the parameters' gradients those of a tape that is gone, times a factor. */
  addGradients({ parameters, numbers }: Gradients, factor: number): void {
    let from = this.scratch(numbers.length);
    this.kernels.floats.set(numbers, from);
    for (const parameter of parameters) {
      this.kernels.open(parameter.record);
      this.kernels.gather(parameter.at + parameter.block, from, 0, factor, 1, 1, parameter.size, true);
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
    const { floats, integers } = this.kernels;
    let from = 0;
    for (const { parameter } of this.#parameters) {
      const { at, size, block } = parameter!;
      for (const n of [0, 2, 3]) {
        floats.set(saved.slice(from, from + size), at + n * block);
        from += size;
      }
      parameter!.power1 = saved[from++]!;
      parameter!.power2 = saved[from++]!;
      integers[parameter!.record + USED] = 0;
    }
  }

  /** A copy of the parameters' gradients, which are none from now on. */
  protected takeGradients(): Gradients {
    this.#takeAllDue();
    const parameters = this.#parameters.map(({ parameter }) => parameter!).filter((parameter) => this.#isUsed(parameter));
    const { floats, integers } = this.kernels;
    const size = parameters.reduce((sum, parameter) => sum + parameter.size, 0);
    const numbers = floats instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
    let to = 0;
    for (const parameter of parameters) {
      const at = parameter.at + parameter.block;
      numbers.set(floats.subarray(at, at + parameter.size), to);
      to += parameter.size;
      integers[parameter.record + USED] = 0;
    }
    return { parameters, numbers };
  }

  /** Lets go of all values of the tape. */
  begin(): void {
    this.#takeAllDue();
    this.#top = this.#base;
    this.#end = 0;
  }

  // ------------------------------------------------------------------------ addresses, for operations

  protected value(rows: number, cols: number, rectified = false): Tensor {
    return { rows, cols, at: this.allocate(rows * cols), parameter: undefined, rectified };
  }

  protected allocate(size: number): number {
    const at = this.#top;
    if (at < this.#intact) this.#intact = at;
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

  /** Computes what is only written down; there is nothing but on a tape. */
  protected compute(): void {}

  // ------------------------------------------------------------------------ gradients

  /** The record of the first parameter, 0 if there is none. */
  protected get firstParameter(): number {
    return this.#parameters.length > 0 ? this.#parameters[0]!.parameter!.record : 0;
  }

  /** Whether it has got a gradient since the last step; what is due is not looked at. */
  #isUsed({ record }: Parameter): boolean {
    return this.kernels.integers[record + USED] !== 0;
  }

  /** Takes what is due, before what it is computed from is overwritten. */
  #takeAllDue(): void {
    this.kernels.takeAllDue(this.firstParameter);
  }

  /**
   * Makes room behind the values for their gradients, all of them 0, and for so many numbers more behind these.
   * @returns how far it is from a value to its gradient
   */
  protected openGradients(more: number): number {
    this.#takeAllDue();
    if (this.#top < this.#intact) this.#intact = this.#top;
    this.#shift = this.#top - this.#base;
    this.#end = this.#top + this.#shift + more;
    this.#reserve(this.#end);
    this.kernels.zero(this.#top, this.#shift);
    return this.#shift;
  }

  /** Room for so many numbers behind all of that, until more is asked for. */
  protected scratch(size: number): number {
    const at = Math.max(this.#end, this.#top + this.#shift);
    if (at < this.#intact) this.#intact = at;
    this.#reserve(at + size);
    return at;
  }

  // ------------------------------------------------------------------------ what lies where it lay before

  /** Says that what was allocated so far is as it should be. @returns where it ends */
  protected keep(): number {
    this.#intact = this.#top;
    return this.#top;
  }

  /** Takes what was kept from `begin` to `end` for allocated again. @returns false if it is no longer there, or not next */
  protected takeKept(begin: number, end: number): boolean {
    if (begin !== this.#top || end > this.#intact) return false;
    this.#top = end;
    return true;
  }
}
