/**
 * How searches by weight sharing go, and how their weights rank cells.
 *
 * @module
 */
import type { CellStatistics, ReportDocument } from "../../../app/report/document.ts";
import { kendallTau, mean, pairedDifferences, wilcoxonSignedRank } from "../../../core/statistics/index.ts";
import { fixed, meanError, pValue, signed, table } from "../markdown.ts";
import { type Answers, parameterFreeShare } from "./cells.ts";
import { titleOf } from "./found.ts";
import { PUBLISHED } from "./published.ts";
import type { Run, Runs } from "./runs.ts";

/** Kendall's τ of the accuracies by shared weights with those of the table; NaN where nothing was ranked. */
export const tauWithTable = ({ ranked }: Run, answers: Answers) =>
  kendallTau(
    ranked.map(({ accuracy }) => accuracy),
    ranked.map(({ architecture }) => answers.of(architecture)),
  ).tau;

/** Kendall's τ of the accuracies by shared weights with the share of parameter-free edges. */
export const tauWithParameterFree = ({ ranked }: Run) =>
  kendallTau(
    ranked.map(({ accuracy }) => accuracy),
    ranked.map(({ architecture }) => parameterFreeShare(architecture)),
  ).tau;

const finite = (values: readonly number[]) => values.filter(Number.isFinite);

/** Of each method, by scale: how many runs, their last loss and τ with the table. */
export function rankingTable(scales: readonly { readonly title: string; readonly runs: Runs; readonly answers: Answers }[]): string {
  const methods = Object.keys(PUBLISHED).filter((method) => scales.some(({ runs }) => runs.has(method)));
  const rows = methods.map((method) => [
    titleOf(method),
    ...scales.flatMap(({ runs, answers }) => {
      const of = runs.get(method) ?? [];
      return [
        of.length,
        meanError(of.flatMap(({ epochs }) => epochs.at(-1)?.loss ?? [])),
        meanError(finite(of.map(({ ranked }) => mean(ranked.map(({ accuracy }) => accuracy)))), 1),
        meanError(finite(of.map((run) => tauWithTable(run, answers)))),
      ];
    }),
  ]);
  return table(["method", ...scales.flatMap(({ title }) => [">n", ">loss", ">accuracy", `>τ, ${title}`])], rows);
}

/** The methods' mean τ, from the highest to the lowest. */
export function tausInOrder(runs: Runs, answers: Answers): readonly { readonly method: string; readonly tau: number }[] {
  return [...runs]
    .map(([method, of]) => ({ method, tau: mean(finite(of.map((run) => tauWithTable(run, answers)))) }))
    .filter(({ tau }) => Number.isFinite(tau))
    .sort((a, b) => b.tau - a.tau);
}

/** Ranking by the moments of normalisations, each against those of the batch, paired by seed. */
export function momentsTable(runs: Runs, answers: Answers, variants: Readonly<Record<string, string>>): string {
  const [first, ...others] = Object.keys(variants);
  const measures = [(run: Run) => tauWithTable(run, answers), tauWithParameterFree];
  const lessFirst = (variant: string, measure: (run: Run) => number) => {
    const base = new Map(runs.get(first!)?.map((run) => [run.seed, measure(run)]));
    const pairs = (runs.get(variant) ?? []).map((run) => [measure(run), base.get(run.seed) ?? Number.NaN] as const);
    const whole = pairs.filter((pair) => pair.every(Number.isFinite));
    if (whole.length === 0) return "–";
    const differences = pairedDifferences(
      whole.map(([ours]) => ours),
      whole.map(([, theirs]) => theirs),
    );
    return `${signed(mean(differences))} (${pValue(wilcoxonSignedRank(differences).p)})`;
  };
  const rows = [first!, ...others].map((variant) => [
    ...[variants[variant]!, runs.get(variant)?.length ?? 0],
    ...measures.flatMap((measure) => [
      meanError(finite((runs.get(variant) ?? []).map(measure))),
      variant === first ? "–" : lessFirst(variant, measure),
    ]),
  ]);
  return table(["moments", ">n", ">τ with the table", ">less batch (p)", ">τ with parameter-free edges", ">less batch (p)"], rows);
}

/** Epochs at which courses are shown: the first, a quarter, half, and the last. */
const moments = (epochs: number) => [1, Math.round(epochs / 4), Math.round(epochs / 2), epochs];

/** The share of parameter-free edges after some epochs, and the entropy at both ends. */
export function courseTable({ panels }: ReportDocument): string {
  const cells = panels.flatMap(({ cells }) => cells).filter(({ sharedWeights = [] }) => sharedWeights.length > 0);
  const last = Math.max(...cells.map(({ sharedWeights }) => sharedWeights!.length));
  const at = ({ sharedWeights }: CellStatistics, epoch: number) => sharedWeights!.find((one) => one.epoch === epoch);
  const rows = cells
    .filter((cell) => cell.sharedWeights!.some(({ entropy }) => Math.abs(entropy.mean - Math.log(5)) > 1e-9))
    .map((cell) => [
      ...[`\`${cell.variant}\``, cell.sharedWeights![0]!.loss.n],
      ...moments(last).map((epoch) => {
        const free = at(cell, epoch)?.parameterFree;
        return free ? `${fixed(100 * free.mean, 0)} %` : "–";
      }),
      ...[1, last].map((epoch) => {
        const entropy = at(cell, epoch)?.entropy;
        return entropy ? fixed(entropy.mean) : "–";
      }),
    ]);
  return table(["search", ">n", ...moments(last).map((epoch) => `>epoch ${epoch}`), ">entropy, first", ">entropy, last"], rows);
}
