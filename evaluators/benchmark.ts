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
 * @module
 */
import { architectureUntabulated, metricUnknown } from "../core/errors/index.ts";
import type { Metric } from "../core/plugin/metric.ts";
import { plugin } from "../core/plugin/plugin.ts";
import type { MetricColumn, Table, WantedMetric } from "../core/table/table.ts";

export default plugin({
  kind: "evaluator",
  name: "benchmark",
  summary: "Looks architectures up in a benchmark table",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["table", "dataset"],
    properties: {
      table: { type: "string", minLength: 1, description: "name of an imported table, or a file relative to the manifest" },
      dataset: { type: "string", minLength: 1, description: "the dataset searched and reported, for example cifar10" },
      metric: { type: "string", minLength: 1, description: "default: the table's own choice, for example accuracy" },
      split: { enum: ["validation"], default: "validation", description: "what the search sees; test metrics are for the report" },
      epochs: { type: "integer", minimum: 0, description: "training epochs before the search's metric; default: the table's own choice" },
      reportEpochs: {
        type: "integer",
        minimum: 0,
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
    const full = { epochs: metric.epochs, values, seconds: charged?.values, factor: charged?.factor ?? 0 };
    const scheduled = options.lowerFidelities === "learning-curve" ? metric.epochs : undefined;
    const lower = lowerColumns(table, metric, scheduled).map(({ metric: { epochs }, values }) => {
      const { values: seconds, factor } = table.seconds(secondsOf, scheduled ?? epochs) ?? { values: undefined, factor: 0 };
      return { epochs, values, seconds, factor: scheduled === undefined ? factor : (factor * epochs) / scheduled };
    });
    const levels = new Map([...lower, full].map((level) => [level.epochs, level]));
    const rowOf = table.rowsOf(space);

    const find = (architecture: readonly number[]) => {
      const row = rowOf(architecture);
      if (row < 0) throw architectureUntabulated(table.name, space.encode(architecture));
      return row;
    };
    return {
      metric,
      fidelities: [...levels.keys()],
      evaluate(architecture, fidelity) {
        const row = find(architecture);
        const { values, seconds, factor } = fidelity === undefined ? full : levels.get(fidelity)!;
        return { score: values[row]!, seconds: seconds ? seconds[row]! * factor : 0 };
      },
      ...(test && {
        freeTests: true,
        test: (architecture: readonly number[]) => ({ metric: test.metric, value: test.values[find(architecture)]! }),
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
