/**
 * ASE-NAS with a view of its decisions: the plugin `gnn-lstm`, handed an engine that tells what it chooses, and among what.
 *
 * @module
 */
import gnnLstm from "../../../controllers/subspaces/gnn-lstm.ts";
import type { Engine } from "../../../core/engine/engine.ts";
import type { Tensor } from "../../../core/engine/tensor.ts";
import type { Plugin } from "../../../core/plugin/plugin.ts";

/** One decision of a policy. */
export interface Decision {
  readonly chosen: number;
  /** Of each choice. */
  readonly probabilities: readonly number[];
  /** In nats. */
  readonly entropy: number;
}

/** @param see  told of each decision, when it is taken: the subspace, then of each modification the edge and the operation */
export function watchedPolicy(see: (decision: Decision) => void): Plugin<"controller"> {
  const { create } = gnnLstm;
  const watched: typeof gnnLstm = {
    ...gnnLstm,
    create: (options, needs) => create(options, { ...needs, engine: watchedEngine(needs.engine, see) }),
  };
  return watched;
}

function watchedEngine(engine: Engine, see: (decision: Decision) => void): Engine {
  const choose = (logits: Tensor, u: number, squash = 0) => {
    const chosen = engine.choose(logits, u, squash);
    see(decisionOf(engine.read(logits), squash, chosen));
    return chosen;
  };
  // Its methods reach what is private to it, so each is called on the engine itself.
  return new Proxy(engine, {
    get(target, name) {
      if (name === "choose") return choose;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The softmax of logits that are squashed to ±squash, as the engine has it. */
function decisionOf(logits: ArrayLike<number>, squash: number, chosen: number): Decision {
  const weights = Array.from(logits, (logit) => Math.exp(squash > 0 ? squash * Math.tanh(logit) : logit));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const probabilities = weights.map((weight) => weight / sum);
  return { chosen, probabilities, entropy: -probabilities.reduce((total, p) => total + (p > 0 ? p * Math.log(p) : 0), 0) };
}
