/**
 * A benchmark table from the trainings in a journal.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { digestOf } from "../../../core/json/canonical-json.ts";
import { shortSlot } from "../../../core/manifest/slots.ts";
import type { Fidelity, FunctionClass, Tabulation, TrainingPlan } from "../../../core/manifest/tabulation.ts";
import type { Metric } from "../../../core/plugin/metric.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { costsOf } from "../../../core/search/objectives.ts";
import { Numbering } from "../../../core/space/choices.ts";
import type { ColumnDescription, Table, TableDescription } from "../../../core/table/table.ts";
import { type NewTable, writeTable } from "../../../core/table/table-file.ts";
import { VERSION } from "../../../core/version.ts";
import type { TabulateJournal, Trained } from "./tabulate-journal.ts";

/** What the table says of how it was made, beside what its manifest says. */
export interface Making {
  /** Names the trainings (see tabulationDigest). */
  readonly digest: string;
  /** What the numbers depend on beside the manifest: the dataset's digest, the backend's version. */
  readonly inputs: Readonly<Record<string, string>>;
}

export interface MadeTable {
  readonly table: NewTable;
  /** The packed file. */
  readonly bytes: Uint8Array;
  /** How many classes of one function have all their trainings, and so their rows. */
  readonly functions: number;
  /** SHA-256 of what comes out the same when it is made again. */
  readonly reproducible: string;
}

/** Makes the table of all classes whose trainings are over. @returns undefined if there are none */
export async function tableOf(
  tabulation: Tabulation,
  space: Space,
  plan: TrainingPlan,
  classes: readonly FunctionClass[],
  journal: TabulateJournal,
  making: Making,
): Promise<MadeTable | undefined> {
  const trained = new Map<number, readonly (readonly Trained[])[]>();
  let functions = 0;
  for (const { representative, members } of classes) {
    const architecture = space.encode(representative);
    const each = tabulation.fidelities.map(({ epochs, seeds }) =>
      seeds.flatMap((seed) => journal.get({ architecture, epochs, seed }) ?? []),
    );
    if (each.some((repeats, i) => repeats.length < tabulation.fidelities[i]!.seeds.length)) continue;
    functions++;
    for (const member of members) trained.set(member, each);
  }
  if (functions === 0) return undefined;
  const rows = [...trained.keys()].sort((a, b) => a - b);
  const members = rows.map((row) => plan.architectures[row]!);
  const architectures = members.map((architecture) => space.encode(architecture));

  const columns: Record<string, ColumnDescription> = {};
  const values: Record<string, readonly number[]> = {};
  const add = (column: string, description: ColumnDescription, of: readonly number[]) => {
    columns[column] = description;
    values[column] = of;
  };
  const dataset = tabulation.dataset.as ?? tabulation.dataset.name;
  for (const [i, fidelity] of tabulation.fidelities.entries())
    addFidelity(
      fidelity,
      dataset,
      rows.map((row) => trained.get(row)![i]!),
      add,
    );
  const counted = costsOf(space).map(({ name }) => name);
  const costs = members.map((member) => space.cost?.(member) ?? {});
  for (const role of ["madds", "parameters"] as const) {
    if (!counted.includes(role)) continue;
    add(
      role,
      { role, dataset },
      costs.map((cost) => cost[role]!),
    );
  }
  const numbering = new Numbering(space);
  add(
    "code",
    { role: "code" },
    members.map((member) => numbering.of(member)),
  );

  const complete = rows.length === plan.architectures.length;
  const measured = Object.keys(columns).filter((column) => columns[column]!.role === "seconds");
  const reproducible = digestOf({
    architecture: architectures,
    ...Object.fromEntries(Object.entries(values).filter(([column]) => !measured.includes(column))),
  });
  const description = describe(tabulation, complete, columns, {
    evoke: VERSION,
    trainings: making.digest,
    settings: {
      dataset: tabulation.dataset,
      training: tabulation.training,
      fidelities: tabulation.fidelities,
      backend: tabulation.backend,
    },
    inputs: making.inputs,
    machines: journal.machines,
    representative: `of ${functions} functions one architecture each was trained, ${RULES[tabulation.representative]}; all others of a function have its numbers`,
    reproducible: {
      what: "all but the columns measured come out the same again with this backend, these versions and processors of this class",
      measured,
      sha256: reproducible,
      recipe: 'SHA-256 of the canonical JSON (RFC 8785) of { column: values }, "architecture" among them, without the columns measured',
    },
  });
  const table = { description, architectures, values };
  return { table, bytes: gzipSync(await writeTable(table), { level: 9 }), functions, reproducible };
}

const RULES: Readonly<Record<Tabulation["representative"], string>> = {
  "fewest-convolutions": "that with the fewest convolutions when dead parts are left out, of these the first in the order of their codes",
  first: "the first in the order of their codes",
};

type Add = (column: string, description: ColumnDescription, values: readonly number[]) => void;

/** Columns of one fidelity: the end of the training, its seconds, and the points of its curve before. */
function addFidelity({ epochs, seeds }: Fidelity, dataset: string, trained: readonly (readonly Trained[])[], add: Add): void {
  const mean = (repeats: readonly Trained[], of: (one: Trained) => number) =>
    repeats.reduce((sum, one) => sum + of(one), 0) / repeats.length;
  const points = trained[0]![0]!.curve.map(([epoch]) => epoch);
  const splits = ["validation", "test"] as const;
  const addPoint = (point: number, epoch: number) => {
    for (const [i, split] of splits.entries()) {
      const over = epoch === epochs;
      const metric: Metric = {
        name: "accuracy",
        dataset,
        split,
        epochs: epoch,
        ...(!over && { scheduled: epochs }),
        trainedOn: "train",
        unit: "percent",
      };
      add(
        `${dataset}_${split}_${epoch}${over ? "" : `_of_${epochs}`}`,
        { role: "metric", metric, seeds: [seeds.length, seeds.length] },
        trained.map((repeats) => mean(repeats, ({ curve }) => curve[point]![i + 1]!)),
      );
    }
  };
  addPoint(points.length - 1, points.at(-1)!);
  for (const [point, epoch] of points.slice(0, -1).entries()) addPoint(point, epoch);
  add(
    `train_seconds_${epochs}`,
    {
      role: "seconds",
      epochs,
      datasets: { [dataset]: 1 },
      of: "training and the evaluations in it, measured on the machines that the provenance names: no others give these numbers again",
    },
    trained.map((repeats) => mean(repeats, ({ seconds }) => seconds)),
  );
}

function describe(
  { name, description, source, licence, space, fidelities }: Tabulation,
  complete: boolean,
  columns: TableDescription["columns"],
  provenance: TableDescription["provenance"],
): TableDescription {
  return {
    version: 1,
    name: complete ? name : `${name}-sample`,
    description: complete ? description : `A sample of: ${description}`,
    space: shortSlot(space),
    complete,
    fidelity: {
      search: { name: "accuracy", epochs: fidelities[0]!.epochs },
      report: { name: "accuracy", epochs: fidelities.at(-1)!.epochs },
    },
    source,
    licence,
    provenance,
    columns,
  };
}

/** Two tables, side by side. */
export interface Comparison {
  /** How many architectures both have. */
  readonly architectures: number;
  /** The columns compared: those that both have and that no machine measured. */
  readonly columns: readonly string[];
  /** Where they differ, as sentences; the first few. */
  readonly differences: readonly string[];
  readonly different: number;
}

/** Compares the new table with another, value by value. */
export function compareTables(made: NewTable, other: Table): Comparison {
  const described = made.description.columns;
  const columns = Object.keys(described).filter(
    (column) => described[column]!.role !== "seconds" && Object.hasOwn(other.description.columns, column),
  );
  const rows = new Map(Array.from({ length: other.rows }, (_, row) => [other.text(row), row]));
  const differences: string[] = [];
  let architectures = 0;
  let different = 0;
  for (const [i, architecture] of made.architectures.entries()) {
    const row = rows.get(architecture);
    if (row === undefined) continue;
    architectures++;
    for (const column of columns) {
      const [here, there] = [made.values[column]![i], other.values(column)[row]];
      if (here === there) continue;
      different++;
      if (differences.length < 10) differences.push(`${column} of ${architecture} is ${here} here and ${there} there`);
    }
  }
  return { architectures, columns, differences, different };
}
