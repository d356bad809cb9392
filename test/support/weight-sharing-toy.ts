/**
 * A controller that searches by weight sharing and uses all that there is of shared weights, for tests: a module with a
 * plugin, and the method by itself.
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";
import type { OpenNetwork } from "../../core/space/open-network.ts";
import type { Mixture, SharedWeights, WeightSharingMethod } from "../../core/training/weight-sharing.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { oneHot } from "../../core/weight-sharing/relaxation.ts";

/** Logits that go down the gradient of the mixture, and one single path in each epoch. */
export class ToyMethod implements WeightSharingMethod {
  readonly schedule = {
    ...{ epochs: 4, batchSize: 20, learningRate: 0.05, finalLearningRate: 0.001, momentum: 0.9, nesterov: true },
    ...{ weightDecay: 5e-4, clip: 5 },
  };
  readonly publishedSteps = 1000;
  readonly #logits: number[][];

  constructor({ edges }: OpenNetwork) {
    this.#logits = edges.map(({ operations }) => operations.map(() => 0));
  }

  async epoch(_: number, weights: SharedWeights) {
    let sum = 0;
    for (let step = 0; step < weights.steps; step++) {
      const mixture = this.#mixture;
      const [learnt] = await weights.learn([mixture]);
      sum += learnt!.loss;
      await weights.remember();
      const { norm } = await weights.judge(mixture, { keep: true });
      await weights.move(-0.1 / norm!);
      const { gradient } = await weights.judge(mixture, { images: { of: "weights", again: true } });
      await weights.recall();
      for (const [e, edge] of this.#logits.entries())
        for (const k of edge.keys()) edge[k]! -= 1e-4 * weights.rateFactor * mixture[e]![k]! * gradient[e]![k]!;
    }
    const path = weights.edges.map(({ operations }) => oneHot(weights.rng.below(operations.length), operations.length));
    await weights.learn([path], { all: true, clip: false, again: true });
    return { loss: sum / weights.steps, probabilities: this.#mixture };
  }

  save(): readonly number[] {
    return this.#logits.flat();
  }

  restore(saved: readonly number[]): void {
    let at = 0;
    for (const edge of this.#logits) for (const k of edge.keys()) edge[k] = saved[at++]!;
  }

  async rank(weights: SharedWeights, open: OpenNetwork) {
    const paths = Array.from({ length: 3 }, () =>
      weights.edges.map(({ operations }) => oneHot(weights.rng.below(operations.length), operations.length)),
    );
    const accuracies = await weights.accuracies(paths, 20);
    const order = paths.map((_, i) => i).sort((a, b) => accuracies[b]! - accuracies[a]! || a - b);
    return [open.derive(this.#mixture), ...order.map((i) => open.derive(paths[i]!))];
  }

  get #mixture(): Mixture {
    return this.#logits.map((edge) => {
      const powers = edge.map(Math.exp);
      const sum = powers.reduce((a, b) => a + b, 0);
      return powers.map((power) => power / sum);
    });
  }
}

export default plugin({
  kind: "controller",
  name: "toy-weight-sharing",
  summary: "Searches by weight sharing, for tests",
  options: NO_OPTIONS,
  needs: ["sharedWeights"],
  create: (_, { sharedWeights }) => controllerBy(sharedWeights, new ToyMethod(sharedWeights.open())),
});
