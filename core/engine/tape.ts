/**
 * The tape: what was written down since `begin()`, the way forward through it, and the way back.
 *
 * Operations are only written down, as commands (commands.ts), until a number is asked for; then all of them are done in one
 * call, and all gradients in another. Before V8 has compiled it, each call of a kernel costs more than most of what kernels do.
 *
 * @module
 */
import { AFTER, BEFORE, HEAD } from "./commands.ts";
import { type Gradients, Memory } from "./memory.ts";
import type { Tensor } from "./tensor.ts";

/** A part of a tape, which later ones may have at the same place. */
export interface Part {
  readonly result: Tensor;
  readonly begin: number;
  readonly end: number;
  /** Its first and last commands. */
  readonly first: number;
  readonly last: number;
  /** What it adds to the room that `backward` needs. */
  readonly room: number;
}

export class Tape extends Memory {
  /** Σ log p of the choices on the tape. */
  logp = 0;
  /** Σ entropy of the distributions that they were drawn from. */
  entropy = 0;
  /** Σ of the losses on the tape: `squaredError`, `crossEntropy`. */
  loss = 0;

  /** The first command and the last, and the first that is not done yet; 0 if there is none. */
  #first = 0;
  #last = 0;
  #next = 0;
  /** Slots that `backward` needs for what is listed. */
  #room = 0;

  /** Opens a new tape; the values of the last one are gone. */
  override begin(): void {
    this.#close();
    super.begin();
    this.logp = this.entropy = this.loss = 0;
  }

  /**
   * Adds to the parameters' gradients those of
   *   loss + logpWeight · logp + entropyWeight · entropy
   * and closes the tape. Gradients of several tapes add up until `adam()` or `sgd()`.
   */
  backward(logpWeight = 0, entropyWeight = 0): void {
    this.#goBack(logpWeight, entropyWeight);
    this.#close();
  }

  /**
   * The gradients of the same, by themselves, for `addGradients()` when their weight is known; the tape stays open. To be
   * called where no gradients have added up since the last step.
   */
  gradients(logpWeight: number, entropyWeight: number): Gradients {
    this.#goBack(logpWeight, entropyWeight);
    return this.takeGradients();
  }

  /**
   * Operations that are the same in many tapes: where they still lie at this place, they need not be written down again.
   * @param kept  the part as it was returned before; left out if `operations` would now do something else
   */
  part(kept: Part | undefined, operations: () => Tensor): Part {
    if (kept && this.takeKept(kept.begin, kept.end)) {
      this.#follow(kept.first);
      this.kernels.integers[kept.last + AFTER] = 0;
      this.#last = kept.last;
      this.#room += kept.room;
      return kept;
    }
    const [begin, before, room] = [this.allocate(0), this.#last, this.#room];
    const result = operations();
    const first = before === 0 ? this.#first : this.kernels.integers[before + AFTER]!;
    return { result, begin, end: this.keep(), first, last: this.#last, room: this.#room - room };
  }

  #goBack(logpWeight: number, entropyWeight: number): void {
    this.compute();
    const shift = this.openGradients(this.#room);
    this.kernels.backward(this.#last, shift, logpWeight, entropyWeight, this.firstParameter, this.allocate(0) + shift);
  }

  #close(): void {
    this.#first = this.#last = this.#next = this.#room = 0;
  }

  // ------------------------------------------------------------------------ commands, for operations

  /** Writes down a command, but its operands. @returns the slot of the first of them */
  protected command(operation: number, operands: number): number {
    const at = this.allocate(HEAD + operands);
    const { integers } = this.kernels;
    integers[at] = operation;
    integers[at + AFTER] = 0;
    this.#follow(at);
    this.#last = at;
    return at + HEAD;
  }

  /** Lets a command follow the last one. */
  #follow(command: number): void {
    const { integers } = this.kernels;
    integers[command + BEFORE] = this.#last;
    if (this.#last !== 0) integers[this.#last + AFTER] = command;
    else this.#first = command;
    if (this.#next === 0) this.#next = command;
  }

  /** Writes down an operand that has a gradient, or that there is none. */
  protected operand(slot: number, tensor: Tensor | undefined): void {
    const { integers } = this.kernels;
    integers[slot] = tensor === undefined ? 0 : tensor.at;
    integers[slot + 1] = tensor === undefined || tensor.parameter === undefined ? 0 : tensor.parameter.record;
  }

  /** Writes down the entry of a product of so many rows, of k inputs and m outputs, on the list of its weight. */
  protected entry(slot: number, rows: number, x: number, k: number, m: number): void {
    const { integers } = this.kernels;
    integers[slot + 1] = rows;
    integers[slot + 2] = x;
    this.#room += rows * (3 + 2 * k + m) + 8;
  }

  /** Does what is only written down. @param u  what the choice is drawn by @returns the last choice */
  protected override compute(u = 0): number {
    const next = this.#next;
    if (next === 0) return 0;
    this.#next = 0;
    return this.kernels.forward(next, u);
  }
}
