/** `evoke validate`: checks manifests, of experiments and of tables to be made, without running them. @module */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { EvokeError } from "../../core/errors.ts";
import { loadExperiment, loadTabulation } from "../experiment.ts";

export async function validateCommand(files: readonly string[], { json = false }: { readonly json?: boolean }): Promise<void> {
  const verdicts = [];
  for (const file of files) {
    try {
      const source = { file, changes: [] };
      if (await isTabulation(file)) {
        const { name, fidelities } = await loadTabulation(source);
        verdicts.push({ file, valid: true, name, fidelities: fidelities.length });
      } else {
        const { name, seeds } = await loadExperiment(source);
        verdicts.push({ file, valid: true, name, runs: seeds.count });
      }
    } catch (error) {
      if (!(error instanceof EvokeError)) throw error;
      verdicts.push({ file, valid: false, code: error.code, message: error.message });
    }
  }
  if (json) process.stdout.write(`${JSON.stringify(verdicts)}\n`);
  for (const verdict of verdicts) {
    if (!verdict.valid) process.stderr.write(`${verdict.message}\n`);
    else if (!json) process.stdout.write(`${verdict.file}: right, ${amount(verdict)}\n`);
  }
  if (verdicts.some(({ valid }) => !valid)) process.exitCode = 2;
}

function amount({ runs, fidelities }: { readonly runs?: number; readonly fidelities?: number }): string {
  if (fidelities !== undefined) return `a table of ${fidelities} ${fidelities === 1 ? "fidelity" : "fidelities"}`;
  return `${runs} ${runs === 1 ? "run" : "runs"}`;
}

/** True for a manifest of `evoke tabulate`: no other has fidelities. What cannot be read is told by what reads it next. */
async function isTabulation(file: string): Promise<boolean> {
  try {
    return Object.hasOwn(JSON.parse(await readFile(file, "utf8")) as object, "fidelities");
  } catch {
    return false;
  }
}
