/** Runs whose evaluations are done outside of the thread that asks: many side by side in this one. @module */
import type { SearchEvent } from "../../../core/record/events.ts";
import type { Limit } from "../../../core/search/pace.ts";
import { Compositions } from "./compositions.ts";
import { openPlanned } from "./open-planned.ts";
import { runSeed } from "./run-seed.ts";
import type { Work, WorkListener } from "./work.ts";

/**
 * Runs side by side the seeds whose evaluations are done elsewhere: seed by seed of all experiments, so that these can be
 * compared early. Each run has one evaluation under way at least, so as many runs are begun as evaluations can be.
 * @param room  for runs that are under way
 */
export async function executeTogether({ experiments, kept }: Work, room: Limit, listener: WorkListener): Promise<void> {
  const waiting = experiments
    .flatMap(({ seeds, places }, experiment) => (places === undefined ? [] : seeds.map((seed, i) => ({ seed, i, experiment, places }))))
    .sort((a, b) => a.i - b.i || a.experiment - b.experiment);
  if (waiting.length === 0) return;
  const compositions = new Compositions((experiment) => openPlanned(experiments[experiment]!, kept));
  const { elsewhere, journals, bounds } = kept;
  let telling: Promise<void> = Promise.resolve();
  const run = async ({ seed, experiment, places }: (typeof waiting)[number]) => {
    if (!listener.wants(seed, experiment)) return;
    const opened = await compositions.get(experiment);
    const { composition } = opened;
    const hear = (event: SearchEvent) => listener.events([event], experiment);
    const limit = bounds?.(composition.experiment.evaluator, places);
    const ended = await (elsewhere
      ? elsewhere.run(opened, seed, kept, listener.types, hear)
      : runSeed(composition, seed, { ...journals, ...(limit && { limit }) }, listener.types, hear));
    telling = telling.then(() => listener.ended(ended, experiment));
    await telling;
  };
  try {
    await Promise.all(waiting.map((one) => room.run(() => run(one))));
  } finally {
    const { endIdleProcesses } = await import("../processes/processes.ts");
    await endIdleProcesses();
  }
}
