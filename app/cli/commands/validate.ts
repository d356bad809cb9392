/** `evoke validate`: checks manifests of experiments, matrices, predictors and tables, and composes them. @module */
import process from "node:process";
import { EvokeError } from "../../../core/errors/index.ts";
import { glanceAt, type ManifestKind } from "../../../core/manifest/parse.ts";
import { MOST } from "../../../training/files/limits.ts";
import { readNamedText } from "../../../training/files/named-file.ts";
import { validateExperiment, validateFit, validateImport, validateMatrix, validateTabulation } from "../../host/validate.ts";
import { print, tell } from "../streams.ts";

export async function validateCommand(files: readonly string[], { json = false }: { readonly json?: boolean }): Promise<void> {
  const verdicts = [];
  for (const file of files) {
    try {
      const source = { file, changes: [] };
      const kind = kindOf(file);
      if (kind === "tabulation") {
        const { name, fidelities } = await validateTabulation(source);
        verdicts.push({ file, valid: true, name, fidelities: fidelities.length });
      } else if (kind === "import") {
        const { name, metrics } = await validateImport(source);
        verdicts.push({ file, valid: true, name, metrics: metrics.length });
      } else if (kind === "fit") {
        const { name, pairs } = await validateFit(source);
        const amount = "sample" in pairs ? { sample: pairs.sample.budget.queries! } : { records: pairs.runs.length };
        verdicts.push({ file, valid: true, name, ...amount });
      } else if (kind === "matrix") {
        const { name, cells, seeds } = await validateMatrix(source);
        verdicts.push({ file, valid: true, name, cells: cells.length, runs: cells.length * seeds.count });
      } else {
        const { name, seeds } = await validateExperiment(source);
        verdicts.push({ file, valid: true, name, runs: seeds.count });
      }
    } catch (error) {
      if (!(error instanceof EvokeError)) throw error;
      const { code, codes, message } = error;
      verdicts.push({ file, valid: false, code, codes, message });
    }
  }
  if (json) print(`${JSON.stringify(verdicts)}\n`);
  for (const verdict of verdicts) {
    if (!verdict.valid) tell(`${verdict.message}\n`);
    else if (!json) print(`${verdict.file}: right, ${amount(verdict)}\n`);
  }
  if (verdicts.some(({ valid }) => !valid)) process.exitCode = 2;
}

interface Amount {
  readonly runs?: number;
  readonly cells?: number;
  readonly fidelities?: number;
  readonly sample?: number;
  readonly records?: number;
  readonly metrics?: number;
}

function amount({ runs, cells, fidelities, sample, records, metrics }: Amount): string {
  if (metrics !== undefined) return `the description of a table with ${metrics} ${metrics === 1 ? "metric" : "metrics"}`;
  if (sample !== undefined) return `a predictor from ${sample} architectures`;
  if (records !== undefined) return `a predictor from ${records} ${records === 1 ? "run" : "runs"}`;
  if (fidelities !== undefined) return `a table of ${fidelities} ${fidelities === 1 ? "fidelity" : "fidelities"}`;
  const ofCells = cells === undefined ? "" : `${cells} ${cells === 1 ? "cell" : "cells"}, `;
  return `${ofCells}${runs} ${runs === 1 ? "run" : "runs"}`;
}

/** What cannot be read is told by what reads it next. */
function kindOf(path: string): ManifestKind {
  try {
    return glanceAt(readNamedText({ path, what: "the manifest", most: MOST.manifest })).kind ?? "experiment";
  } catch {
    return "experiment";
  }
}
