/**
 * The tape: what was computed since `begin()`, and the way back through it.
 *
 * @module
 */
import { type Gradients, Memory } from "./memory.ts";
import { padded, type Tensor } from "./tensor.ts";

export class Tape extends Memory {
  /** Σ log p of the choices on the tape. */
  logp = 0;
  /** Σ entropy of the distributions that they were drawn from. */
  entropy = 0;
  /** Σ of the losses on the tape: `squaredError`, `crossEntropy`. */
  loss = 0;

  /** For each operation, in order, what adds to the gradients of its operands. */
  protected readonly tape: (() => void)[] = [];
  protected logpGradient = 0;
  protected entropyGradient = 0;

  /** Opens a new tape; the values of the last one are gone. */
  override begin(): void {
    this.tape.length = 0;
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
    this.tape.length = 0;
  }

  /**
   * The gradients of the same, by themselves, for `addGradients()` when their weight is known; the tape stays open. To be
   * called where no gradients have added up since the last step.
   */
  gradients(logpWeight: number, entropyWeight: number): Gradients {
    this.#goBack(logpWeight, entropyWeight);
    return this.takeGradients();
  }

  #goBack(logpWeight: number, entropyWeight: number): void {
    this.logpGradient = logpWeight;
    this.entropyGradient = entropyWeight;
    this.openGradients();
    for (let i = this.tape.length - 1; i >= 0; i--) this.tape[i]!();
    const { parameters } = this;
    for (let i = 0; i < parameters.length; i++) if (parameters[i]!.parameter!.listed.length > 0) this.#takeListed(parameters[i]!);
  }

  /** The gradients of all single-row products with one weight, rows stacked: dX = dY Wᵀ, and dW = Xᵀ dY is due. */
  #takeListed(weight: Tensor): void {
    const { rows: k, cols: m, parameter } = weight;
    const { listed } = parameter!;
    const n = listed.length / 3;
    const at = this.stack(padded(3 * n) + n * (2 * k + m));
    const { integers } = this.kernels;
    for (let r = 0; r < n; r++) for (let i = 0; i < 3; i++) integers[at + i * n + r] = listed[3 * r + i]!;
    listed.length = 0;
    const x = at + padded(3 * n);
    this.kernels.stackRows(at, n, weight.at, k, m, x);
    this.addProduct(weight, { n, x, dy: x + n * k });
  }
}
