/**
 * NAS-Bench-201 from the CSV file that has all its cells, one a line, to a table of Evoke.
 *
 * The file has no quoted fields; one that has is refused. Everything in it that can be checked is:
 * the cells, the functions that they compute, multiply-adds and parameters, and the best accuracies
 * that the benchmark's authors published.
 *
 * @module
 */
import { type EvokeError, tableInvalid } from "../../../core/errors/index.ts";
import type { Metric } from "../../../core/plugin/metric.ts";
import { Numbering } from "../../../core/space/choices.ts";
import type { ColumnDescription, TableDescription } from "../../../core/table/table.ts";
import type { NewTable } from "../../../core/table/table-file.ts";
import { nasBench201 } from "../../../plugins/catalogue.ts";

const HEADER =
  "index,arch,canonical,cifar10_val_12e,cifar10_test_12e,cifar100_val_12e,cifar100_test_12e,imagenet16_val_12e,imagenet16_test_12e," +
  "cifar10_val_200e,cifar10_test_200e,cifar100_val_200e,cifar100_test_200e,imagenet16_val_200e,imagenet16_test_200e," +
  "cifar10_train_seconds_12e,macs_cifar10,params_cifar10";
const ROWS = 15_625;

/** The best values of the published benchmark, to the digits that were published. */
const MAXIMA: Readonly<Record<string, number>> = {
  cifar10_val_12e: 84.892,
  cifar10_test_12e: 89.16,
  cifar10_test_200e: 94.373,
  cifar100_test_200e: 73.513,
  imagenet16_test_200e: 47.311,
};

/** True if the text begins as this file does. */
export function isNasBench201Csv(text: string): boolean {
  return text.startsWith("index,arch,canonical,");
}

/** @throws EvokeError TABLE_INVALID */
export async function readNasBench201Csv(text: string, file: string, name: string): Promise<NewTable> {
  const invalid = (problem: string) => tableInvalid(file, problem);
  const { columns, lines } = fields(text, invalid);
  const space = await nasBench201.create(DEFAULT_NETWORK, {});
  const numbering = new Numbering(space);
  const functions = new Map<string, string>();
  const canonicals = new Map<string, string>();
  const architectures = columns.get("arch")!;
  const seen = new Map<string, number>();
  const codes = architectures.map((cell, row) => {
    const at = `line ${lines[row]}`;
    const architecture = attempt(() => space.decode(cell), at, invalid);
    const before = seen.get(cell);
    if (before !== undefined) throw invalid(`${at}: the cell of line ${before} again, ${cell}`);
    seen.set(cell, lines[row]!);
    pair(columns.get("canonical")![row]!, space.functionKey(architecture), functions, canonicals, () =>
      invalid(`${at}: the column "canonical" does not tell the functions of the cells apart as the space does`),
    );
    const { madds, parameters } = space.cost!(architecture);
    for (const [column, counted] of [["macs_cifar10", madds] as const, ["params_cifar10", parameters] as const]) {
      const found = columns.get(column)![row];
      if (Number(found) !== counted) throw invalid(`${at}: ${column} is ${found}, but ${cell} has ${counted}`);
    }
    return numbering.of(architecture);
  });

  const described: Record<string, ColumnDescription> = {};
  const values: Record<string, number[]> = {};
  for (const [source, column, description] of COLUMNS) {
    const numbers = columns.get(source)!.map((field, row) => {
      if (!/^\d+(\.\d+)?$/.test(field)) throw invalid(`line ${lines[row]}: ${source} is ${JSON.stringify(field)}, not a number`);
      return Number(field);
    });
    const best = MAXIMA[source];
    const found = numbers.reduce((a, b) => Math.max(a, b));
    if (best !== undefined && Math.abs(found - best) > 0.0005)
      throw invalid(`the best ${source} is ${found}, but that of the published benchmark is ${best}`);
    described[column] = description;
    values[column] = numbers;
  }
  described.code = { role: "code" };
  values.code = codes;
  return { description: { ...DESCRIPTION, name, columns: described }, architectures, values };
}

/** The fields by column, and the line of each row. */
function fields(text: string, invalid: (problem: string) => EvokeError): { columns: Map<string, string[]>; lines: number[] } {
  if (text.includes('"')) throw invalid("it has quoted fields, and the CSV of NAS-Bench-201 has none");
  const all = text.split(/\r?\n/);
  const names = HEADER.split(",");
  const found = all[0]!.split(",");
  const missing = names.filter((name) => !found.includes(name));
  if (missing.length > 0) throw invalid(`line 1: the columns ${missing.join(", ")} are missing`);
  if (!text.endsWith("\n")) throw invalid("it is cut off: its last line does not end");
  const rows = all.slice(1).flatMap((line, i) => (line === "" ? [] : [{ line: i + 2, row: line.split(",") }]));
  const broken = rows.find(({ row }) => row.length !== found.length);
  if (broken) throw invalid(`line ${broken.line}: it has ${broken.row.length} fields in place of ${found.length}`);
  if (rows.length !== ROWS) throw invalid(`it has ${rows.length} cells, and NAS-Bench-201 has ${ROWS}`);
  return {
    columns: new Map(found.map((name, column) => [name, rows.map(({ row }) => row[column]!)])),
    lines: rows.map(({ line }) => line),
  };
}

function attempt<T>(what: () => T, at: string, invalid: (problem: string) => EvokeError): T {
  try {
    return what();
  } catch (error) {
    throw invalid(`${at}: ${(error as Error).message.replace(/\.$/, "")}`);
  }
}

/** Fails unless the pairs so far are one-to-one. */
function pair(a: string, b: string, forth: Map<string, string>, back: Map<string, string>, failed: () => EvokeError): void {
  if ((forth.get(a) ?? b) !== b || (back.get(b) ?? a) !== a) throw failed();
  forth.set(a, b);
  back.set(b, a);
}

const DEFAULT_NETWORK = {
  channels: 16,
  cellsPerStage: 5,
  stages: 3,
  reduction: "residual",
  imageSize: 32,
  imageChannels: 3,
  classes: 10,
} as const;

/** What each column of the file is: its name there, its name in the table, what it holds. */
const COLUMNS: readonly (readonly [source: string, column: string, description: ColumnDescription])[] = [
  ...[12, 200].flatMap((epochs) =>
    (["cifar10", "cifar100", "imagenet16-120"] as const).flatMap((dataset) =>
      (["validation", "test"] as const).map((split) => {
        const source = `${dataset.replace("-120", "")}_${split === "test" ? "test" : "val"}_${epochs}e`;
        // CIFAR-10 alone is tested after training on its whole training set; the others' test images are not trained on either way.
        const trainedOn = dataset === "cifar10" && split === "test" ? "train+validation" : "train";
        const metric: Metric = { name: "accuracy", dataset, split, epochs, trainedOn, unit: "percent" };
        const seeds: readonly [number, number] = epochs === 12 ? [1, 1] : [2, 3];
        return [source, `${dataset}_${split}_${epochs}`, { role: "metric", metric, seeds }] as const;
      }),
    ),
  ),
  [
    "cifar10_train_seconds_12e",
    "train_seconds_12",
    {
      role: "seconds",
      epochs: 12,
      datasets: { cifar10: 1, cifar100: 2, "imagenet16-120": 6.068 },
      of: "training on CIFAR-10's training half, validation not included; the other datasets' by NATS-Bench's factors",
    },
  ],
  ["macs_cifar10", "madds", { role: "madds", dataset: "cifar10" }],
  ["params_cifar10", "parameters", { role: "parameters", dataset: "cifar10" }],
];

const DESCRIPTION: Omit<TableDescription, "name" | "columns"> = {
  version: 1,
  description: "Accuracies of all 15,625 cells of NAS-Bench-201 after 12 and 200 epochs on CIFAR-10, CIFAR-100 and ImageNet16-120",
  space: { use: "nas-bench-201" },
  complete: true,
  fidelity: { search: { name: "accuracy", epochs: 12 }, report: { name: "accuracy", epochs: 200 } },
  source: "Dong and Yang, NAS-Bench-201, ICLR 2020, https://github.com/D-X-Y/NAS-Bench-201; merged from public copies of it",
  licence: "MIT",
  provenance: {
    importedFrom: "nas-bench-201.csv",
    checks: [
      "15,625 cells, each once",
      "6,466 functions, distinguished as the space does",
      "multiply-adds and parameters of every cell as the space counts them",
      "best accuracies as published",
    ],
    seeds: "12 epochs: one training run; 200 epochs: the mean of two or three",
    missing: "the time of validation",
  },
};
