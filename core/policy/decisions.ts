/**
 * The decisions of a policy, in succession: an LSTM carries what was decided, and each decision is
 * fed back as its embedding (Section III-B and III-C of the paper).
 *
 * Axes: K subspaces, L components, C operations, H features.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import type { LstmCell, LstmState, Tensor } from "../engine/tensor.ts";
import type { Modification } from "../space/architecture.ts";
import { type Decide, LEARNING_OPTIONS } from "./policy-gradient.ts";

/** The options of a controller that chooses subspaces and modifications, for its schema. */
export const SUBSPACE_POLICY_OPTIONS = {
  type: "object",
  additionalProperties: false,
  properties: {
    hidden: { type: "integer", minimum: 1, default: 64, description: "H: features of a node, units of the LSTM" },
    globalSquash: { type: "number", exclusiveMinimum: 0, default: 1.5, description: "largest score of a subspace" },
    localSquash: { type: "number", exclusiveMinimum: 0, default: 0.6, description: "largest logit of a component or operation" },
    ...LEARNING_OPTIONS,
  },
} as const;

/** An LSTM and its state. */
export class Recurrence {
  readonly #engine: Engine;
  readonly #cell: LstmCell;
  #state: LstmState | undefined;

  constructor(engine: Engine, initial: () => number, hidden: number) {
    this.#engine = engine;
    this.#cell = engine.lstmCell(hidden, hidden, initial);
  }

  /** Goes back to the zero state: a query begins. */
  clear(): void {
    this.#state = undefined;
  }

  /** The first step of a query, from a zero state.  [1, H] → [1, H] */
  start(x: Tensor): Tensor {
    this.clear();
    return this.step(x);
  }

  /** [1, H] → [1, H] */
  step(x: Tensor): Tensor {
    this.#state = this.#engine.lstm(this.#cell, x, this.#state);
    return this.#state.hidden;
  }
}

/**
 * π_G, the choice of a subspace:
 *   score_α = v · tanh(A h_α + B y),  softmax over the squashed scores
 * with h the features of the nodes and y the output of the LSTM.
 */
export class SubspaceChoice {
  readonly #engine: Engine;
  readonly #nodeWeight: Tensor;
  readonly #stateWeight: Tensor;
  readonly #score: Tensor;
  readonly #embedding: Tensor;
  readonly #squash: number;
  readonly #same: Int32Array;

  constructor(engine: Engine, initial: () => number, count: number, hidden: number, squash: number) {
    this.#engine = engine;
    this.#nodeWeight = engine.parameter(hidden, hidden, initial);
    this.#stateWeight = engine.parameter(hidden, hidden, initial);
    this.#score = engine.parameter(hidden, 1, initial);
    this.#embedding = engine.parameter(count, hidden, initial);
    this.#squash = squash;
    this.#same = new Int32Array(count);
  }

  /**
   * @param h  [K, H]
   * @param y  [1, H]
   */
  choose(h: Tensor, y: Tensor, decide: Decide): number {
    const engine = this.#engine;
    const sum = engine.gather(h.rows, [
      { from: engine.linear([[h, this.#nodeWeight]]) },
      { from: engine.linear([[y, this.#stateWeight]]), rows: this.#same },
    ]);
    return decide(engine.linear([[engine.tanh(sum), this.#score]]), this.#squash);
  }

  /** The row of a subspace in its table.  [1, H] */
  embedding(subspace: number): Tensor {
    return this.#engine.row(this.#embedding, subspace);
  }
}

/** π_L, the choice of M modifications, each first of a component, then of the operation there. */
export class ModificationChoice {
  readonly #component: Categorical;
  readonly #operation: Categorical;

  constructor(engine: Engine, initial: () => number, length: number, operations: number, hidden: number, squash: number) {
    this.#component = new Categorical(engine, initial, length, hidden, squash);
    this.#operation = new Categorical(engine, initial, operations, hidden, squash);
  }

  /**
   * @param previous  the embedding of what was decided before  [1, H]
   * @param count  M
   */
  choose(recurrence: Recurrence, previous: Tensor, count: number, decide: Decide): Modification[] {
    const modifications: Modification[] = [];
    for (let m = 0; m < count; m++) {
      const component = this.#component.choose(recurrence.step(previous), decide);
      const operation = this.#operation.choose(recurrence.step(this.#component.embedding(component)), decide);
      previous = this.#operation.embedding(operation);
      modifications.push({ component, operation });
    }
    return modifications;
  }
}

/** A choice among n by a linear map of the LSTM's output, with a table of embeddings. */
export class Categorical {
  readonly #engine: Engine;
  readonly #weight: Tensor;
  readonly #bias: Tensor;
  readonly #embedding: Tensor;
  readonly #squash: number;

  constructor(engine: Engine, initial: () => number, n: number, hidden: number, squash: number) {
    this.#engine = engine;
    this.#weight = engine.parameter(hidden, n, initial);
    this.#bias = engine.parameter(1, n, initial);
    this.#embedding = engine.parameter(n, hidden, initial);
    this.#squash = squash;
  }

  /** @param y  [1, H] */
  choose(y: Tensor, decide: Decide): number {
    return decide(this.#engine.linear([[y, this.#weight]], this.#bias), this.#squash);
  }

  /** The row of a choice in the table.  [1, H] */
  embedding(choice: number): Tensor {
    return this.#engine.row(this.#embedding, choice);
  }
}
