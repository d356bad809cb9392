/** Runs of an experiment in an executor, one after the other. @module */
import { boundsOf } from "../../../evaluations/bounds.ts";
import { evaluationPaths, madeFolder, removeTrainings } from "../../../evaluations/evaluation-folders.ts";
import type { JournalParts } from "../../../evaluations/journal.ts";
import { runSeed } from "../../../run/run-seed.ts";
import type { RunsJob } from "../../messages.ts";
import { EventPacker } from "../../packed-events.ts";
import type { ExecutorSettings, Link } from "../executor-messages.ts";
import { CannotHere, saysOfTheMachine } from "./cannot-here.ts";
import type { Here } from "./composed.ts";

/** Each outcome is told as soon as it is there. @throws CannotHere where it is the machine that fails */
export async function doRuns(
  job: RunsJob,
  { composition, others }: Here,
  { out }: ExecutorSettings,
  { send, signal }: Link,
): Promise<void> {
  const { digest, places, experiment } = composition;
  const paths = evaluationPaths(out);
  const parts: JournalParts = {
    folders: { of: async (...evaluation) => madeFolder(paths.of(...evaluation)), shared: async (key) => madeFolder(paths.shared(key)) },
    ...(places !== undefined && { limit: boundsOf(undefined)(experiment.evaluator, places) }),
  };
  for (const [i, seed] of job.seeds.entries()) {
    if (signal.aborted) return;
    const packer = new EventPacker();
    const notes: string[] = [];
    const note = (line: string) => void notes.push(line);
    const began = performance.now();
    others.take();
    const ended = await runSeed(composition, seed, { ...parts, note }, job.types, (event) => packer.add(event));
    const name = job.outcomes[i]!;
    const events = packer.packed();
    const seconds = (performance.now() - began) / 1000;
    if ("message" in ended) {
      if (saysOfTheMachine(ended)) throw new CannotHere(ended.message);
      const { seed: _, ...failed } = ended;
      send({ name, outcome: { failed, events, notes } });
    } else {
      send({ name, outcome: { run: ended, others: others.take(), events, notes, seconds } });
      if (places !== undefined) await removeTrainings(out, digest, seed);
    }
    await new Promise(setImmediate); // so that an abort is heard
  }
}
