/**
 * Benchmark tables: what was measured for every architecture of a space, column by column.
 *
 * A table says itself what each of its numbers is of. Its values are typed arrays, in row order, that
 * threads can share; core/table/table-file.ts reads and writes them as files.
 *
 * @module
 */
import * as errors from "../errors/index.ts";
import type { Metric } from "../plugin/metric.ts";
import type { Space } from "../plugin/space.ts";
import type { Architecture } from "../space/architecture.ts";
import { Numbering } from "../space/choices.ts";

/** Benchmark tables by name (those imported or embedded) or by file. */
export interface Tables {
  open(table: string): Promise<Table>;
}

/** What a column holds. A table has further columns of no role at all: only "architecture", the text. */
export type ColumnDescription =
  | {
      readonly role: "metric";
      readonly metric: Metric;
      /** Over how many training seeds each value is the mean: the least and the most. */
      readonly seeds: readonly [number, number];
      /** The training seed, where the table has several beside their mean. NaN is where there was no such training. */
      readonly seed?: number;
    }
  | {
      readonly role: "seconds";
      /** How many training epochs take these seconds; 0 where none are known. */
      readonly epochs: number;
      /** For each dataset, the factor by which to multiply. */
      readonly datasets: Readonly<Record<string, number>>;
      /** What the seconds are of, for example "training, without validation, on one GPU". */
      readonly of: string;
    }
  | { readonly role: "madds" | "parameters"; readonly dataset: string }
  /** The architecture as a number: its components are the digits, the first the most significant, of base C_l each. */
  | { readonly role: "code" };

/** What a table says of itself; the file holds it as one JSON document. */
export interface TableDescription {
  /** Of the format. */
  readonly version: 1;
  /** Lower-case words joined by hyphens. */
  readonly name: string;
  readonly description: string;
  /** The space plugin and those of its options that are not the default. */
  readonly space: { readonly use: string; readonly options?: object };
  /** True if every architecture of the space has a row. */
  readonly complete: boolean;
  /** Which metrics a search and its report take where the manifest does not say. */
  readonly fidelity: {
    readonly search: { readonly name: string; readonly epochs: number };
    readonly report: { readonly name: string; readonly epochs: number };
  };
  readonly source: string;
  readonly licence: string;
  /** How the numbers came about; anything that JSON can say. */
  readonly provenance: Readonly<Record<string, unknown>>;
  /** By column name. */
  readonly columns: Readonly<Record<string, ColumnDescription>>;
}

/** The numbers of a column, in the narrowest type that holds them. */
export type Values = Float64Array | Float32Array | Uint32Array | Int32Array | Uint16Array | Int16Array | Uint8Array | Int8Array;

/** All that a table consists of. Structured cloning takes it; over SharedArrayBuffers it copies nothing. */
export interface TableContents {
  readonly description: TableDescription;
  /** SHA-256 over the description and all values (see core/table/table-file.ts), in hexadecimal. */
  readonly digest: string;
  /** The architectures' texts in UTF-8, one after the other; row r is at offsets[r] … offsets[r + 1]. */
  readonly texts: { readonly utf8: Uint8Array; readonly offsets: Int32Array };
  /** By column name, in row order. */
  readonly values: Readonly<Record<string, Values>>;
}

/** A column with a metric, and its values in row order. */
export interface MetricColumn {
  readonly column: string;
  readonly metric: Metric;
  readonly seeds: readonly [number, number];
  readonly values: Values;
}

/** Says which metric is wanted. */
export type WantedMetric = Pick<Metric, "name" | "dataset" | "split" | "epochs" | "scheduled">;

/** Above this many architectures a table is indexed by text instead of by number. */
const DENSE_LIMIT = 2 ** 22;
/** How many rows are compared with the space when a table's own codes are taken for its architectures. */
const PROBES = 64;

/** A table of measured architectures, which finds the row of one at once. */
export class Table {
  readonly name: string;
  readonly description: TableDescription;
  readonly digest: string;
  /** How many rows. */
  readonly rows: number;
  /** What it has of each metric: of several training seeds the mean. */
  readonly metrics: readonly MetricColumn[];
  readonly #seeds: readonly MetricColumn[];
  readonly #contents: TableContents;
  readonly #lookups = new WeakMap<Space, (architecture: Architecture) => number>();

  constructor(contents: TableContents) {
    const { description, digest, texts, values } = contents;
    this.name = description.name;
    this.description = description;
    this.digest = digest;
    this.rows = texts.offsets.length - 1;
    const columns = this.columns("metric").map(([column, { metric, seeds, seed }]) => ({
      column,
      metric,
      seeds,
      seed,
      values: values[column]!,
    }));
    this.metrics = columns.filter(({ seed }) => seed === undefined);
    this.#seeds = columns.filter(({ seed }) => seed !== undefined);
    this.#contents = contents;
  }

  /** A table over the memory of another thread's, from what `share` gave there. */
  static fromShared(shared: TableContents): Table {
    return new Table(shared);
  }

  /** The contents over SharedArrayBuffers: `postMessage` and `workerData` hand them to threads uncopied. */
  share(): TableContents {
    const { texts, values, ...rest } = this.#contents;
    return {
      ...rest,
      texts: { utf8: shared(texts.utf8), offsets: shared(texts.offsets) },
      values: Object.fromEntries(Object.entries(values).map(([column, array]) => [column, shared(array)])),
    };
  }

  /** The text of a row's architecture. */
  text(row: number): string {
    const { utf8, offsets } = this.#contents.texts;
    return decoded(utf8.subarray(offsets[row]!, offsets[row + 1]!));
  }

  /** The values of a column, in row order. */
  values(column: string): Values {
    return this.#contents.values[column]!;
  }

  /** The columns that have this role, by name. */
  columns<R extends ColumnDescription["role"]>(role: R): [string, Extract<ColumnDescription, { role: R }>][] {
    return Object.entries(this.description.columns).filter(([, described]) => described.role === role) as never;
  }

  /** The column of a metric. @throws EvokeError METRIC_UNKNOWN, listing what there is */
  metric(wanted: WantedMetric): MetricColumn {
    const scheduled = ({ scheduled, epochs }: WantedMetric) => scheduled ?? epochs;
    const aspects: [string, (metric: WantedMetric) => string | number][] = [
      ["dataset", ({ dataset }) => dataset],
      ["metric", ({ name }) => name],
      ["split", ({ split }) => split],
      ["epochs", ({ epochs }) => epochs],
      ["scheduled epochs", scheduled],
    ];
    let left = this.metrics;
    const settled: string[] = [];
    for (const [aspect, of] of aspects) {
      const right = left.filter(({ metric }) => of(metric) === of(wanted));
      if (right.length === 0) {
        const known = [...new Set(left.map(({ metric }) => of(metric)))].sort((a, b) => (a < b ? -1 : 1));
        throw errors.metricUnknown(this.name, aspect, of(wanted), settled, known);
      }
      settled.push(`${aspect} ${of(wanted)}`);
      left = right;
    }
    return left[0]!;
  }

  /** The columns of a metric's training seeds, where the table has them beside their mean; else none. */
  seedsOf({ metric }: Pick<MetricColumn, "metric">): readonly MetricColumn[] {
    const same = JSON.stringify(metric);
    return this.#seeds.filter((column) => JSON.stringify(column.metric) === same);
  }

  /**
   * What training for so many epochs on a dataset takes, as values in row order and a factor on them.
   * Where the column is of another number of epochs the factor is in proportion: training time is.
   * @returns undefined if the table does not say for this dataset
   */
  seconds(dataset: string, epochs: number): { readonly values: Values; readonly factor: number } | undefined {
    const known = this.columns("seconds").filter(([, { datasets }]) => Object.hasOwn(datasets, dataset));
    const best = known.find(([, column]) => column.epochs === epochs) ?? known.find(([, column]) => column.epochs > 0);
    if (!best) return undefined;
    const [column, described] = best;
    const share = described.epochs === epochs ? 1 : epochs / described.epochs;
    return { values: this.values(column), factor: described.datasets[dataset]! * share };
  }

  /**
   * Gives the row of an architecture, or −1 if the table has none; in constant time and without
   * allocating where the space is small enough to number its architectures.
   *
   * @throws EvokeError TABLE_MISMATCH if the table is not of this space, TABLE_INVALID if an
   *   architecture is there twice, or one is missing from a table that calls itself complete
   */
  rowsOf(space: Space): (architecture: Architecture) => number {
    let lookup = this.#lookups.get(space);
    if (!lookup) this.#lookups.set(space, (lookup = this.#index(space)));
    return lookup;
  }

  /** Decodes every row and compares it with the table's code for it, if it has any. @throws EvokeError */
  verify(space: Space): void {
    const [code] = this.columns("code");
    const numbering = new Numbering(space);
    for (let row = 0; row < this.rows; row++) {
      const architecture = this.#decode(space, row);
      if (space.encode(architecture) !== this.text(row)) throw this.#invalid(`row ${row + 1} is not in normal form: ${this.text(row)}`);
      if (code && this.values(code[0])[row] !== numbering.of(architecture))
        throw this.#invalid(`the code of row ${row + 1} is not that of ${this.text(row)}`);
    }
    this.rowsOf(space);
  }

  #index(space: Space): (architecture: Architecture) => number {
    const numbering = new Numbering(space);
    this.#decode(space, 0); // a table of another space is told as that, not by how many rows it has
    if (this.description.complete && space.size !== BigInt(this.rows))
      throw this.#invalid(
        `it calls itself complete, and has ${this.rows} rows for the ${space.size} architectures of this experiment's space`,
      );
    if (numbering.count > DENSE_LIMIT) return this.#indexByText(space);

    const rows = new Int32Array(numbering.count).fill(-1);
    const codes = this.#codes(space, numbering);
    for (let row = 0; row < this.rows; row++) {
      const code = codes[row]!;
      const before = rows[code];
      if (before === undefined) throw this.#invalid(`the code of row ${row + 1} is ${code}, outside the space`);
      if (before !== -1) throw this.#repeated(before, row);
      rows[code] = row;
    }
    return (architecture) => rows[numbering.of(architecture)]!;
  }

  /**
   * The rows' numbers: those that the table brings, compared with the space in some rows, or decoded.
   * (Decoding all 15,625 texts of NAS-Bench-201 takes 10 ms, more than everything else together.)
   */
  #codes(space: Space, numbering: Numbering): Values {
    const [stored] = this.columns("code");
    if (!stored) return Uint32Array.from({ length: this.rows }, (_, row) => numbering.of(this.#decode(space, row)));
    const codes = this.values(stored[0]);
    const step = Math.max(1, Math.floor(this.rows / PROBES));
    for (let row = 0; row < this.rows; row += step)
      if (numbering.of(this.#decode(space, row)) !== codes[row])
        throw errors.tableMismatch(this.name, this.description.space.use, row + 1, this.text(row));
    return codes;
  }

  #indexByText(space: Space): (architecture: Architecture) => number {
    const rows = new Map<string, number>();
    for (let row = 0; row < this.rows; row++) {
      const text = space.encode(this.#decode(space, row));
      if (rows.has(text)) throw this.#repeated(rows.get(text)!, row);
      rows.set(text, row);
    }
    return (architecture) => rows.get(space.encode(architecture)) ?? -1;
  }

  #decode(space: Space, row: number): Architecture {
    try {
      return space.decode(this.text(row));
    } catch (cause) {
      throw errors.tableMismatch(this.name, this.description.space.use, row + 1, this.text(row), cause as Error);
    }
  }

  #invalid(problem: string): Error {
    return errors.tableInvalid(`the table "${this.name}"`, problem);
  }

  #repeated(first: number, second: number): Error {
    return this.#invalid(`rows ${first + 1} and ${second + 1} are the same architecture, ${this.text(first)}`);
  }
}

function shared<A extends Values>(array: A): A {
  if (isShared(array)) return array;
  const memory = new SharedArrayBuffer(array.byteLength);
  // Node reads files into Buffers, which are Uint8Arrays of another constructor.
  const kind = array instanceof Uint8Array ? Uint8Array : array.constructor;
  const copy = new (kind as new (buffer: SharedArrayBuffer) => A)(memory);
  copy.set(array);
  return copy;
}

/** A web page has SharedArrayBuffer only where it is isolated from other origins. */
function isShared({ buffer }: Values): boolean {
  return typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;
}

const decoder = new TextDecoder();
/** Browsers do not decode shared memory, so that is copied first. */
function decoded(bytes: Uint8Array): string {
  return decoder.decode(isShared(bytes) ? bytes.slice() : bytes);
}
