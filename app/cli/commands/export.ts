/**
 * `evoke export`: writes a trained network as a model that TensorFlow.js loads in other programs.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cannotWriteFile, nothingTrained, optionInvalid } from "../../../core/errors/index.ts";
import { replaceFile } from "../../../training/kept-file.ts";
import { openExperiment } from "../../host/experiment.ts";
import { print } from "../streams.ts";
import { stderrTerminal } from "../terminal.ts";

export interface ExportOptions {
  readonly from: string;
  readonly out: string;
  readonly fineTune?: string;
  readonly quiet?: boolean;
}

export async function exportCommand(text: string, { from, out, fineTune = "0", quiet = false }: ExportOptions): Promise<void> {
  const epochs = Number(fineTune);
  if (!Number.isSafeInteger(epochs) || epochs < 0) throw optionInvalid("--fine-tune", fineTune, "a whole number from 0");
  const { composition } = await openExperiment({ file: from, changes: [] }, { terminal: stderrTerminal(quiet) });
  const { experiment, digest } = composition;
  const { run } = await composition.run(experiment.seeds.first);
  const architecture = run.space.decode(text);
  if (!run.evaluator.trained) throw nothingTrained(experiment.evaluator.plugin.name, from);
  await mkdir(out, { recursive: true }).catch((error) => {
    throw cannotWriteFile(out, error); // now, and not after a training of hours
  });
  const trained = await run.evaluator.trained(architecture, epochs);
  const { graphModel } = await import("../../../training/graph-model.ts");
  const { dataset } = run.evaluator.metric;
  const files = graphModel(trained, { architecture: text, dataset, experiment: experiment.name, digest, fineTuned: epochs });
  for (const [name, content] of Object.entries(files).reverse()) await replaceFile(join(out, name), content);
  print(`The network ${text} is in ${join(out, "model.json")} and weights.bin.\n`);
}
