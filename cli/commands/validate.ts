/** `evoke validate`: checks manifests without running them. @module */
import process from "node:process";
import { EvokeError } from "../../core/errors.ts";
import { loadExperiment } from "../experiment.ts";

export async function validateCommand(files: readonly string[], { json = false }: { readonly json?: boolean }): Promise<void> {
  const verdicts = [];
  for (const file of files) {
    try {
      const { name, seeds } = await loadExperiment({ file, changes: [] });
      verdicts.push({ file, valid: true, name, runs: seeds.count });
    } catch (error) {
      if (!(error instanceof EvokeError)) throw error;
      verdicts.push({ file, valid: false, code: error.code, message: error.message });
    }
  }
  if (json) process.stdout.write(`${JSON.stringify(verdicts)}\n`);
  for (const verdict of verdicts) {
    if (!verdict.valid) process.stderr.write(`${verdict.message}\n`);
    else if (!json) process.stdout.write(`${verdict.file}: right, ${verdict.runs} ${verdict.runs === 1 ? "run" : "runs"}\n`);
  }
  if (verdicts.some(({ valid }) => !valid)) process.exitCode = 2;
}
