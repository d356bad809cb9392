/**
 * Ends trainings that do worse than most: one whose metric after an epoch is below the median of what the others had
 * come to by then.
 *
 * Golovin et al. 2017, "Google Vizier: A Service for Black-Box Optimization", KDD, Section 3.2.1: a trial is stopped
 * at step s if its best objective by step s is below the median of the running averages of the others,
 *
 *   ô(s) = mean over a curve's points up to step s        floor(s) = median over the curves of ô(s)
 *
 * Different from the paper: the floor is compared with the metric after the epoch, not with the best up to it, so a
 * training that falls below is ended even if it was above before.
 *
 * - The curves are those of outcomes that were observed before the proposal was made, so a run does not depend on how
 *   fast its trainings are. First centres are neither stopped nor counted.
 * - Curves need not have the same epochs: a floor is put at each epoch of any of them, and a curve counts with its
 *   points up to there. A training that was stopped counts at later epochs with the mean of what it had, which is below
 *   the median still: so no more than half are stopped where ranks do not change. Were only those counted that were
 *   trained to the end, the median would rise with each of them.
 * - Trainings at one fidelity are compared with each other only: theirs is another schedule.
 * - `least` is Optuna's for the same rule. `after` is 2, since a mean of one point says little, and an accuracy
 *   before the learning rate has begun to fall says least; both are set higher where trainings are noisy.
 *
 * A training that was stopped is charged the epochs that it had, and is neither the answer nor a centre. What it would
 * have come to nobody knows, and an accuracy after few epochs is so far below all others that it would outweigh them in a
 * policy's mean. So the controller is handed its score as measured and with it `stoppedAfter`, but as its reward no less
 * than the least that it was handed for a training to the end at that fidelity.
 *
 * It has an effect where the evaluator tells of a training's epochs and ends it when asked, as `training` and `command`
 * do.
 *
 * @module
 */
import type { Outcome } from "../../core/plugin/controller.ts";
import type { CurvePoint } from "../../core/plugin/evaluator.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { quantile } from "../../core/statistics/descriptive.ts";

export default plugin({
  kind: "middleware",
  name: "median-stop",
  summary: "Ends trainings whose learning curve is below the median of the others",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      after: {
        type: "number",
        minimum: 0,
        maximum: 1_000_000,
        default: 2,
        description: "the first epoch after which a training may be stopped",
      },
      least: { type: "integer", minimum: 1, maximum: 1_000_000_000, default: 5, description: "learning curves that there must be before" },
    },
  },
  needs: [],
  create: ({ after, least }) => ({
    around(controller) {
      /** By fidelity; undefined is the full one. */
      const trainings = new Map<number | undefined, Trainings>();
      const of = (fidelity: number | undefined) => {
        const known = trainings.get(fidelity) ?? new Trainings(after, least);
        trainings.set(fidelity, known);
        return known;
      };
      return {
        concurrency: controller.concurrency,
        rounds: controller.rounds,
        propose() {
          const proposal = controller.propose();
          if (proposal.known !== undefined) return proposal;
          const floors = higher(proposal.floors ?? [], of(proposal.fidelity).floors());
          return floors.length === 0 ? proposal : { ...proposal, floors };
        },
        observe(outcome) {
          const others = of(outcome.fidelity);
          controller.observe({ ...outcome, reward: others.rewardOf(outcome) });
          others.add(outcome);
        },
      };
    },
  }),
});

/** The trainings at one fidelity. */
class Trainings {
  readonly #after: number;
  readonly #least: number;
  /** ô of each curve, at its own epochs. */
  readonly #means: (readonly CurvePoint[])[] = [];
  /** Undefined where a curve has come since. */
  #floors: readonly CurvePoint[] | undefined = [];
  /** Of those that were trained to the end. */
  #leastReward = Number.NEGATIVE_INFINITY;

  constructor(after: number, least: number) {
    this.#after = after;
    this.#least = least;
  }

  add({ curve = [], reward, stoppedAfter }: Outcome): void {
    if (stoppedAfter === undefined && Number.isFinite(reward))
      this.#leastReward = this.#leastReward === Number.NEGATIVE_INFINITY ? reward : Math.min(this.#leastReward, reward);
    if (curve.length === 0) return;
    let sum = 0;
    this.#means.push(curve.map(({ epoch, value }, i) => ({ epoch, value: (sum += value) / (i + 1) })));
    this.#floors = undefined;
  }

  rewardOf({ reward, stoppedAfter }: Outcome): number {
    return stoppedAfter === undefined ? reward : Math.max(reward, this.#leastReward);
  }

  floors(): readonly CurvePoint[] {
    return (this.#floors ??= this.#medians());
  }

  #medians(): CurvePoint[] {
    if (this.#means.length < this.#least) return [];
    const reached = this.#means.map(() => -1); // the last point of each curve that is not after the epoch
    return epochsOf(...this.#means)
      .map((epoch) => {
        const values = this.#means.flatMap((curve, i) => {
          while ((curve[reached[i]! + 1]?.epoch ?? Number.POSITIVE_INFINITY) <= epoch) reached[i]!++;
          return curve[reached[i]!]?.value ?? [];
        });
        return { epoch, value: quantile(values, 0.5), n: values.length };
      })
      .filter(({ epoch, n }) => epoch >= this.#after && n >= this.#least)
      .map(({ epoch, value }) => ({ epoch, value }));
  }
}

/** The epochs of any of the curves, ascending. */
function epochsOf(...curves: readonly (readonly CurvePoint[])[]): number[] {
  return [...new Set(curves.flatMap((curve) => curve.map(({ epoch }) => epoch)))].sort((a, b) => a - b);
}

/** The higher of two floors at each epoch. */
function higher(a: readonly CurvePoint[], b: readonly CurvePoint[]): readonly CurvePoint[] {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const at = (floors: readonly CurvePoint[], epoch: number) =>
    floors.findLast((floor) => floor.epoch <= epoch)?.value ?? Number.NEGATIVE_INFINITY;
  return epochsOf(a, b).map((epoch) => ({ epoch, value: Math.max(at(a, epoch), at(b, epoch)) }));
}
