/** Experiments of parcels, composed in an executor when they are first needed. @module */
import type { Composition } from "../../../../../core/kernel.ts";
import { trainingsFolder } from "../../../evaluations/evaluation-folders.ts";
import { type ExperimentFile, loadExperiment, openExperiment } from "../../../experiment.ts";
import { LastUsed } from "../../../last-used.ts";
import { keptRuns } from "../../../run/kept-runs.ts";
import { checkExperiment } from "../../parcels/differences.ts";
import type { ExecutorSettings } from "../executor-messages.ts";
import type { Unpacked } from "../unpacked.ts";
import { CannotHere } from "./cannot-here.ts";
import { Evaluators } from "./evaluators.ts";
import { OtherRuns } from "./other-runs.ts";

/** So many parcels stay composed. */
const COMPOSED_AT_ONCE = 8;

export interface Here {
  readonly composition: Composition;
  readonly evaluators: Evaluators;
  /** Runs of other experiments that its runs begin with. */
  readonly others: OtherRuns;
}

const kept = new LastUsed<string, Promise<Here>>(COMPOSED_AT_ONCE);

/** @throws CannotHere */
export function composedHere(unpacked: Unpacked, settings: ExecutorSettings): Promise<Here> {
  return kept.get(unpacked.sha256, () => compose(unpacked, settings));
}

/** The next job composes it anew. */
export function forget({ sha256 }: Unpacked): void {
  kept.forget(sha256);
}

async function compose({ parcel, source }: Unpacked, { slots, out }: ExecutorSettings): Promise<Here> {
  const others = new OtherRuns();
  const trainings = (digest: string) => trainingsFolder(out, digest);
  try {
    const { composition, inputs } = await openExperiment(await inSlots(source, parcel.proposals, slots), {
      keptRuns: keptRuns(others.kept(trainings)),
      trainings,
    });
    const { experiment, digest, proposals } = composition;
    checkExperiment(parcel, { experiment, digest, inputs, proposals });
    return { composition, evaluators: new Evaluators(composition), others };
  } catch (error) {
    throw new CannotHere((error as Error).message);
  }
}

/** Slots are no part of a digest, and how many proposals are under way is: it stays. */
async function inSlots(source: ExperimentFile, proposals: number, slots: ExecutorSettings["slots"]): Promise<ExperimentFile> {
  if (slots === undefined) return source;
  const { plugin, pointer } = (await loadExperiment(source)).evaluator; // of a fit it is elsewhere
  if (!plugin.outsideDigest?.some((name) => name === "slots")) return source;
  const changes = [
    { pointer: `${pointer}/options/slots`, value: slots },
    { pointer: `${pointer}/options/concurrency`, value: proposals },
  ];
  return { ...source, changes: [...source.changes, ...changes] };
}
