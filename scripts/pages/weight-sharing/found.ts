/**
 * What the cells are worth that searches found, beside what is published and beside cells drawn uniformly.
 *
 * @module
 */
import { counted } from "../../../app/report/format.ts";
import { holm, mean } from "../../../core/statistics/index.ts";
import { fixed, listed, meanError, meanStd, pValue, SIGNIFICANT, signed, table } from "../markdown.ts";
import { type Answers, parameterFreeShare } from "./cells.ts";
import { PUBLISHED, SOURCES, TITLES } from "./published.ts";
import type { Run, Runs } from "./runs.ts";
import { uniformP } from "./uniform.ts";

/** A data set that was searched on. */
export interface Scale {
  readonly title: string;
  readonly runs: Runs;
  /** On the data set itself, then on others. */
  readonly answers: readonly { readonly title: string; readonly of: Answers }[];
}

export const titleOf = (method: string) => {
  const title = TITLES[method];
  if (title === undefined) throw new Error(`scripts/pages/weight-sharing/published.ts has no title for ${method}`);
  return title;
};

interface Row {
  readonly method: string;
  readonly runs: readonly Run[];
  readonly tests: readonly number[];
  /** Mean less that of a uniform cell. */
  readonly difference: number;
  /** Of "each run drew a cell uniformly", with Holm's correction over the methods of the scale. */
  readonly holm: number;
}

/** The methods in the order of what is published, with `random` last. */
const inOrder = (runs: Runs) => [...Object.keys(PUBLISHED), "random"].filter((method) => runs.has(method));

/** All methods of a scale that have runs, against uniform cells. */
function againstUniform({ runs, answers }: Scale): Row[] {
  const { all, mean: uniform } = answers[0]!.of;
  const p = uniformP(all);
  for (const method of runs.keys()) titleOf(method);
  const rows = inOrder(runs).map((method) => {
    const tests = runs.get(method)!.map(({ test }) => test);
    return { method, runs: runs.get(method)!, tests, difference: mean(tests) - uniform, p: p(mean(tests), tests.length) };
  });
  const methods = rows.filter(({ method }) => method !== "random");
  const adjusted = holm(methods.map(({ p }) => p));
  // A uniform cell is no method: it shows that the test is right, and is not corrected.
  return rows.map(({ p, ...row }) => ({ ...row, holm: adjusted[methods.findIndex(({ method }) => method === row.method)] ?? p }));
}

export function foundTable(scale: Scale): string {
  const [own, ...others] = scale.answers;
  const rows = againstUniform(scale).map(({ method, runs, tests, difference, holm }) => [
    ...[titleOf(method), tests.length, meanError(tests), `${signed(difference)} (${pValue(holm)})`],
    ...others.map(({ of }) => meanError(runs.map(({ architecture }) => of.of(architecture)))),
    `${fixed(100 * mean(runs.map(({ architecture }) => parameterFreeShare(architecture))), 0)} %`,
    method === "random" ? "–" : fixed(mean(runs.map(({ seconds }) => seconds)), 0),
  ]);
  return table(
    ["method", ">n", `>${own!.title}`, ">less uniform", ...others.map(({ title }) => `>${title}`), ">free", ">s"],
    [
      ...rows,
      [
        "all cells",
        own!.of.all.length.toLocaleString("en-US"),
        fixed(own!.of.mean),
        "",
        ...others.map(({ of }) => fixed(of.mean)),
        "60 %",
        "",
      ],
    ],
  );
}

/** What is better and what is worse than a uniform cell, in sentences. */
export function foundInWords(scale: Scale): string {
  const rows = againstUniform(scale).filter(({ method }) => method !== "random");
  const names = (fits: (row: Row) => boolean) =>
    listed(rows.filter(fits).map(({ method, difference }) => `${titleOf(method)} (${signed(difference, 1)})`)) || "none";
  const differs = ({ holm }: Row) => holm < SIGNIFICANT;
  const below = rows.filter(({ difference }) => difference < 0).length;
  const uniform = fixed(scale.answers[0]!.of.mean, 1);
  const which = below === 0 ? "no method finds" : below === rows.length ? "all methods find" : `${below} of ${rows.length} methods find`;
  return `On ${scale.title} a cell drawn uniformly has ${uniform} % on average, and ${which} cells that are below it on average.
Significantly better than the draw: ${names((row) => differs(row) && row.difference > 0)}; significantly worse, so worse than a coin:
${names((row) => differs(row) && row.difference < 0)}; no significant difference: ${names((row) => !differs(row))}.`;
}

/** How many runs the methods have, and what a search takes. */
export function costInWords({ title, runs }: Scale): string {
  const methods = [...runs].filter(([method]) => method !== "random").map(([, runs]) => runs);
  const range = (values: readonly number[]) => {
    const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => fixed(value, 0));
    return least === most ? least : `${least} to ${most}`;
  };
  const seeds = [...new Set(methods.flatMap((runs) => runs.map(({ seed }) => seed)))];
  const seconds = methods.map((runs) => mean(runs.map(({ seconds }) => seconds)));
  return `on ${title} ${counted(methods.length, "method")} over ${counted(seeds.length, "seed")}, ${range(seconds)} s a search`;
}

/** How long the published searches took on a GPU, in seconds. */
export function publishedSeconds(): string {
  const seconds = Object.values(PUBLISHED).flatMap((rows) => rows.flatMap(({ seconds }) => seconds ?? []));
  return [Math.min(...seconds), Math.max(...seconds)].map((value) => value.toLocaleString("en-US")).join(" to ");
}

/** The published rows, those of Table I in bold, and ours beside the first of each method. */
export function publishedTable(scales: readonly Scale[]): string {
  const rows = Object.entries(PUBLISHED).flatMap(([method, published]) => {
    const ours = scales.map(({ runs }) => meanError((runs.get(method) ?? []).map(({ test }) => test)));
    const rows = published.map(({ source, tableOne, accuracies, seconds }) => {
      const shown = accuracies.map((accuracy) => meanStd(accuracy)).map((text) => (tableOne ? `**${text}**` : text));
      return [SOURCES[source].title, ...shown, seconds === undefined ? "–" : `${fixed(seconds / 1000, 0)}k`];
    });
    const first = rows.length > 0 ? rows : [["–", "–", "–", "–", "–"]];
    return first.map((row, at) => [titleOf(method), ...row, ...(at === 0 ? ours : scales.map(() => ""))]);
  });
  return table(["method", "from", ">CIFAR-10", ">CIFAR-100", ">ImageNet16", ">s", ...scales.map(({ title }) => `>ours, ${title}`)], rows);
}
