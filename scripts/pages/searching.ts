/**
 * Makes docs/searching.md and its figures: which search for which budget, from the benchmark of searches. Every number, and
 * every sentence that compares, is computed from the statistics of the matrices.
 *
 *   npm run searching                          the table nas-bench-201 must be imported (evoke table add), and
 *                                              Once-for-All's predictor must be at manifests/paper/acc_predictor.pth
 *   npm run searching -- --seeds 2 --out DIR   fewer seeds, to see that it works: prints the page and writes only into DIR
 *
 * Runs are kept in --out (results), so a call that was interrupted goes on where it stopped.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { CellStatistics, Panel, RanksOverPanels, ReportDocument } from "../../app/report/document.ts";
import { fixed, lessBaseline, listed, pValue, SIGNIFICANT, table } from "./markdown.ts";
import { figure, matrix, overheadOf, seeds } from "./matrices.ts";
import { wrapped } from "./page.ts";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));

/** Methods of the highest mean rank that are named for a budget. */
const NAMED = 3;

const code = (name: string) => `\`${name}\``;
const byRank = (mean: Readonly<Record<string, number>>) => Object.entries(mean).sort(([, a], [, b]) => a - b);

/** The mean ranks of the methods after so many queries, a column each; the best of each column in bold. */
function ranksByBudget({ mean, after = [] }: RanksOverPanels): string {
  const columns = after.map(({ queries, mean: ranks }) => ({ queries, ranks, best: Math.min(...Object.values(ranks)) }));
  const rows = byRank(mean).map(([method, rank]) => [
    code(method),
    ...columns.map(({ ranks, best }) => (ranks[method] === best ? `**${fixed(best, 1)}**` : fixed(ranks[method]!, 1))),
    fixed(rank, 2),
  ]);
  return table(["method", ...columns.map(({ queries }) => `>${queries}`), ">at the end"], rows);
}

/** For each budget, the methods of the best mean ranks. */
function bestByBudget({ after = [] }: RanksOverPanels): string {
  return after
    .map(({ queries, blocks, mean }) => {
      const best = byRank(mean).slice(0, NAMED);
      return `- ${queries} queries (${blocks} tasks): ${listed(best.map(([method, rank]) => `${code(method)} (${fixed(rank, 1)})`))}`;
    })
    .join("\n");
}

/** What becomes of each method against the baseline, task by task. */
function againstEach({ comparison }: RanksOverPanels, baseline: string): string {
  const rows = Object.entries(comparison).map(([method, { better, level, worse, holm }]) => [
    code(method),
    ...[worse, level, better],
    pValue(holm),
  ]);
  return table(["method", `>${baseline} is better`, ">no significant difference", `>${baseline} is worse`, ">p of the ranks (Holm)"], rows);
}

const regretOf = (cell: CellStatistics | undefined) => cell?.regret?.at(-1)?.mean;
const variantOf = (panel: Panel, variant: string) => panel.cells.find((cell) => cell.variant === variant);

/** Of each task: the regret of the baseline, the best of the others, and how many differ significantly. */
function tasks({ panels }: ReportDocument, baseline: string): string {
  const rows = panels.map((panel) => {
    const own = variantOf(panel, baseline)!;
    const others = panel.cells.filter((cell) => cell !== own && regretOf(cell) !== undefined);
    const best = others.toSorted((a, b) => regretOf(a)! - regretOf(b)!)[0];
    const compared = others.flatMap(({ comparison }) => comparison?.[panel.measure] ?? []);
    const worse = compared.filter(({ wilcoxon, difference }) => wilcoxon.holm < SIGNIFICANT && difference < 0).length;
    const better = compared.filter(({ wilcoxon, difference }) => wilcoxon.holm < SIGNIFICANT && difference > 0).length;
    return [
      panel.name,
      own.queries ? fixed(own.queries.mean, 0) : "–",
      fixed(regretOf(own)!, 3),
      best ? code(best.variant) : "–",
      best ? `${fixed(regretOf(best)!, 3)}` : "–",
      ...[worse, compared.length - worse - better, better],
    ];
  });
  const head = ["task", ">queries", `>regret of ${baseline}`, "best other", ">its regret", ">worse", ">level", ">better"];
  return table(head, rows);
}

/** Median queries until the target of the task is reached, of the four methods of the best mean ranks. */
function queriesToTargets({ panels, ranks }: ReportDocument): string {
  const methods = byRank(ranks!.mean)
    .slice(0, 4)
    .map(([method]) => method);
  const rows = panels.map((panel) => {
    const target = variantOf(panel, methods[0]!)?.targets?.[panel.measure]?.target;
    return [
      panel.name,
      target ?? "–",
      ...methods.map((method) => {
        const reached = variantOf(panel, method)?.targets?.[panel.measure];
        return reached ? `${reached.medianQueries ?? "–"} (${fixed(100 * reached.reached, 0)} %)` : "–";
      }),
    ];
  });
  return table(["task", ">target", ...methods.map((method) => `>${code(method)}`)], rows);
}

/** A matrix of one factor: each cell with its difference from the base. */
function parts({ panels }: ReportDocument): string {
  return panels
    .map((panel) => {
      const { cells, measure } = panel;
      const rows = cells.map((cell) => [
        code(cell.variant),
        `${fixed(cell[measure]!.mean, 3)} ± ${fixed(cell[measure]!.standardError!, 3)}`,
        lessBaseline(cell.comparison?.[measure], 3),
      ]);
      const text = table(["cell", `>${measure}`, ">less the base (Holm p)"], rows);
      return panel.name === "" ? text : `${panel.name}:\n\n${text}`;
    })
    .join("\n\n");
}

/** Tasks of different spaces and budgets, whose figures and times are shown. */
const SHOWN = ["nas-bench-201-imagenet16-120", "mobilenet", "rugged"];
const shown = ({ panels }: ReportDocument) => panels.filter(({ name }) => SHOWN.includes(name));

/** Runs that are done one after the other, for their times. */
const ALONE = { name: "searches-alone", first: 9001, count: 2 };

/** Milliseconds of a query of each method on the tasks that are shown. */
function overhead(document: ReportDocument): string {
  const { name, first, count } = ALONE;
  matrix("search-benchmark", { "/name": name, "/seeds/first": first, "/seeds/count": count }, ["--workers", "1"]);
  const measured = overheadOf(name);
  const panels = shown(document);
  const methods = byRank(document.ranks!.mean).map(([method]) => method);
  const rows = methods.map((method) => [
    code(method),
    ...panels.map((panel) => {
      const cell = variantOf(panel, method);
      const milliseconds = cell && measured.get(cell.name);
      return milliseconds === undefined ? "–" : fixed(milliseconds, milliseconds < 0.1 ? 3 : milliseconds < 10 ? 2 : 0);
    }),
  ]);
  return table(["method", ...panels.map(({ name }) => `>${name}`)], rows);
}

const benchmark = matrix("search-benchmark");
const ablations = matrix("search/evoke-ablations");
const ranks = benchmark.ranks!;
const { baseline, blocks, friedman, criticalDifference } = ranks;
const last = benchmark.seeds.first + benchmark.seeds.count - 1;
const rivals = Object.values(ranks.comparison);
const two = rivals.filter(({ better, level, worse }) => worse >= (2 / 3) * (better + level + worse)).length;
const beaten = Object.entries(ranks.comparison).filter(([, { better }]) => better > 0);

const page = `# Which search for which budget

Made by \`npm run searching\` from \`manifests/search-benchmark.json\`; do not edit. Every number, and every sentence that compares, is
computed. ${Object.keys(ranks.mean).length} methods search ${benchmark.panels.length} tasks with the same settings everywhere, ${benchmark.seeds.count} runs each
(seeds ${benchmark.seeds.first} to ${last}). The settings of ${code(baseline)} were found on other seeds
([207](decisions.md#local-models-of-evoked-subspaces), [315](decisions.md#choices-in-the-kernel)).

- The regret of a run is how far the best that it has found is from the best that there is, or that is known. Scores are percents,
landscapes have 100 at their optimum.
- Ranks are by the mean regret on a task, 1 the best, and their means are over tasks that have all of the methods (Demšar 2006).
- Differences on a task are paired by seed: Wilcoxon's signed-rank test with Holm's correction over the methods of the task; below
${SIGNIFICANT} a difference is called significant.

## In short

${bestByBudget(ranks)}

${figure("search-benchmark", "ranks", "Mean ranks of the methods, with the critical difference")}

Over ${blocks} tasks at the end of their budgets. Friedman's test of "no method ranks differently" has p ${pValue(friedman!.p)}. By Nemenyi's test mean ranks
that are ${fixed(criticalDifference)} apart differ significantly.

## Mean ranks by budget

After so many queries, over the tasks with such a budget.

${ranksByBudget(ranks)}

## ${code(baseline)} against each method

On how many tasks it is significantly better or worse. It is better than ${two} of ${rivals.length} methods on at least two thirds of the tasks${
  beaten.length === 0
    ? ", and worse than none on any"
    : `; ${listed(beaten.map(([method, { better }]) => `${code(method)} is better than it on ${better}`))}`
}.

${againstEach(ranks, code(baseline))}

## Task by task

The regret at the end; then how many of the other methods are significantly worse than ${code(baseline)}, level with it, or better.

${tasks(benchmark, baseline)}

${shown(benchmark)
  .map(({ name }) => figure("search-benchmark", `regret-${name}`, "Regret by queries"))
  .join("\n\n")}

## Queries to a target

The median number of queries until a run has reached the target, and how many of the runs have. A dash: less than half of them.

${queriesToTargets(benchmark)}

## What a query costs

Milliseconds of computing for a query beside the evaluation, in ${ALONE.count} more runs each, which were done one after the other.

${overhead(benchmark)}

## The parts of ${code(baseline)}

What is left out or put in another way, one option at a time, on NAS-Bench-201 after 50 queries, when not every run has found the best
(\`manifests/search/evoke-ablations.json\`, ${ablations.seeds.count} seeds). The guide tells what a learned policy adds to the model:
[a policy and a model](guide/search-methods.md).

${parts(ablations)}

## Beside other libraries

Searches of Optuna and Syne Tune on the same tasks: [bench/peers](../bench/peers/README.md).
`;

if (seeds === undefined) writeFileSync("docs/searching.md", wrapped(page));
else process.stdout.write(wrapped(page));
