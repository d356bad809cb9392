/**
 * A multilayer perceptron whose input is ones in a few places, as one-hot rows laid end to end are:
 *
 *   y = W_n relu( … relu(W_2 relu(W_1 x + b_1) + b_2) … ) + b_n
 *
 * The first product is a sum of rows of W_1. All numbers are 32-bit floats of the engine, which rounds alike on every
 * runtime: the same weights give the same y to the last bit.
 *
 * Axes: n inputs at a time.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Ones } from "../space/encoding.ts";

/** One linear layer. */
export interface LinearLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** [inputs, outputs] */
  readonly weight: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
}

/** A multilayer perceptron over the features of architectures, for predictors. */
export class MLP {
  readonly #engine: Engine;
  readonly #layers: readonly { readonly weight: Tensor; readonly bias: Tensor }[];

  /** Declares its parameters in the engine. */
  constructor(engine: Engine, layers: readonly LinearLayer[]) {
    this.#engine = engine;
    this.#layers = layers.map(({ inputs, outputs, weight, bias }) => {
      const parameters = { weight: engine.parameter(inputs, outputs, () => 0), bias: engine.parameter(1, outputs, () => 0) };
      engine.write(parameters.weight, weight);
      engine.write(parameters.bias, bias);
      return parameters;
    });
  }

  /**
   * Computes on the open tape.
   * @param ones  where x is 1
   * @param drop  dropout: factors for so many hidden numbers
   * @returns y  [n, outputs]
   */
  forward(n: number, ones: Ones, drop?: (count: number) => ArrayLike<number>): Tensor {
    const engine = this.#engine;
    const [first, ...others] = this.#layers;
    let y = engine.gather(n, [
      { from: first!.weight, ...ones },
      { from: first!.bias, rows: new Int32Array(n) },
    ]);
    for (const { weight, bias } of others) {
      let hidden = engine.relu(y);
      if (drop) hidden = engine.multiply(hidden, engine.input(n, hidden.cols, drop(n * hidden.cols)));
      y = engine.linear([[hidden, weight]], bias);
    }
    return y;
  }

  /** Its layers as they are now. */
  layers(): LinearLayer[] {
    return this.#layers.map(({ weight, bias }) => ({
      inputs: weight.rows,
      outputs: weight.cols,
      weight: Float32Array.from(this.#engine.read(weight)),
      bias: Float32Array.from(this.#engine.read(bias)),
    }));
  }
}
