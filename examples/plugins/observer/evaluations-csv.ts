/**
 * Writes what was evaluated as a table: one file a run, evaluations/SEED.csv in the results, with a line for each evaluation.
 * The first centres have the query −1.
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "evoke-nas";

export default plugin({
  kind: "observer",
  name: "evaluations-csv",
  summary: "Writes the evaluations of each run to evaluations/SEED.csv",
  options: NO_OPTIONS,
  needs: ["output"],
  create(_options, { output }) {
    const texts = new Map(); // by seed, of the runs under way
    return {
      types: ["architecture.evaluated", "run.finished", "run.failed"],
      next(event) {
        const text = texts.get(event.seed) ?? "query,architecture,score,seconds\n";
        if (event.type === "architecture.evaluated") {
          const { query, architecture, score, charged } = event;
          texts.set(event.seed, `${text}${query},"${architecture.replaceAll('"', '""')}",${score},${charged.seconds}\n`);
        }
        if (event.type === "run.finished" || event.type === "run.failed") {
          texts.delete(event.seed);
          return output.write(`evaluations/${event.seed}.csv`, text); // awaited, before the run counts as done
        }
      },
    };
  },
});
