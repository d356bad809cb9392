/**
 * Searches by gradients of the architecture's parameters, in turn with those of the weights: what DARTS and its
 * descendants have in common. They differ in how parameters become weights of operations, and back.
 *
 *   weights       w ← w − rate · ∇_w L_train(w, m(α))
 *   architecture  α ← Adam of ∇_α [L_val(w, m(α)) + penalty(α)]
 *
 * Of the second order, ∇_α L_val is taken after a step of the weights, ŵ = w − ξ ∇_w L_train(w, m) as a function of α:
 *
 *   v = ∇_w L_val(ŵ, m),  ε = 0.01 / ‖v‖
 *   ∇_m L_val(ŵ, m) − ξ [∇_m L_train(w + εv, m) − ∇_m L_train(w − εv, m)] / 2ε      Liu et al. 2019, Eq. 7 and 8
 *
 * and from there to α by the chain rule. ŵ is where the optimizer of the weights leads, momentum and weight decay
 * included, without clipping; ξ is what it multiplies the gradient by: the rate, or (1 + momentum) times it where the
 * momentum is Nesterov's.
 *
 * @module
 */
import { type Rng, randomStream } from "../../random/rng.ts";
import type { Architecture } from "../../space/architecture.ts";
import type { Judged, Mixture, SharedWeights, WeightSharingMethod } from "../../training/weight-sharing.ts";
import type { ArchitectureParameters } from "../architecture-parameters.ts";
import { rankedBy } from "../ranking.ts";
import type { Relaxed } from "../relaxation.ts";
import { curvatureAt } from "./curvature.ts";
import { EarlyStopping } from "./early-stopping.ts";

/** The option of methods whose mixtures are functions of α, for the schema of a controller. */
export const CURVATURE_OPTION = {
  curvatureEvery: {
    type: "integer",
    minimum: 0,
    maximum: 1_000_000_000,
    default: 0,
    description:
      "epochs from one measurement of the curvature to the next, which takes two passes for each parameter; 0 for no measurement",
  },
} as const;

/** How far the search is, and what it draws from. */
export interface Now {
  /** The share of the epochs that is over: 0 in the first, 1 − 1/E in the last of E. */
  readonly over: number;
  /** As `over`, but 1 in the last epoch. */
  readonly along: number;
  readonly rng: Rng;
}

export interface GradientMethod extends Pick<WeightSharingMethod, "schedule" | "publishedSteps" | "partial"> {
  readonly parameters: ArchitectureParameters;
  /** Which of the two steps comes first. */
  readonly first: "weights" | "architecture";
  /** 1 if left out; 2 only where `relax` draws nothing. */
  readonly order?: 1 | 2;
  /** The share of the epochs, from the first on, in which weights learn alone; none if left out. */
  readonly frozen?: number;
  /** 0 or left out for no measurement. */
  readonly curvatureEvery?: number;
  /** What curvature may grow by before the search ends; see EarlyStopping. It may grow if left out. */
  readonly stopAt?: number | undefined;
  /** @param values  α  [edges][operations] */
  relax(values: Mixture, now: Now): Relaxed;
  /** The gradient of what α is penalised for, beside its weight decay.  [edges][operations] */
  penalty?(values: Mixture, now: Now): Mixture;
  /** What an architecture is derived from.  [edges][operations] */
  probabilities(values: Mixture): Mixture;
  /** Architectures that the limits do not admit are passed over, where others are ranked. */
  readonly feasible: (architecture: Architecture) => boolean;
}

export function gradientMethod(method: GradientMethod): WeightSharingMethod {
  const { parameters, first, order = 1, frozen = 0, curvatureEvery = 0, stopAt } = method;
  const sizes = parameters.values.map(({ length }) => length);
  const stopping = stopAt === undefined ? undefined : new EarlyStopping(stopAt, sizes);

  async function learnWeights(weights: SharedWeights, now: Now, again: boolean): Promise<number> {
    const [found] = await weights.learn([method.relax(parameters.values, now).mixture], { again });
    return found!.loss;
  }

  async function learnArchitecture(weights: SharedWeights, now: Now): Promise<void> {
    const relaxed = method.relax(parameters.values, now);
    const again = first === "weights";
    const judged = order === 2 ? await judgedAhead(weights, relaxed.mixture, again) : await weights.judge(relaxed.mixture);
    const slopes = relaxed.backward(judged);
    const penalty = method.penalty?.(parameters.values, now);
    parameters.step(penalty ? plus(slopes, penalty, 1) : slopes, weights.rateFactor);
  }

  /** λ_max on a batch of the architecture's images, always with the same draws. */
  function measuredCurvature(weights: SharedWeights, now: Now): Promise<number> {
    const seed = weights.rng.below(2 ** 32);
    let again = false;
    return curvatureAt(parameters.values, async (values) => {
      const { mixture, backward } = method.relax(values, { ...now, rng: randomStream(seed, "/curvature") });
      const judged = await weights.judge(mixture, { images: { of: "architecture", again } });
      again = true;
      return backward(judged);
    });
  }

  return {
    schedule: method.schedule,
    publishedSteps: method.publishedSteps,
    ...(method.partial !== undefined && { partial: method.partial }),
    async epoch(epoch, weights) {
      const { epochs } = weights.schedule;
      const now: Now = { over: (epoch - 1) / epochs, along: epochs === 1 ? 1 : (epoch - 1) / (epochs - 1), rng: weights.rng };
      const both = now.over >= frozen;
      let loss = 0;
      for (let step = 0; step < weights.steps; step++) {
        if (both && first === "architecture") await learnArchitecture(weights, now);
        loss += (await learnWeights(weights, now, both && first === "architecture" && order === 2)) / weights.steps;
        if (both && first === "weights") await learnArchitecture(weights, now);
      }
      const probabilities = method.probabilities(parameters.values);
      if (curvatureEvery === 0 || epoch % curvatureEvery !== 0) return { loss, probabilities };
      const curvature = await measuredCurvature(weights, now);
      const ended = stopping?.check({ epoch, curvature, probabilities });
      return { loss, probabilities, curvature, ...(ended && { ended }) };
    },
    save: () => [...parameters.save(), ...(stopping?.save() ?? [])],
    restore(saved) {
      parameters.restore(saved);
      stopping?.restore(saved.slice(parameters.saved));
    },
    rank: async (_, open) => rankedBy(open, stopping?.settled ?? method.probabilities(parameters.values), { feasible: method.feasible }),
  };
}

/** a + factor · b.  [edges][operations] */
function plus(a: Mixture, b: Mixture, factor: number): Mixture {
  return a.map((row, edge) => row.map((value, k) => value + factor * b[edge]![k]!));
}

/**
 * The gradient of the second order by the mixture. The weights are what they were, to the bit, afterwards.
 * @param again  whether the weights' images are those of the last step, or the next, which the step afterwards has again
 */
async function judgedAhead(weights: SharedWeights, mixture: Mixture, again: boolean): Promise<Judged> {
  const { nesterov, momentum } = weights.schedule;
  const images = { of: "weights", again: true } as const;
  await weights.remember();
  await weights.learn([mixture], { again, clip: false });
  const ahead = await weights.judge(mixture, { keep: true });
  await weights.recall();
  if (!(ahead.norm! > 0)) return ahead;
  const epsilon = 0.01 / ahead.norm!;
  await weights.move(epsilon);
  const more = await weights.judge(mixture, { images });
  await weights.move(-2 * epsilon);
  const less = await weights.judge(mixture, { images });
  await weights.recall();
  const rate = weights.learningRate * (nesterov ? 1 + momentum : 1);
  const slopes = plus(more.gradient, less.gradient, -1);
  return { ...ahead, gradient: plus(ahead.gradient, slopes, -rate / (2 * epsilon)) };
}
