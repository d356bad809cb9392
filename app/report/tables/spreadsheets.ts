/**
 * The numbers of a report as comma-separated values: a line for each cell, a line for each run.
 *
 * @module
 */
import type { AggregatedCell } from "../aggregate.ts";
import { moments } from "../comparisons/estimates.ts";
import type { CellStatistics, Measure, Moments, Panel, ReportDocument } from "../document.ts";
import { MEASURES } from "../document.ts";
import { csv } from "./table.ts";

type Value = string | number | null | undefined;
type Field = readonly [name: string, of: (cell: CellStatistics, panel: Panel) => Value];

const FIELDS: readonly Field[] = [
  ["panel", (_, { name }) => name],
  ["cell", ({ name }) => name],
  ["variant", ({ variant }) => variant],
  ["baseline", (_, { baseline }) => baseline],
  ["digest", ({ digest }) => digest],
  ["n", ({ n }) => n],
  ...MEASURES.flatMap((measure) => [...estimateFields(measure), ...comparisonFields(measure)]),
  ["mean_rank", ({ name }, { ranks }) => ranks?.mean[name]],
  ...momentFields("area_under_incumbent", ({ area }) => area),
  ...MEASURES.flatMap((measure): Field[] => [
    [`${measure}_target`, ({ targets }) => targets?.[measure]?.target],
    [`${measure}_target_reached`, ({ targets }) => targets?.[measure]?.reached],
    [`${measure}_target_median_queries`, ({ targets }) => targets?.[measure]?.medianQueries],
  ]),
  ["regret_mean", ({ regret }) => regret?.at(-1)?.mean],
  ["regret_low", ({ regret }) => regret?.at(-1)?.low],
  ["regret_high", ({ regret }) => regret?.at(-1)?.high],
  ...momentFields("queries", ({ queries }) => queries),
  ...momentFields("distinct", ({ distinct }) => distinct),
  ...momentFields("new_subspaces", ({ updates }) => updates),
  ...momentFields("seconds", ({ seconds }) => seconds),
];
/** Only where any cell has them. */
const FAILURE_FIELDS: readonly Field[] = [
  ["failed_evaluations", ({ failures }) => failures?.rejected ?? 0],
  ["failed_tries", ({ failures }) => failures?.tries ?? 0],
];
const STOPPED_FIELDS: readonly Field[] = [
  ["stopped_trainings", ({ stopped }) => stopped?.trainings ?? 0],
  ["epochs_saved", ({ stopped }) => stopped?.epochs ?? 0],
];

/** `statistics.csv`: one line a cell. */
export function statisticsCsv({ panels }: ReportDocument): string {
  const cells = panels.flatMap(({ cells }) => cells);
  const fields = [
    ...FIELDS,
    ...(cells.some(({ failures }) => failures) ? FAILURE_FIELDS : []),
    ...(cells.some(({ stopped }) => stopped) ? STOPPED_FIELDS : []),
  ];
  return csv(
    fields.map(([name]) => name),
    panels.flatMap((panel) => panel.cells.map((cell) => fields.map(([, of]) => of(cell, panel)))),
  );
}

/** `runs.csv`: one line a run. */
export function runsCsv(cells: readonly AggregatedCell[]): string {
  const columns = ["panel", "cell", "seed", "test", "score", "queries", "distinct", "new_subspaces", "seconds"];
  const all = cells.flatMap(({ runs }) => runs);
  const [failed, stopped] = [all.some((run) => run.failed), all.some((run) => run.stopped)];
  return csv(
    [
      ...[...columns, "area_under_incumbent", "queries_to_test_target", "queries_to_score_target"],
      ...[...(failed ? ["failed_evaluations"] : []), ...(stopped ? ["stopped_trainings", "epochs_saved"] : []), "architecture"],
    ],
    cells.flatMap(({ cell, runs }) =>
      runs.map((run): Value[] => [
        ...[cell.panel, cell.name, run.seed, run.test, run.score, run.queries, run.distinct, run.updates, run.seconds],
        ...[run.area, run.queriesTo.test, run.queriesTo.score],
        ...(failed ? [run.failed ?? 0] : []),
        ...(stopped ? [run.stopped?.trainings ?? 0, run.stopped?.epochs ?? 0] : []),
        run.architecture,
      ]),
    ),
  );
}

/** `failures.csv`: one line for each reason of each cell; undefined where nothing failed. */
export function failuresCsv({ panels }: ReportDocument): string | undefined {
  const rows = panels.flatMap(({ name, cells }) =>
    cells.flatMap((cell) =>
      (cell.failures?.reasons ?? []).map((one): Value[] => [
        ...[name, cell.name, one.tries, one.rejected, one.seed, one.architecture, one.reason],
      ]),
    ),
  );
  const columns = ["panel", "cell", "failed_tries", "failed_evaluations", "first_seed", "first_architecture", "reason"];
  return rows.length > 0 ? csv(columns, rows) : undefined;
}

/** `overhead.csv`: what the runs took by the clock, which is never the same twice; undefined if it is not known. */
export function overheadCsv(cells: readonly AggregatedCell[]): string | undefined {
  const rows = cells.flatMap(({ cell, runs }): Value[][] => {
    const measured = runs.filter(({ wallSeconds, queries }) => wallSeconds !== undefined && queries > 0);
    const wall = moments(measured.map(({ wallSeconds }) => wallSeconds!));
    const perQuery = moments(measured.map(({ wallSeconds, queries }) => (1000 * wallSeconds!) / queries));
    return wall && perQuery ? [[cell.panel, cell.name, wall.n, wall.mean, wall.std, perQuery.mean, perQuery.std]] : [];
  });
  const columns = [
    "panel",
    "cell",
    "n",
    "wall_seconds_mean",
    "wall_seconds_std",
    "milliseconds_per_query_mean",
    "milliseconds_per_query_std",
  ];
  return rows.length > 0 ? csv(columns, rows) : undefined;
}

function estimateFields(measure: Measure): Field[] {
  return [
    ...momentFields(measure, (cell) => cell[measure]),
    [`${measure}_low`, (cell) => cell[measure]?.interval?.low],
    [`${measure}_high`, (cell) => cell[measure]?.interval?.high],
    [`${measure}_iqm`, (cell) => cell[measure]?.interquartileMean],
    [`${measure}_iqm_low`, (cell) => cell[measure]?.interquartileInterval?.low],
    [`${measure}_iqm_high`, (cell) => cell[measure]?.interquartileInterval?.high],
    ...["least", "lower_quartile", "median", "upper_quartile", "most"].map(
      (name, i): Field => [`${measure}_${name}`, (cell) => cell[measure]?.quartiles[i]],
    ),
  ];
}

function comparisonFields(measure: Measure): Field[] {
  const of = (cell: CellStatistics) => cell.comparison?.[measure];
  return [
    [`${measure}_pairs`, (cell) => of(cell)?.n],
    [`${measure}_difference`, (cell) => of(cell)?.difference],
    [`${measure}_difference_standard_error`, (cell) => of(cell)?.standardError],
    [`${measure}_difference_low`, (cell) => of(cell)?.interval?.low],
    [`${measure}_difference_high`, (cell) => of(cell)?.interval?.high],
    [`${measure}_wilcoxon_statistic`, (cell) => of(cell)?.wilcoxon.statistic],
    [`${measure}_wilcoxon_p`, (cell) => of(cell)?.wilcoxon.p],
    [`${measure}_wilcoxon_holm`, (cell) => of(cell)?.wilcoxon.holm],
    [`${measure}_paired_t`, (cell) => of(cell)?.pairedT?.t],
    [`${measure}_paired_t_p`, (cell) => of(cell)?.pairedT?.p],
    [`${measure}_paired_t_holm`, (cell) => of(cell)?.pairedT?.holm],
    [`${measure}_cliffs_delta`, (cell) => of(cell)?.cliffsDelta],
    [`${measure}_d_z`, (cell) => of(cell)?.pairedEffectSize],
    [`${measure}_wins`, (cell) => of(cell)?.wins],
    [`${measure}_ties`, (cell) => of(cell)?.ties],
    [`${measure}_losses`, (cell) => of(cell)?.losses],
    [`${measure}_win_rate`, (cell) => of(cell)?.winRate],
  ];
}

function momentFields(name: string, of: (cell: CellStatistics) => Moments | undefined): Field[] {
  return [
    [`${name}_mean`, (cell) => of(cell)?.mean],
    [`${name}_std`, (cell) => of(cell)?.std],
    [`${name}_standard_error`, (cell) => of(cell)?.standardError],
  ];
}
