/**
 * `evoke export`: an architecture for other programs, as the source of a module of PyTorch, or with the weights that
 * it was trained to, for PyTorch or for TensorFlow.js.
 *
 * @module
 */
import { mkdir, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  cannotWriteFile,
  networkUndescribed,
  nothingTrained,
  optionInvalid,
  optionMissing,
  optionUnfit,
} from "../../../../core/errors/index.ts";
import { writePth } from "../../../../core/formats/write-pth.ts";
import { stateDict } from "../../../../core/pytorch/state-dict.ts";
import { torchModule } from "../../../../core/pytorch/torch-module.ts";
import type { TrainedNetwork } from "../../../../core/training/trained-network.ts";
import { replaceFile } from "../../../../training/kept-file.ts";
import { openExperiment } from "../../../host/experiment.ts";
import { ownPlace } from "../../../host/store/own-place.ts";
import { spaceFor } from "../../named-space.ts";
import { print, printOrWrite } from "../../streams.ts";
import { stderrTerminal } from "../../terminal.ts";

export interface ExportOptions {
  readonly torch?: boolean;
  /** Only the source. */
  readonly space?: string;
  readonly set?: readonly string[];
  /** With weights. */
  readonly from?: string;
  readonly fineTune?: string;
  readonly quiet?: boolean;
  readonly out?: string;
}

export async function exportCommand(text: string, options: ExportOptions): Promise<void> {
  const { torch = false, from, out, space, set = [], fineTune } = options;
  if (from === undefined) {
    if (!torch)
      throw optionMissing(
        "export an architecture",
        "neither --torch nor --from says as what",
        "Add --torch for the source of a module of PyTorch, or --from MANIFEST for a network with trained weights.",
      );
    if (fineTune !== undefined)
      throw optionUnfit(
        "--fine-tune",
        "a module without weights is not trained",
        "Name an experiment that trains it with --from, or leave it out.",
      );
    return exportSource(text, space, set, out ?? "-");
  }
  if (space !== undefined) throw optionUnfit("--space", "the manifest of --from has the space");
  if (set.length > 0) throw optionUnfit("--set", "the manifest of --from has the options of the space");
  if (torch) return exportTorch(text, from, options);
  return exportGraphModel(text, from, options);
}

/** Writes a module, which has PyTorch's first weights. */
async function exportSource(text: string, wanted: string | undefined, set: readonly string[], out: string): Promise<void> {
  const { name, space } = await spaceFor(text, wanted, set);
  const architecture = space.decode(text);
  if (!space.network) throw networkUndescribed(name);
  await printOrWrite(out, torchModule(space.network(architecture), { architecture: text, space: name }).code);
}

/** Writes a module, and beside it the weights. */
async function exportTorch(text: string, from: string, options: ExportOptions): Promise<void> {
  const { out } = options;
  if (out === undefined || !/[^/\\]\.py$/.test(out))
    throw optionInvalid("--out", out ?? "", "a file NAME.py, beside which NAME.pth is written");
  const unfinished = unfinishedOf(out);
  const { trained, space } = await trainedNetwork(text, from, { folder: dirname(out), unfinished }, options);
  const module = torchModule(trained.network, { architecture: text, space });
  const weights = out.replace(/\.py$/, ".pth");
  await replaceFile(weights, writePth(stateDict(module, trained.weights)));
  await replaceFile(out, module.code);
  await rm(unfinished, { recursive: true, force: true });
  print(`The network ${text} is in ${out}, its weights in ${weights}.\n`);
}

async function exportGraphModel(text: string, from: string, options: ExportOptions): Promise<void> {
  const { out } = options;
  if (out === undefined)
    throw optionMissing("export a model of TensorFlow.js", "--out is missing", "Add --out DIR, the folder for model.json and weights.bin.");
  const unfinished = unfinishedOf(out);
  const { trained, about } = await trainedNetwork(text, from, { folder: out, unfinished }, options);
  const { graphModel } = await import("../../../../training/graph-model.ts");
  for (const [name, content] of Object.entries(graphModel(trained, about)).reverse()) await replaceFile(join(out, name), content);
  await rm(unfinished, { recursive: true, force: true });
  print(`The network ${text} is in ${join(out, "model.json")} and weights.bin.\n`);
}

interface Trained {
  readonly trained: TrainedNetwork;
  /** The name of the space. */
  readonly space: string;
  /** What readers may want to know of the network. */
  readonly about: object;
}

/** Where the training is kept until what was trained is written. */
function unfinishedOf(out: string): string {
  const path = resolve(out);
  return ownPlace(dirname(path), `${basename(path)}.unfinished`);
}

/** @param folders  for what is to be written, and for the training while it is under way */
async function trainedNetwork(
  text: string,
  from: string,
  { folder, unfinished }: { readonly folder: string; readonly unfinished: string },
  { fineTune = "0", quiet = false }: ExportOptions,
): Promise<Trained> {
  const epochs = Number(fineTune);
  if (!Number.isSafeInteger(epochs) || epochs < 0) throw optionInvalid("--fine-tune", fineTune, "a whole number from 0");
  const { composition } = await openExperiment(
    { file: from, changes: [] },
    { terminal: stderrTerminal(quiet), trainings: () => unfinished },
  );
  const { experiment, digest } = composition;
  const { run } = await composition.run(experiment.seeds.first);
  const architecture = run.space.decode(text);
  if (!run.evaluator.trained) throw nothingTrained(experiment.evaluator.plugin.name, from);
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw cannotWriteFile(folder, error); // now, and not after a training of hours
  });
  const trained = await run.evaluator.trained(architecture, epochs);
  const { dataset } = run.evaluator.metric;
  const about = { architecture: text, dataset, experiment: experiment.name, digest, fineTuned: epochs };
  return { trained, space: experiment.space.plugin.name, about };
}
