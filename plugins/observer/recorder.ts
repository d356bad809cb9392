/**
 * Keeps every event of every run: one gzipped file a run, one JSON document a line. A run of 160 queries takes some
 * 12 kB that way, a twelfth of the plain text. `evoke replay` folds a record into the result of its run.
 *
 * @module
 */
import { NO_OPTIONS, plugin } from "../../core/plugin/plugin.ts";

export default plugin({
  kind: "observer",
  name: "recorder",
  summary: "Record all events of each run in events/SEED.jsonl.gz",
  options: NO_OPTIONS,
  needs: ["output"],
  create: (_, { output }) => {
    const lines = new Map<number, string[]>(); // by seed, of the runs under way
    return {
      next(event) {
        let record = lines.get(event.seed);
        if (!record) lines.set(event.seed, (record = []));
        record.push(JSON.stringify(event));
        if (event.type !== "run.finished" && event.type !== "run.failed") return;
        lines.delete(event.seed);
        return gzip(`${record.join("\n")}\n`).then((bytes) => output.write(`events/${event.seed}.jsonl.gz`, bytes));
      },
    };
  },
});

async function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
