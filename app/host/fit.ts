/**
 * Makes a predictor: gets its pairs, from the events of a run that measures a sample or from records of runs, trains it
 * on most of them, measures it on the others, and writes it as an .npz.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { EvokeError, pairsFew, predictorDiverged, recordInvalid } from "../../core/errors/index.ts";
import { digestOf } from "../../core/json/canonical-json.ts";
import type { Experiment } from "../../core/manifest/experiment.ts";
import type { Fit } from "../../core/manifest/fit.ts";
import { createdSpace } from "../../core/plugin/checks/create.ts";
import type { Terminal } from "../../core/plugin/dependencies.ts";
import type { Metric } from "../../core/plugin/metric.ts";
import type { Space } from "../../core/plugin/space.ts";
import { writePredictor } from "../../core/predictor/predictor-file.ts";
import {
  divided,
  type Errors,
  errorsOf,
  type FitEpoch,
  fitPredictor,
  type Pair,
  predictions,
} from "../../core/predictor/predictor-training.ts";
import type { SearchEvent } from "../../core/record/events.ts";
import { lastValueFrom } from "../../core/record/rx.ts";
import { search } from "../../core/search/search.ts";
import { operationsOf } from "../../core/space/choices.ts";
import { ComputedEncoding, encodingOf } from "../../core/space/encoding.ts";
import { VERSION } from "../../core/version.ts";
import { replaceFile } from "../../training/kept-file.ts";
import { boundsOf } from "./evaluations/bounds.ts";
import { evaluationFolders } from "./evaluations/evaluation-folders.ts";
import { Journal, type JournalParts } from "./evaluations/journal.ts";
import { composeLoaded, openExperiment } from "./experiment.ts";
import type { QueueCall } from "./queue/call/queue-call.ts";
import { runClaim } from "./run/run-claims.ts";
import { shortPath } from "./short-path.ts";
import { storeFile } from "./store/matrix-document.ts";
import { readRecord } from "./store/record.ts";
import { RunStore } from "./store/run-store.ts";

/** Fewer pairs than this teach nothing. */
const LEAST = 10;

/** Told what is done. */
export interface FitListener {
  readonly terminal: Terminal;
  /** Something that people should know, in a line. */
  say(line: string): void;
  /** An architecture of the sample was measured, or could not be. */
  measured(done: number, of: number): void;
  failed(event: SearchEvent<"evaluation.failed">): void;
  trained(epoch: FitEpoch): void;
}

/** Where a predictor is made. */
export interface FitPlace {
  /** The folder that it is written to; evaluations of the sample that took long are kept in the store there. */
  readonly out: string;
  /** Evaluations at a time, where they are done outside of this thread. */
  readonly parallel?: number | undefined;
  /** Where evaluations of the sample are handed out; left out, they are done here. */
  readonly queue?: QueueCall | undefined;
}

export interface Fitted {
  readonly file: string;
  /** SHA-256 of the pairs, in hexadecimal. */
  readonly pairs: string;
  readonly metric: Metric;
  readonly learnt: Errors;
  readonly heldOut: Errors;
  /** How many architectures of the sample could not be measured. */
  readonly failed: number;
}

/** What is learnt from, before it is divided. */
interface Pairs {
  readonly metric: Metric;
  readonly pairs: readonly Pair[];
  readonly failed: number;
  /** Digests of what the evaluator has opened, by name. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** Fits the predictor of a manifest and writes it to NAME.npz. */
export async function fit(manifest: Fit, place: FitPlace, listener: FitListener): Promise<Fitted> {
  const { name, file, space: slot, features: shown, heldOut: share, network, training } = manifest;
  const space = await createdSpace(slot);
  const { metric, pairs, failed, inputs } = await pairsOf(manifest, space, listener, place);
  const more = "Ask for more with /pairs/sample, or name longer runs in /pairs/run.";
  if (pairs.length < LEAST) {
    const unmeasured = failed > 0 ? `, and ${failed} could not be measured` : "";
    throw pairsFew(file, `there are ${pairs.length}${unmeasured}, and at least ${LEAST} different architectures are needed`, more);
  }
  const parts = divided(pairs, space, share, training.seed);
  if (parts.training.length < 2) throw pairsFew(file, "nearly all of them compute one function, and are held out together", more);

  const computed = shown === "computed" ? new ComputedEncoding(space) : undefined;
  const encoding = computed ?? encodingOf(space, shown);
  const epochs = fitPredictor({ encoding, pairs: parts.training, network, training });
  let epoch = epochs.next();
  for (; !epoch.done; epoch = epochs.next()) {
    listener.trained(epoch.value);
    await setImmediate(); // for a signal
  }
  const layers = epoch.value;
  const [learnt, heldOut] = [errorsOf(layers, encoding, parts.training), errorsOf(layers, encoding, parts.heldOut)];
  if (Number.isNaN(learnt.kendallTau) && learnt.deviation > 0)
    throw predictorDiverged("it predicts the same for every architecture that it has learnt from");

  const { architecture } = parts.training[0]!;
  const digest = digestOf(pairs.map(({ architecture, value }) => [space.encode(architecture), value]));
  const operations = operationsOf(space);
  const description = {
    version: 2,
    name,
    space: {
      use: slot.plugin.name,
      options: slot.options,
      length: space.length,
      ...(operations ? { operations } : { choices: space.choices }),
    },
    features: { shown, ...(computed && { known: computed.known }) },
    metric,
    example: { architecture: space.encode(architecture), prediction: predictions(layers, encoding, [architecture])[0]! },
    provenance: {
      evoke: VERSION,
      pairs: { ...manifest.pairs.description, count: pairs.length, failed, digest, inputs },
      heldOut: share,
      network,
      training,
      errors: { learnt: { ...learnt }, heldOut: { ...heldOut } },
    },
  } as const;
  const target = join(place.out, `${name}.npz`);
  await replaceFile(target, writePredictor({ layers, description }));
  return { file: target, pairs: digest, metric, learnt, heldOut, failed };
}

function pairsOf({ file, pairs }: Fit, space: Space, listener: FitListener, place: FitPlace): Promise<Pairs> {
  return "sample" in pairs ? sampled(pairs.sample, space, listener, place) : recordedPairs(file, pairs.runs, space);
}

/** Each architecture that records of runs have, with the mean of its scores. @param runs  relative to the manifest */
export async function recordedPairs(file: string, runs: readonly string[], space: Space): Promise<Pairs> {
  const means = new Map<string, { sum: number; count: number }>();
  let metric: Metric | undefined;
  for (const run of runs) {
    for await (const event of readRecord(shortPath(resolve(dirname(file), run)))) {
      if (event.type === "run.started") {
        if (metric && digestOf(metric) !== digestOf(event.metric))
          throw recordInvalid(run, "its metric is another than that of the runs before it");
        metric = event.metric;
      }
      if (event.type !== "architecture.evaluated" || event.fidelity !== undefined) continue;
      const { architecture, score } = event;
      const known = means.get(architecture) ?? { sum: 0, count: 0 };
      means.set(architecture, { sum: known.sum + score, count: known.count + 1 });
    }
  }
  if (!metric) throw recordInvalid(runs[0]!, "its run did not begin");
  const decoded = (text: string) => {
    try {
      return space.decode(text);
    } catch (error) {
      throw error instanceof EvokeError ? recordInvalid(runs.join(", "), `it is not of /space of ${file}. ${error.message}`) : error;
    }
  };
  return {
    metric,
    pairs: [...means].map(([text, { sum, count }]) => ({ architecture: decoded(text), value: sum / count })),
    failed: 0,
    inputs: {},
  };
}

/** Whether a space has so many architectures. @throws EvokeError PAIRS_FEW */
export function checkSample({ file, budget: { queries = 0 } }: Experiment, space: Space): void {
  if (BigInt(queries) <= space.size) return;
  throw pairsFew(file, `/pairs/sample asks for ${queries}, and the space has ${space.size} architectures in all`, "Ask for fewer.");
}

/**
 * What a queue does of it: evaluations are the same in any search, so workers are sent one that has a manifest.
 */
async function handedOut(queue: QueueCall, experiment: Experiment, listener: FitListener): Promise<JournalParts> {
  const { composedOf } = await import("./queue/call/execute.ts");
  const { handsOutTries, triesOf } = await import("./queue/call/tries.ts");
  const { file, name, resolved, budget, seeds } = experiment;
  const { plugins, space, pairs } = resolved as {
    readonly plugins?: unknown;
    readonly space: unknown;
    readonly pairs: { evaluator: unknown };
  };
  const { queries } = budget;
  const text = JSON.stringify({
    ...{ name, plugins, space, evaluator: pairs.evaluator, controller: "random", budget: { queries } },
    seeds: { first: seeds.first, count: 1 },
  });
  const opened = await openExperiment({ file, changes: [], inline: { title: `the sample of ${file}`, text } });
  const { composition } = opened;
  if (handsOutTries(composition)) return triesOf(queue, composition, await queue.parcel(composedOf(opened)));
  listener.say("The evaluator of the sample computes at once, as a table does: nothing of it is handed out.");
  return {};
}

/** Measures a sample, from where the last call was interrupted; what cannot be measured is left out. */
async function sampled(experiment: Experiment, space: Space, listener: FitListener, { out, parallel, queue }: FitPlace): Promise<Pairs> {
  checkSample(experiment, space);
  const { queries = 0 } = experiment.budget;
  const { composition, inputs } = await composeLoaded(experiment, { terminal: listener.terminal });
  const seed = experiment.seeds.first;
  const store = await RunStore.open(storeFile(out), "write");
  const claim = runClaim(composition.digest, seed);
  await store.claims.takeWhenFree(claim); // another call may make the same
  const journal = await Journal.open(composition, seed, {
    keeper: store.evaluations,
    folders: evaluationFolders(store.file),
    limit: boundsOf(parallel)(experiment.evaluator, composition.places ?? 1),
    ...(queue && (await handedOut(queue, experiment, listener))),
  });
  const { run, release } = await composition.run(seed, journal);
  const pairs: Pair[] = [];
  let failed = 0;
  run.bus.on(["architecture.evaluated"]).subscribe(({ architecture, score }) => {
    pairs.push({ architecture: space.decode(architecture), value: score });
    listener.measured(pairs.length + failed, queries);
  });
  run.bus.on(["evaluation.failed"]).subscribe((event) => {
    if (queue?.error || event.remedy === "retry") return;
    failed++;
    listener.failed(event);
  });
  try {
    await lastValueFrom(search(run), { defaultValue: undefined });
    const { metric } = run.evaluator;
    return { metric, pairs, failed, inputs: Object.fromEntries(inputs) };
  } finally {
    journal.close(false);
    await release();
    store.claims.drop(claim);
    store.close();
    const { endIdleProcesses } = await import("./processes/processes.ts");
    await endIdleProcesses();
  }
}
