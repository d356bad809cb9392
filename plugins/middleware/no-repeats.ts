/**
 * Evaluates no function twice: a proposal that computes what was evaluated before in this run, as far as the space
 * can tell (`space.functionKey`), is answered from memory, free of charge. So the controller that it wraps sees an
 * outcome for each of its proposals and goes on to the next, and rewards and subspaces treat a repeat like any other
 * candidate.
 *
 * After `attempts` repeats in a row the next proposal is evaluated and charged, known or not, so that a run also
 * ends where the controller has nothing new to propose.
 *
 * What was measured at one fidelity is not known at another.
 *
 * Evaluations that failed are not remembered, nor trainings that were ended early, nor what is still under way.
 *
 * @module
 */
import type { Outcome, Proposal } from "../../core/plugin/controller.ts";
import { plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "middleware",
  name: "no-repeats",
  summary: "Answers proposals that compute a known function from memory, free of charge",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      attempts: {
        type: "integer",
        minimum: 1,
        maximum: 100_000,
        default: 20,
        description: "repeats in a row that are free; the next proposal is evaluated in any case",
      },
    },
  },
  needs: ["space"],
  create: ({ attempts }, { space }) => ({
    around(controller) {
      const keyOf = ({ architecture, fidelity }: Proposal) =>
        fidelity === undefined ? space.functionKey(architecture) : `${space.functionKey(architecture)} after ${fidelity} epochs`;
      const known = new Map<string, Pick<Outcome, "score" | "metrics">>();
      let repeats = 0; // in a row
      return {
        concurrency: controller.concurrency,
        rounds: controller.rounds,
        propose() {
          const proposal = controller.propose();
          const before = repeats < attempts ? known.get(keyOf(proposal)) : undefined;
          repeats = before === undefined ? 0 : repeats + 1;
          return before === undefined ? proposal : { ...proposal, known: before.score, knownMetrics: before.metrics };
        },
        observe(outcome) {
          const key = keyOf(outcome);
          const complete = !Number.isNaN(outcome.score) && outcome.stoppedAfter === undefined;
          if (complete && !known.has(key)) known.set(key, { score: outcome.score, metrics: outcome.metrics });
          controller.observe(outcome);
        },
      };
    },
  }),
});
