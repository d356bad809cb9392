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
import { type Decided, decidedIn, perturbed } from "./perturbation.ts";

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

/** By how much the weights learn more slowly between two selections by perturbation: what the authors take. */
const TUNED_SLOWER = 10;

/** What is different in steps between selections. */
interface Tuning {
  readonly decided?: Decided;
  /** Of the weights. */
  readonly rate?: number;
}

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
  /** Operations are selected by perturbation, after each edge but the last all learn on for so many epochs; by α if left out. */
  readonly tuning?: number | undefined;
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
  const { parameters, first, order = 1, frozen = 0, curvatureEvery = 0, stopAt, tuning } = method;
  const sizes = parameters.values.map(({ length }) => length);
  const stopping = stopAt === undefined ? undefined : new EarlyStopping(stopAt, sizes);

  /** A step of the weights, and of the architecture unless it is frozen. @returns the loss of the weights, in nats */
  async function learnBoth(weights: SharedWeights, now: Now, { decided, rate }: Tuning = {}): Promise<number> {
    const both = now.over >= frozen;
    const relax = () => decidedIn(method.relax(parameters.values, now), decided);
    if (both && first === "architecture") await learnArchitecture(weights, now, relax());
    const again = both && first === "architecture" && order === 2;
    const [found] = await weights.learn([relax().mixture], { again, ...(rate !== undefined && { rate }) });
    if (both && first === "weights") await learnArchitecture(weights, now, relax());
    return found!.loss;
  }

  async function learnArchitecture(weights: SharedWeights, now: Now, relaxed: Relaxed): Promise<void> {
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

  /** The probability of each operation by what its edge is worth without it. */
  function selected(weights: SharedWeights, epochs: number): Promise<Mixture> {
    const now: Now = { over: 1, along: 1, rng: weights.rng };
    const rate = weights.schedule.learningRate / TUNED_SLOWER;
    return perturbed(
      weights,
      () => method.relax(parameters.values, now).mixture,
      async (decided) => {
        for (let step = 0; step < epochs * weights.steps; step++) await learnBoth(weights, now, { decided, rate });
      },
    );
  }

  return {
    schedule: method.schedule,
    publishedSteps: method.publishedSteps,
    ...(method.partial !== undefined && { partial: method.partial }),
    async epoch(epoch, weights) {
      const { epochs } = weights.schedule;
      const now: Now = { over: (epoch - 1) / epochs, along: epochs === 1 ? 1 : (epoch - 1) / (epochs - 1), rng: weights.rng };
      let loss = 0;
      for (let step = 0; step < weights.steps; step++) loss += (await learnBoth(weights, now)) / weights.steps;
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
    async rank(weights, open) {
      const byValue = () => stopping?.settled ?? method.probabilities(parameters.values);
      const probabilities = tuning === undefined ? byValue() : await selected(weights, tuning);
      return rankedBy(open, probabilities, { feasible: method.feasible });
    },
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
