/**
 * Hands the controller rewards of mean 0 and standard deviation 1: of each reward the mean of all so far is taken off, and
 * the rest divided by their standard deviation. So a controller learns at the same pace whatever the unit of the metric.
 *
 * Mean and variance are updated by the method of Welford 1962, doi:10.1080/00401706.1962.10490022. A reward of NaN, of an
 * evaluation that failed, is handed on as it is.
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "evoke-nas";

export default plugin({
  kind: "middleware",
  name: "standardised-rewards",
  summary: "Hands the controller rewards of mean 0 and standard deviation 1",
  options: NO_OPTIONS,
  needs: [],
  create: () => ({
    around(controller) {
      let [count, mean, squares] = [0, 0, 0]; // squares: the sum of (reward − mean)²
      return {
        concurrency: controller.concurrency,
        rounds: controller.rounds,
        propose: () => controller.propose(),
        observe(outcome) {
          if (Number.isNaN(outcome.reward)) {
            controller.observe(outcome);
            return;
          }
          count++;
          const before = outcome.reward - mean;
          mean += before / count;
          squares += before * (outcome.reward - mean);
          const deviation = Math.sqrt(squares / count);
          controller.observe({ ...outcome, reward: deviation > 0 ? (outcome.reward - mean) / deviation : 0 });
        },
      };
    },
  }),
});
