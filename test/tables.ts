/**
 * A small benchmark table over the tiny space.
 *
 * @module
 */
import type { Metric } from "../core/plugin/metric.ts";
import type { Architecture } from "../core/space/architecture.ts";
import { Numbering } from "../core/space/choices.ts";
import type { TableDescription } from "../core/table/table.ts";
import type { NewTable } from "../core/table/table-file.ts";
import { tinySpace } from "./fixtures.ts";

export const space = tinySpace(2, 3);
/** Every architecture, in an order of no meaning. */
export const architectures: readonly Architecture[] = [5, 0, 7, 3, 8, 1, 6, 2, 4].map((code) => [Math.floor(code / 3), code % 3]);

const metric = (dataset: string, split: Metric["split"], epochs: number, scheduled?: number): Metric => ({
  name: "accuracy",
  dataset,
  split,
  epochs,
  ...(scheduled !== undefined && { scheduled }),
  trainedOn: "train",
  unit: "percent",
});
const values = (first: number) => architectures.map((_, row) => first + row + 0.25);

export const description: TableDescription = {
  version: 1,
  name: "tiny",
  description: "Nine architectures",
  space: { use: "tiny-space" },
  complete: true,
  fidelity: { search: { name: "accuracy", epochs: 2 }, report: { name: "accuracy", epochs: 8 } },
  source: "test/tables.ts",
  licence: "MIT",
  provenance: { made: "up" },
  columns: {
    apples_validation_2: { role: "metric", metric: metric("apples", "validation", 2), seeds: [1, 1] },
    apples_validation_8: { role: "metric", metric: metric("apples", "validation", 8), seeds: [1, 3] },
    apples_validation_2_of_8: { role: "metric", metric: metric("apples", "validation", 2, 8), seeds: [1, 3] },
    apples_test_8: { role: "metric", metric: metric("apples", "test", 8), seeds: [1, 3] },
    pears_validation_2: { role: "metric", metric: metric("pears", "validation", 2), seeds: [1, 1] },
    seconds_2: { role: "seconds", epochs: 2, datasets: { apples: 1, pears: 1.5 }, of: "training" },
    parameters: { role: "parameters", dataset: "apples" },
    code: { role: "code" },
  },
};

const numbering = new Numbering(space);

/** The table, with changes to its description. */
export function tinyTable(changes: Partial<TableDescription> = {}): NewTable {
  return {
    description: { ...description, ...changes },
    architectures: architectures.map(space.encode),
    values: {
      apples_validation_2: values(20),
      apples_validation_8: values(40),
      apples_validation_2_of_8: values(30),
      apples_test_8: values(60),
      pears_validation_2: values(10),
      seconds_2: values(100),
      parameters: architectures.map(([a, b]) => 1000 * a! + b! + 70_000),
      code: architectures.map((architecture) => numbering.of(architecture)),
    },
  };
}

/** The same without one of its columns. */
export function without(table: NewTable, column: string): NewTable {
  const { [column]: _, ...columns } = table.description.columns;
  return { ...table, description: { ...table.description, columns } };
}
