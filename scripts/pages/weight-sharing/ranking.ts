/**
 * How searches by weight sharing go, and how their weights rank cells.
 *
 * @module
 */
import type { ReportDocument } from "../../../app/report/document.ts";
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

/** Whether two methods had the same weights under every seed that both have, as those do that train the same paths. */
export function sameWeights(runs: Runs, first: string, second: string): boolean {
  const lossOf = ({ epochs }: Run) => epochs.at(-1)?.loss;
  const losses = new Map(runs.get(second)?.map((run) => [run.seed, lossOf(run)]));
  const both = (runs.get(first) ?? []).filter(({ seed }) => losses.has(seed));
  return both.length > 0 && both.every((run) => lossOf(run) === losses.get(run.seed));
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
const shownEpochs = (epochs: number) => [1, Math.ceil(epochs / 4), Math.ceil(epochs / 2), epochs];

/** The share of parameter-free edges after some epochs, and the entropy at both ends; without those that only draw uniformly. */
export function courseTable({ panels }: ReportDocument): string {
  const rows = panels
    .flatMap(({ cells }) => cells)
    .flatMap(({ variant, sharedWeights: epochs = [] }) => {
      const [first, last] = [epochs[0], epochs.at(-1)];
      if (!first || !last || epochs.every(({ entropy }) => entropy.mean > Math.log(5) - 1e-9)) return [];
      const shares = shownEpochs(epochs.length).map((epoch) => `${fixed(100 * epochs[epoch - 1]!.parameterFree.mean, 0)} %`);
      return [[titleOf(variant), first.loss.n, epochs.length, ...shares, fixed(first.entropy.mean), fixed(last.entropy.mean)]];
    });
  const heads = [">n", ">epochs", ">first", ">a quarter", ">half", ">last", ">entropy, first", ">entropy, last"];
  return table(["search", ...heads], rows);
}
