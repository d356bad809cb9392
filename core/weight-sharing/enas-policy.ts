/**
 * The policy of ENAS: an LSTM of two layers goes over the components of an architecture; a learnt vector comes first, then
 * the embedding of each choice. A choice is drawn from the softmax of 2.5 tanh(x / 5), so that none of five is ever less
 * likely than 0.17 percent.
 *
 * Pham et al. 2018, arXiv:1802.03268; 32 units and the first weights are those of its entry in NAS-Bench-201
 * (AutoDL-Projects). Beyond that: components that differ in their choices have tables of their own, and one that is absent
 * has no step.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import type { LstmCell, LstmState, Tensor } from "../engine/tensor.ts";
import type { Space } from "../plugin/space.ts";
import { OperationChoice } from "../policy/decisions.ts";
import { smallUniform } from "../policy/policy-gradient.ts";
import type { Rng } from "../random/rng.ts";
import type { Architecture } from "../space/architecture.ts";
import { chosenMembers } from "../space/modifications.ts";

const UNITS = 32;
const [SQUASH, TEMPERATURE] = [2.5, 5];

export class PathPolicy {
  readonly #engine: Engine;
  readonly #member: (choose: (component: number) => number) => Architecture;
  readonly #start: Tensor;
  readonly #layers: readonly [LstmCell, LstmCell];
  readonly #operations: OperationChoice;

  constructor(engine: Engine, rng: Rng, space: Space) {
    const small = smallUniform(rng);
    const usual = () => (2 * rng.next() - 1) / Math.sqrt(UNITS); // PyTorch's
    const cell = (matrices: () => number): LstmCell => ({
      input: engine.parameter(UNITS, 4 * UNITS, matrices),
      recurrent: engine.parameter(UNITS, 4 * UNITS, matrices),
      inputBias: engine.parameter(1, 4 * UNITS, usual),
      recurrentBias: engine.parameter(1, 4 * UNITS, usual),
    });
    this.#engine = engine;
    this.#member = chosenMembers(space);
    this.#start = engine.parameter(1, UNITS, small);
    this.#layers = [cell(small), cell(usual)];
    this.#operations = new OperationChoice(engine, small, space, UNITS, SQUASH, usual);
  }

  /** Draws an architecture, on a new tape of the engine, which has the log-probability and the entropy of its choices. */
  draw(rng: Rng): Architecture {
    const engine = this.#engine;
    const decide = (logits: Tensor, squash: number) =>
      engine.choose(engine.gather(logits.rows, [{ from: logits, scale: 1 / TEMPERATURE }]), rng.next(), squash);
    let x = this.#start;
    let states: readonly LstmState[] = [];
    engine.begin();
    return this.#member((component) => {
      const lower = engine.lstm(this.#layers[0], x, states[0]);
      const upper = engine.lstm(this.#layers[1], lower.hidden, states[1]);
      states = [lower, upper];
      const operation = this.#operations.choose(component, upper.hidden, decide);
      x = this.#operations.embedding(component, operation);
      return operation;
    });
  }
}
