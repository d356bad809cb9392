/**
 * Spends no query on architectures that the limits under /constraints do not admit: the controller that it wraps is
 * told at once that such a proposal is withdrawn, and is asked for another. So a limit that costs nothing to check, as one
 * on multiply-adds, is checked before the evaluation, as Once-for-All's evolution does (Cai et al. 2020,
 * arXiv:1908.09791); the paper checks it after, where β would replace α.
 *
 * A policy learns nothing from what is withdrawn. After `attempts` such proposals in a row the next one is evaluated and
 * charged in any case, so that a run also ends where nothing else is proposed.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "middleware",
  name: "feasible-only",
  summary: "Asks again, free of charge, where the limits do not admit a proposal",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      attempts: {
        type: "integer",
        minimum: 1,
        maximum: 100_000,
        default: 100,
        description: "proposals in a row that may be turned down; the next is evaluated in any case",
      },
    },
  },
  needs: ["feasible"],
  create: ({ attempts }, { feasible }) => ({
    around: (controller) => ({
      concurrency: controller.concurrency,
      rounds: controller.rounds,
      propose() {
        for (let attempt = 0; ; attempt++) {
          const proposal = controller.propose();
          if (attempt === attempts || feasible(proposal.architecture)) return proposal;
          controller.observe({ ...proposal, score: Number.NaN, reward: Number.NaN, withdrawn: true });
        }
      },
      observe: (outcome) => controller.observe(outcome),
    }),
  }),
});
