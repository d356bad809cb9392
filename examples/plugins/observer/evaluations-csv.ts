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
    const files = new Map(); // by seed, of the runs under way
    return {
      types: ["run.started", "architecture.evaluated", "run.finished", "run.failed"],
      next(event) {
        if (event.type === "run.started") {
          const begun = output.begin(`evaluations/${event.seed}.csv`);
          begun.add("query,architecture,score,seconds\n");
          files.set(event.seed, begun);
        }
        const file = files.get(event.seed);
        if (event.type === "architecture.evaluated") {
          const { query, architecture, score, charged } = event;
          file.add(`${query},"${architecture.replaceAll('"', '""')}",${score},${charged.seconds}\n`);
        }
        if (event.type === "run.finished" || event.type === "run.failed") {
          files.delete(event.seed);
          return file.finish(); // awaited, before the run counts as done
        }
      },
      finish() {
        for (const file of files.values()) file.discard(); // of runs that came to no end
      },
    };
  },
});
