/**
 * Keeps every event of every run: one gzipped file a run, one JSON document a line, written as the run goes on. A run of
 * 160 queries takes some 12 kB that way, a twelfth of the plain text. A run whose record cannot be kept is not done.
 * `evoke replay` folds a record into the result of its run.
 *
 * @module
 */
import type { GrowingFile } from "../../core/plugin/dependencies.ts";
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "observer",
  name: "recorder",
  summary: "Record all events of each run in events/SEED.jsonl.gz",
  options: NO_OPTIONS,
  needs: ["output"],
  create: (_, { output }) => {
    const records = new Map<number, GrowingFile>(); // by seed, of the runs under way
    return {
      essential: true,
      next(event) {
        const { seed, type } = event;
        if (type === "run.started") records.set(seed, output.begin(`events/${seed}.jsonl.gz`));
        const record = records.get(seed)!;
        record.add(`${JSON.stringify(event)}\n`);
        if (type !== "run.finished" && type !== "run.failed") return;
        records.delete(seed);
        return record.finish();
      },
      finish() {
        for (const record of records.values()) record.discard();
      },
    };
  },
});
