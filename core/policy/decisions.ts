/**
 * The decisions of a policy, in succession: an LSTM carries what was decided, and each decision is
 * fed back as its embedding (Section III-B and III-C of the paper).
 *
 * Axes: K subspaces, L components, H features.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import type { Initial } from "../engine/memory.ts";
import type { LstmCell, LstmState, Tensor } from "../engine/tensor.ts";
import type { Space } from "../plugin/space.ts";
import type { Architecture, Modification } from "../space/architecture.ts";
import { firstChoice, kindsOfComponents, presentComponents } from "../space/choices.ts";
import { type Decide, LEARNING_OPTIONS } from "./policy-gradient.ts";

/** The options of a controller that chooses subspaces and modifications, for its schema. */
export const SUBSPACE_POLICY_OPTIONS = {
  type: "object",
  additionalProperties: false,
  properties: {
    hidden: { type: "integer", minimum: 1, maximum: 4096, default: 64, description: "H: features of a node, units of the LSTM" },
    globalSquash: { type: "number", exclusiveMinimum: 0, maximum: 1000, default: 1.5, description: "largest score of a subspace" },
    localSquash: {
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1000,
      default: 0.6,
      description: "largest logit of a component or operation",
    },
    ...LEARNING_OPTIONS,
  },
} as const;

/** An LSTM and its state. */
export class Recurrence {
  readonly #engine: Engine;
  readonly #cell: LstmCell;
  #state: LstmState | undefined;

  constructor(engine: Engine, initial: Initial, hidden: number) {
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

  constructor(engine: Engine, initial: Initial, count: number, hidden: number, squash: number) {
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

/**
 * π_L, the choice of M modifications, each first of a component, then of the operation there. Only components that are
 * there once the modifications before are made can be chosen.
 */
export class ModificationChoice {
  readonly #space: Space;
  readonly #component: Categorical;
  readonly #operation: OperationChoice;

  constructor(engine: Engine, initial: Initial, space: Space, hidden: number, squash: number) {
    this.#space = space;
    this.#component = new Categorical(engine, initial, space.length, hidden, squash);
    this.#operation = new OperationChoice(engine, initial, space, hidden, squash);
  }

  /**
   * @param previous  the embedding of what was decided before  [1, H]
   * @param centre  α, which is modified
   * @param count  M
   */
  choose(recurrence: Recurrence, previous: Tensor, centre: Architecture, count: number, decide: Decide): Modification[] {
    const space = this.#space;
    const modifications: Modification[] = [];
    for (let m = 0; m < count; m++) {
      const present = space.conditions && presentComponents(space, space.modify(centre, modifications));
      const component = this.#component.choose(recurrence.step(previous), decide, present);
      const operation = this.#operation.choose(component, recurrence.step(this.#component.embedding(component)), decide);
      previous = this.#operation.embedding(component, operation);
      modifications.push({ component, operation });
    }
    return modifications;
  }
}

/**
 * The choice of the operation of a component. Those components that have the same choices share one softmax and one table
 * of embeddings; where all have, as in the paper, there is one.
 */
export class OperationChoice {
  readonly #kinds: readonly number[];
  readonly #choices: readonly Categorical[];
  /** For each kind what can be chosen; undefined if that is everything. */
  readonly #open: readonly (readonly number[] | undefined)[];

  constructor(engine: Engine, initial: Initial, space: Space, hidden: number, squash: number, initialBias = initial) {
    const kinds = kindsOfComponents(space);
    this.#kinds = kinds.of;
    this.#choices = kinds.choices.map(({ length }) => new Categorical(engine, initial, length, hidden, squash, initialBias));
    this.#open = kinds.choices.map(({ length }, kind) =>
      firstChoice(space, kinds.of.indexOf(kind)) === 0 ? undefined : Array.from({ length: length - 1 }, (_, i) => 1 + i),
    );
  }

  /** Of a component that is there. @param y  [1, H] */
  choose(component: number, y: Tensor, decide: Decide): number {
    const kind = this.#kinds[component]!;
    return this.#choices[kind]!.choose(y, decide, this.#open[kind]);
  }

  /** The row of a choice in the table; that of choice 0 stands for an absent component.  [1, H] */
  embedding(component: number, operation: number): Tensor {
    return this.#choices[this.#kinds[component]!]!.embedding(operation);
  }
}

/** A choice among n by a linear map of the LSTM's output, with a table of embeddings. */
export class Categorical {
  readonly #engine: Engine;
  readonly #weight: Tensor;
  readonly #bias: Tensor;
  readonly #embedding: Tensor;
  readonly #squash: number;

  constructor(engine: Engine, initial: Initial, n: number, hidden: number, squash: number, initialBias = initial) {
    this.#engine = engine;
    this.#weight = engine.parameter(hidden, n, initial);
    this.#bias = engine.parameter(1, n, initialBias);
    this.#embedding = engine.parameter(n, hidden, initial);
    this.#squash = squash;
  }

  /**
   * @param y  [1, H]
   * @param open  what can be chosen, ascending; everything if left out
   */
  choose(y: Tensor, decide: Decide, open?: readonly number[]): number {
    const engine = this.#engine;
    const logits = engine.linear([[y, this.#weight]], this.#bias);
    if (open === undefined || open.length === logits.cols) return decide(logits, this.#squash);
    const rows = Int32Array.from(open);
    return open[decide(engine.gather(rows.length, [{ from: engine.reshape(logits, logits.cols, 1), rows }]), this.#squash)]!;
  }

  /** The row of a choice in the table.  [1, H] */
  embedding(choice: number): Tensor {
    return this.#engine.row(this.#embedding, choice);
  }
}
