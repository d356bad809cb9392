/**
 * Searches by weight sharing on the backend "pytorch": mixtures.py computes, and keeps the weights. Steps that are
 * asked for at once cross in one message, and of each comes back what was found: some hundred bytes.
 *
 * @module
 */
import { torchValues } from "../../core/pytorch/state-dict.ts";
import { liveParts, type Network, shapesOf } from "../../core/space/network.ts";
import type { Judged, Mixture } from "../../core/training/weight-sharing.ts";
import type { Batch, LearningStep, MixtureDefinition, MixtureLearner, Moments } from "../weight-sharing/learner.ts";
import { isPath, restricted } from "../weight-sharing/mixture-definition.ts";
import { drawnArrays, type OpenedProcess } from "./opened-process.ts";

export class PytorchMixtures implements MixtureLearner {
  readonly #python: OpenedProcess;
  readonly #network: Network;

  private constructor(python: OpenedProcess, network: Network) {
    this.#python = python;
    this.#network = network;
  }

  /** Sends what is to be learnt. @throws EvokeError TRAINING_FAILED */
  static async of(python: OpenedProcess, { dataset, network, weights, fixed, unsampled }: MixtureDefinition): Promise<PytorchMixtures> {
    const mixtures = { layers: network.layers, shapes: shapesOf(network), fixed, drift: unsampled === "drift" };
    await python.sendDataset(dataset);
    await python.send({ mixtures }, ...torchValues(network, weights));
    return new PytorchMixtures(python, network);
  }

  async learn(steps: readonly LearningStep[]): Promise<readonly Judged[]> {
    if (steps.length === 0) return [];
    const asked = steps.map(({ mixture, rule, clip, all, momentum, held }) => {
      if (rule.optimizer !== "sgd") throw new Error(`weights that are shared do not learn by ${rule.optimizer}`);
      const { rate, nesterov = true, decay } = rule;
      return { ...this.#mixed(mixture, all), rate, momentum: rule.momentum, nesterov, decay, clip, moments: momentum, held };
    });
    const batches = steps.map(({ batch }) => batch);
    const found = (await this.#ask({ learn: { steps: asked, ...described(batches) } }, batches)).values();
    return steps.map(({ mixture, all }) => judgedBy(found, mixture, all, false));
  }

  async judge(batch: Batch, mixture: Mixture, { all, keep }: { readonly all: boolean; readonly keep: boolean }): Promise<Judged> {
    const found = await this.#ask({ judge: { ...this.#mixed(mixture, all), keep, ...described([batch]) } }, [batch]);
    return judgedBy(found.values(), mixture, all, keep);
  }

  async right(mixture: Mixture, batches: readonly Batch[], moments: Moments): Promise<number> {
    const estimating = moments.by === "estimated" ? moments.batches : [];
    const all = [...estimating, ...batches];
    const asked = { ...this.#mixed(mixture, false, isPath(mixture)), by: moments.by, estimating: estimating.length, ...described(all) };
    const [right] = await this.#ask({ right: asked }, all);
    return right!;
  }

  async remember(): Promise<void> {
    await this.#ask({ remember: {} });
  }

  async recall(): Promise<void> {
    await this.#ask({ recall: {} });
  }

  async move(times: number): Promise<void> {
    await this.#ask({ move: { times } });
  }

  save(): Promise<Float32Array> {
    return this.#ask({ save: {} });
  }

  async restore(state: Float32Array): Promise<void> {
    await this.#python.numbers({ asked: { restore: {} } }, state);
  }

  dispose(): void {} // what it holds goes with what the process is sent next

  /** @param closed  whether each edge is its one operation, as in the network of an architecture */
  #mixed(mixture: Mixture, all: boolean, closed = false): object {
    const isEmpty = mixture.some((weights) => !all && weights.every((weight) => weight === 0));
    const zero: number[] = [];
    if (closed || isEmpty) {
      const { isZero } = liveParts(restricted(this.#network, (edge, operation) => all || mixture[edge]![operation] !== 0, closed));
      for (const [layer, is] of isZero.entries()) if (is) zero.push(layer);
    }
    return { mixture, everything: all, zero };
  }

  #ask(asked: object, batches: readonly Batch[] = []): Promise<Float32Array> {
    const drawn = batches.flatMap(({ drawn = {}, rows }) => drawnArrays(drawn, rows.length).arrays);
    return this.#python.numbers({ asked }, ...batches.map(({ rows }) => rows), ...drawn);
  }
}

/** What is said of batches whose numbers are sent behind it. */
function described(batches: readonly Batch[]): { readonly batches: readonly object[] } {
  return {
    batches: batches.map(({ of, rows: { length }, drawn = {} }) => ({ of, rows: length, drawn: drawnArrays(drawn, length).lengths })),
  };
}

/** @param found  numbers, as mixtures.py gives them */
function judgedBy(found: IterableIterator<number>, mixture: Mixture, all: boolean, keep: boolean): Judged {
  const next = () => found.next().value as number;
  const [loss, norm] = [next(), next()];
  const outputs: number[] = [];
  const gradient = mixture.map((weights) => {
    outputs.push(next());
    return weights.map((weight) => {
      const slope = next();
      return all || weight !== 0 ? slope : Number.NaN;
    });
  });
  return { loss, gradient, outputs, ...(keep && { norm }) };
}
