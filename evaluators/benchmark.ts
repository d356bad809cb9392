/**
 * Looks architectures up in a benchmark table.
 *
 * The search sees one validation metric, by default at the table's search fidelity; the answer is
 * reported by the test metric of the same dataset at the table's report fidelity. NAS-Bench-201: the
 * accuracy after 12 epochs, and after 200 (Section IV-B of the paper).
 *
 * A query costs the seconds that the table gives for so many epochs of training. `secondsOf` charges
 * another dataset's: algorithm comparisons often take CIFAR-10's for every dataset.
 *
 * Lower fidelities are the validation metrics of the same dataset after fewer epochs: those of shorter trainings, or
 * the points on the way of the search's own. An architecture in the middle of a long schedule ranks differently from
 * one whose short schedule is over, and costs its share of the long one's seconds.
 *
 * Where the table has several training seeds of an architecture, a query sees their mean or, with `seeds: "drawn"`, one of
 * them, drawn anew for each query by the run's seed, as a training of one's own would be. The test metric is the mean
 * either way.
 *
 * Further metrics, such as a latency, are looked up beside the score, in this table or in others of the same space.
 *
 * @module
 */
import { architectureUntabulated, metricTwice, metricUnknown, seedsMissing } from "../core/errors/index.ts";
import type { FurtherMetric, Metric } from "../core/plugin/metric.ts";
import { plugin } from "../core/plugin/plugin.ts";
import type { Space } from "../core/plugin/space.ts";
import type { Rng } from "../core/random/rng.ts";
import type { Architecture } from "../core/space/architecture.ts";
import type { MetricColumn, Table, Tables, Values, WantedMetric } from "../core/table/table.ts";

export default plugin({
  kind: "evaluator",
  name: "benchmark",
  summary: "Looks architectures up in a benchmark table",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["table", "dataset"],
    properties: {
      table: {
        type: "string",
        minLength: 1,
        examples: ["digits-201", "nas-bench-201"],
        description: "name of an imported table, or a file relative to the manifest",
      },
      dataset: {
        type: "string",
        minLength: 1,
        examples: ["digits", "cifar10"],
        description: "the dataset searched and reported, for example cifar10",
      },
      metric: { type: "string", minLength: 1, description: "default: the table's own choice, for example accuracy" },
      split: { enum: ["validation"], default: "validation", description: "what the search sees; test metrics are for the report" },
      epochs: {
        type: "integer",
        minimum: 0,
        maximum: 1_000_000,
        description: "training epochs before the search's metric; default: the table's own choice",
      },
      reportEpochs: {
        type: "integer",
        minimum: 0,
        maximum: 1_000_000,
        description: "training epochs before the report's test metric; default: the table's own choice",
      },
      secondsOf: {
        type: "string",
        minLength: 1,
        description: "the dataset whose training seconds are charged; default: the dataset searched",
      },
      lowerFidelities: {
        enum: ["trainings", "learning-curve"],
        description: "shorter trainings, or the points of the search's own training; default: trainings",
      },
      seeds: {
        enum: ["mean", "drawn"],
        description: "what a query sees of several training seeds: their mean, or one that is drawn by the run's seed; default: mean",
      },
      metrics: {
        type: "array",
        items: {
          type: "object",
          additionalProperties: false,
          required: ["name"],
          properties: {
            name: { type: "string", minLength: 1, description: "in the table; also madds, or parameters" },
            table: { type: "string", minLength: 1, description: "if it is in another one" },
            dataset: { type: "string", minLength: 1, description: "if the table has it for several" },
            epochs: { type: "integer", minimum: 0, maximum: 1_000_000, description: "if the table has it after several" },
            as: { type: "string", minLength: 1, description: "what it is called here, if not by its name" },
          },
        },
        examples: [[{ name: "parameters" }]],
        description: "further metrics of each architecture",
      },
    },
  },
  needs: ["tables", "space"],
  async create(options, { tables, space }) {
    const { dataset, split, secondsOf = dataset } = options;
    const table = await tables.open(options.table);
    const { search, report } = table.description.fidelity;
    const { metric, values } = table.metric({
      name: options.metric ?? search.name,
      dataset,
      split,
      epochs: options.epochs ?? search.epochs,
    });
    const test = testColumn(
      table,
      { name: options.metric ?? report.name, dataset, split: "test", epochs: options.reportEpochs ?? report.epochs },
      options.reportEpochs !== undefined,
    );
    const charged = secondsColumn(table, secondsOf, metric.epochs, options.secondsOf !== undefined);
    const draws = options.seeds === "drawn";
    const seeds = (column: Pick<MetricColumn, "metric">) => (draws ? table.seedsOf(column).map(({ values }) => values) : []);
    if (draws && seeds({ metric }).length === 0) throw seedsMissing(table.name, metric);
    const full = { epochs: metric.epochs, values, seeds: seeds({ metric }), seconds: charged?.values, factor: charged?.factor ?? 0 };
    const scheduled = options.lowerFidelities === "learning-curve" ? metric.epochs : undefined;
    const lower = lowerColumns(table, metric, scheduled).map(({ metric, values }) => {
      const { epochs } = metric;
      const { values: seconds, factor } = table.seconds(secondsOf, scheduled ?? epochs) ?? { values: undefined, factor: 0 };
      return {
        epochs,
        values,
        seeds: seeds({ metric }),
        seconds,
        factor: scheduled === undefined ? factor : (factor * epochs) / scheduled,
      };
    });
    const levels = new Map([...lower, full].map((level) => [level.epochs, level]));
    const rowOf = table.rowsOf(space);
    const further = await Promise.all((options.metrics ?? []).map((wanted) => furtherMetric(wanted, table, metric, tables, space)));

    const names = [metric, ...further.map(({ metric }) => metric)].map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) throw metricTwice(twice);

    const find = (architecture: Architecture) => {
      const row = rowOf(architecture);
      if (row < 0) throw architectureUntabulated(table.name, space.encode(architecture));
      return row;
    };
    return {
      metric,
      ...(further.length > 0 && { metrics: further.map(({ metric }) => metric) }),
      fidelities: [...levels.keys()],
      evaluate(architecture, fidelity, context) {
        const row = find(architecture);
        const { values, seeds, seconds, factor } = fidelity === undefined ? full : levels.get(fidelity)!;
        // A stream is made when it is asked for, which takes longer than to look up.
        const score = seeds.length > 0 ? drawn(seeds, row, context.rng) : values[row]!;
        const measurement = { score, seconds: seconds ? seconds[row]! * factor : 0 };
        if (further.length === 0) return measurement;
        return { ...measurement, metrics: Object.fromEntries(further.map(({ metric, value }) => [metric.name, value(architecture)])) };
      },
      ...(test && {
        freeTests: true,
        test: (architecture: Architecture) => ({ metric: test.metric, value: test.values[find(architecture)]! }),
      }),
    };
  },
});

/** The test metric; a table may have none where the manifest does not ask for a certain one. */
function testColumn(table: Table, wanted: WantedMetric, required: boolean): MetricColumn | undefined {
  const has = table.metrics.some(
    ({ metric }) => metric.split === "test" && metric.dataset === wanted.dataset && metric.name === wanted.name,
  );
  return required || has ? table.metric(wanted) : undefined;
}

/** What else the table has of a metric after fewer epochs, ascending. @param scheduled  of points of a learning curve */
function lowerColumns(table: Table, { name, dataset, split, epochs }: Metric, scheduled: number | undefined): MetricColumn[] {
  return table.metrics
    .filter(({ metric }) => metric.name === name && metric.dataset === dataset && metric.split === split)
    .filter(({ metric }) => metric.epochs > 0 && metric.epochs < epochs && metric.scheduled === scheduled)
    .sort((a, b) => a.metric.epochs - b.metric.epochs);
}

function secondsColumn(table: Table, dataset: string, epochs: number, required: boolean) {
  const column = table.seconds(dataset, epochs);
  if (column || !required) return column;
  const known = table.columns("seconds").flatMap(([, { datasets }]) => Object.keys(datasets));
  throw metricUnknown(table.name, "seconds of dataset", dataset, [], known);
}

/** One of the trainings that the table has of an architecture. */
function drawn(seeds: readonly Values[], row: number, rng: Rng): number {
  const trainings = seeds.map((values) => values[row]!).filter((value) => !Number.isNaN(value));
  return trainings[rng.below(trainings.length)]!;
}

interface WantedFurther extends Pick<Metric, "name">, Partial<Pick<Metric, "dataset" | "epochs">> {
  readonly table?: string;
  readonly as?: string;
}

/** A further metric, and how it is looked up. @param main  the metric that the search goes by */
async function furtherMetric(
  { name, as = name, table: other, ...wanted }: WantedFurther,
  own: Table,
  main: Metric,
  tables: Tables,
  space: Space,
): Promise<{ readonly metric: FurtherMetric; value(architecture: Architecture): number }> {
  const table = other === undefined ? own : await tables.open(other);
  const { values, unit, goal } = costColumn(table, name) ?? furtherColumn(table, name, wanted, main);
  const rowOf = table.rowsOf(space);
  return {
    metric: { name: as, unit, goal },
    value(architecture) {
      const row = rowOf(architecture);
      if (row < 0) throw architectureUntabulated(table.name, space.encode(architecture));
      return values[row]!;
    },
  };
}

function costColumn(table: Table, name: string) {
  if (name !== "madds" && name !== "parameters") return undefined;
  const [column] = table.columns(name);
  return (
    column && ({ values: table.values(column[0]), unit: name === "madds" ? "multiply-adds" : "parameters", goal: "minimise" } as const)
  );
}

/** Dataset and epochs need not be said where there is but one, or where the search's own are there. */
function furtherColumn(table: Table, name: string, { dataset, epochs }: Partial<Pick<Metric, "dataset" | "epochs">>, main: Metric) {
  const only = <T>(of: readonly T[], preferred: T) => (of.length > 0 && of.every((one) => one === of[0]) ? of[0]! : preferred);
  const named = table.metrics.map(({ metric }) => metric).filter((metric) => metric.name === name && metric.split === "validation");
  const from =
    dataset ??
    only(
      named.map((metric) => metric.dataset),
      main.dataset,
    );
  const after = named.filter((metric) => metric.dataset === from && metric.scheduled === undefined).map((metric) => metric.epochs);
  const { metric, values } = table.metric({ name, dataset: from, split: "validation", epochs: epochs ?? only(after, main.epochs) });
  return { values, unit: metric.unit, goal: metric.goal ?? "maximise" };
}
