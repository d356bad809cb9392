import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableFromIPC, tableToIPC, utf8 } from "@uwdata/flechette/dist/flechette.mjs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvokeError } from "../../../core/errors/index.ts";
import { Table, type TableDescription } from "../../../core/table/table.ts";
import { type NewTable, readTable, writeTable } from "../../../core/table/table-file.ts";
import { tinySpace } from "../../fixtures.ts";
import { architectures, description, space, tinyTable, without } from "../../tables.ts";

const open = async (table: NewTable) => readTable(await writeTable(table), "tiny.arrow");
const fails = async (promise: Promise<unknown>, ...says: RegExp[]) => {
  const error = await promise.then(
    () => assert.unreachable("it was accepted"),
    (thrown) => thrown,
  );
  assert.instance(error, EvokeError);
  assert.is(error.code, "TABLE_INVALID");
  for (const pattern of says) assert.match(error.message, pattern);
};

test("a table that was written is read back: description, architectures, values", async () => {
  const written = tinyTable();
  const table = await open(written);
  assert.equal(table.description, description);
  assert.is(table.rows, 9);
  for (const [row, architecture] of architectures.entries()) assert.is(table.text(row), space.encode(architecture));
  for (const [column, values] of Object.entries(written.values)) assert.equal([...table.values(column)], [...values], column);
});

test("values lie in the file's own memory, nothing is copied", async () => {
  const bytes = await writeTable(tinyTable());
  const table = await readTable(bytes, "tiny.arrow");
  assert.is(table.values("apples_test_8").buffer, bytes.buffer);
});

test("whole numbers are kept in the narrowest type that holds them", async () => {
  const table = await open(tinyTable());
  assert.instance(table.values("code"), Uint8Array);
  assert.instance(table.values("parameters"), Uint32Array);
  assert.instance(table.values("seconds_2"), Float64Array);
});

test("a table has the same digest gzipped or not, and another one when a value differs", async () => {
  const bytes = await writeTable(tinyTable());
  const table = await readTable(bytes, "tiny.arrow");
  assert.match(table.digest, /^[0-9a-f]{64}$/);
  assert.is((await readTable(gzipSync(bytes), "tiny.arrow.gz")).digest, table.digest);
  const other = tinyTable();
  assert.is.not((await open({ ...other, values: { ...other.values, apples_test_8: architectures.map(() => 50) } })).digest, table.digest);
  assert.is.not((await open(tinyTable({ licence: "none" }))).digest, table.digest);
});

test("a file cut off anywhere is refused with its name", async () => {
  const bytes = await writeTable(tinyTable());
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), async (length) => {
      await fails(readTable(bytes.slice(0, length), "tiny.arrow"), /^Cannot use tiny\.arrow: /);
      await fails(readTable(gzipSync(bytes).subarray(0, Math.max(2, length % 1000)), "tiny.arrow.gz"), /^Cannot use tiny\.arrow\.gz: /);
    }),
  );
});

test("a changed byte is refused, or changes nothing that is read", async () => {
  const bytes = await writeTable(tinyTable());
  const { digest } = await readTable(bytes, "tiny.arrow");
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const damaged = bytes.slice();
      damaged[at]! ^= change;
      const table = await readTable(damaged, "tiny.arrow").catch((error) => error as Error);
      if (table instanceof Table) assert.is(table.digest, digest);
      else {
        assert.instance(table, EvokeError);
        assert.match(table.message, /^Cannot use tiny\.arrow: /);
      }
    }),
    { numRuns: 500 },
  );
});

test("a foreign file is refused, and the error says what it begins with", async () => {
  await fails(readTable(new TextEncoder().encode("index,arch\n0,|none~0|\n"), "cells.csv"), /this one with "index,"/);
  const foreign = tableToIPC(tableFromArrays({ architecture: ["0-0"], x: [1] }), { format: "file" })!;
  await fails(readTable(foreign, "x.arrow"), /without Evoke's description/);
});

test("a table of a newer format is refused", async () => {
  await fails(open(tinyTable({ version: 2 as 1 })), /version 2/);
});

test("a wrong description is refused with the pointer of what is wrong", async () => {
  const { apples_test_8: metric, seconds_2: seconds, ...columns } = description.columns as Record<string, { metric: object }>;
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ name: "Tiny Table" }, /\/name must be lower-case words/],
    [{ licence: 3 }, /\/licence must be a text/],
    [{ complete: "yes" }, /\/complete must be true or false/],
    [{ space: "tiny" }, /\/space must be an object with "use"/],
    [{ fidelity: { search: { name: "accuracy", epochs: -1 } } }, /\/fidelity\/search must be/],
    [{ columns: [] }, /\/columns must be an object/],
    [{ columns: { x: { role: "colour" } } }, /\/columns\/x\/role must be metric, seconds, madds, parameters or code/],
    [
      { columns: { x: { ...metric, metric: { ...metric!.metric, split: "train" } } } },
      /\/columns\/x\/metric\/split must be "validation" or "test"/,
    ],
    [
      { columns: { x: { ...metric, metric: { ...metric!.metric, scheduled: 8 } } } },
      /\/columns\/x\/metric\/scheduled must be more than the epochs/,
    ],
    [{ columns: { x: metric, y: metric } }, /\/columns\/y must be another metric than \/columns\/x/],
    [{ columns: { x: { ...seconds, datasets: { apples: 0 } } } }, /\/columns\/x\/datasets must be an object of positive factors/],
    [{ columns: { ...columns, architecture: { role: "code" } } }, /\/columns\/architecture/],
  ];
  for (const [changes, says] of wrong) await fails(writeTable(tinyTable(changes as Partial<TableDescription>)), says);
});

test("a value out of range is refused with its column and row", async () => {
  const { values, ...table } = tinyTable();
  const wrong = (column: string, value: number) =>
    writeTable({ ...table, values: { ...values, [column]: architectures.map((_, row) => (row === 3 ? value : 0.5)) } });
  await fails(wrong("apples_test_8", 100.5), /column "apples_test_8" of row 4 is 100\.5, outside 0 … 100/);
  await fails(wrong("apples_test_8", Number.NaN), /column "apples_test_8" of row 4 is NaN/);
  await fails(wrong("seconds_2", -1), /column "seconds_2" of row 4 is -1/);
  await fails(wrong("parameters", Number.POSITIVE_INFINITY), /column "parameters" of row 4 is Infinity/);
  await fails(writeTable({ ...table, values: { ...values, seconds_2: [1, 2] } }), /column "seconds_2" has 2 values for 9 rows/);
  await fails(writeTable({ ...table, architectures: [], values: {} }), /it has no rows/);
});

/** The digest as the head of core/table/table-file.ts describes it, and as a reader in another language would compute it. */
function digestOf(json: string, texts: readonly string[], columns: readonly NodeJS.TypedArray[]): string {
  const sha256 = (bytes: string | NodeJS.TypedArray) => createHash("sha256").update(bytes).digest();
  let end = 0;
  const offsets = Int32Array.from([0, ...texts.map((text) => (end += Buffer.byteLength(text)))]);
  return sha256(Buffer.concat([json, offsets, texts.join(""), ...columns].map(sha256))).toString("hex");
}

test("the digest is what its description says", async () => {
  const { description: described, architectures: texts } = tinyTable();
  const table = await open(tinyTable());
  const columns = Object.keys(described.columns).map((column) => table.values(column));
  assert.is(table.digest, digestOf(JSON.stringify(described), texts, columns));
});

test("a value out of range is refused in a file too, whose digest is right", async () => {
  const { description: described, architectures: texts } = tinyTable();
  const { apples_test_8 } = described.columns;
  const json = JSON.stringify({ ...described, columns: { apples_test_8 } });
  const values = Float64Array.from(texts, (_, row) => (row === 3 ? 101 : 50));
  const table = tableFromArrays({ architecture: texts as string[], apples_test_8: values }, { types: { architecture: utf8() } });
  table.schema.metadata = new Map([
    ["evoke", json],
    ["evoke.sha256", digestOf(json, texts, [values])],
  ]);
  await fails(readTable(tableToIPC(table, { format: "file" })!, "tiny.arrow"), /column "apples_test_8" of row 4 is 101/);
});

test("a column that is missing, not described, or not of numbers is refused", async () => {
  const { schema, children } = tableFromIPC(await writeTable(tinyTable()));
  const change = (columns: (name: string) => unknown[] | undefined, extra: [string, unknown[]][] = []) => {
    const kept = schema.fields.flatMap(({ name }, i) => {
      const values = columns(name) ?? [...(children[i]!.toArray() as Iterable<unknown>)];
      return values.length > 0 ? [[name, values] as [string, unknown[]]] : [];
    });
    const changed = tableFromArrays([...kept, ...extra], { types: { architecture: utf8() } });
    changed.schema.metadata = schema.metadata ?? null;
    return readTable(tableToIPC(changed, { format: "file" })!, "tiny.arrow");
  };
  await fails(
    change((name) => (name === "seconds_2" ? [] : undefined)),
    /column "seconds_2" is missing/,
  );
  await fails(
    change(() => undefined, [["colour", architectures.map(() => 1)]]),
    /column "colour" is not described/,
  );
  await fails(
    change((name) => (name === "seconds_2" ? architectures.map(() => "long") : undefined)),
    /column "seconds_2" is neither of texts/,
  );
  await fails(
    change((name) => (name === "seconds_2" ? architectures.map((_, i) => (i ? 1.5 : null)) : undefined)),
    /"seconds_2" has empty places/,
  );
  await fails(
    change((name) => (name === "architecture" ? [] : undefined)),
    /no column "architecture"/,
  );
});

const tooLargeToNumber = { ...space, operations: Array.from({ length: 5000 }, (_, i) => `${i}`) };

for (const kind of ["with codes", "without codes", "too large to number"]) {
  test(`the row of every architecture is found in a table ${kind}`, async () => {
    const wide = kind === "too large to number" ? tooLargeToNumber : space;
    const table = await open(kind === "with codes" ? tinyTable() : without(tinyTable(), "code"));
    const rowOf = table.rowsOf(wide);
    for (const [row, architecture] of architectures.entries()) assert.is(rowOf(architecture), row);
    assert.is(table.rowsOf(wide), rowOf, "the same look-up again");
  });
}

/** The first four rows. */
function partOf(whole: NewTable): NewTable {
  const values = Object.fromEntries(Object.entries(whole.values).map(([column, values]) => [column, [...values].slice(0, 4)]));
  return { ...whole, architectures: whole.architectures.slice(0, 4), values };
}

test("an architecture that a partial table does not have has row −1", async () => {
  const part = partOf(tinyTable({ complete: false }));
  for (const table of [part, without(part, "code")]) {
    const rowOf = (await open(table)).rowsOf(space);
    assert.is(rowOf(architectures[3]!), 3);
    assert.is(rowOf(architectures[4]!), -1);
  }
});

test("a table that calls itself complete and is not is refused", async () => {
  const part = partOf(tinyTable());
  for (const table of [part, without(part, "code")]) {
    const opened = await open(table);
    for (const wide of [space, tooLargeToNumber])
      assert.throws(
        () => opened.rowsOf({ ...wide }),
        (error: EvokeError) =>
          error.code === "TABLE_INVALID" && /it calls itself complete, and has 4 rows for the 9 architectures/.test(error.message),
      );
  }
});

test("an architecture that is there twice is refused with both rows", async () => {
  const twice = tinyTable();
  const repeated = { ...twice, architectures: twice.architectures.with(6, twice.architectures[2]!) };
  const table = await open(without(repeated, "code"));
  assert.throws(() => table.rowsOf(space), /rows 3 and 7 are the same architecture/);
  assert.throws(() => table.rowsOf(tooLargeToNumber), /rows 3 and 7 are the same architecture/);
  const codes = await open({ ...repeated, values: { ...twice.values, code: [...twice.values.code!].with(6, twice.values.code![2]!) } });
  assert.throws(() => codes.rowsOf(space), /rows 3 and 7 are the same architecture/);
});

test("codes that are not those of the texts, or that a partial table has outside the space, are refused", async () => {
  const right = tinyTable({ complete: false });
  const table = await open({ ...right, values: { ...right.values, code: [...right.values.code!].with(0, 8).with(4, 5) } });
  assert.throws(
    () => table.rowsOf(space),
    (error: EvokeError) => error.code === "TABLE_MISMATCH",
  );
  const nine = await open({ ...right, values: { ...right.values, code: [...right.values.code!].with(1, 9) } });
  assert.throws(
    () => nine.rowsOf(space),
    (error: EvokeError) => error instanceof EvokeError,
  );
  assert.throws(() => nine.verify(space), /the code of row 2 is not that of 0-0/);
});

test("a table of another space is refused, and the error names the space that it is of", async () => {
  const other = {
    ...space,
    decode: () => {
      throw new Error("what is this");
    },
  };
  const table = await open(tinyTable());
  for (const stranger of [other, tinySpace(3, 3)])
    assert.throws(
      () => table.rowsOf(stranger),
      (error: EvokeError) =>
        error.code === "TABLE_MISMATCH" && /row 1, "1-2", .* of the space "tiny-space": set \/space to it/s.test(error.message),
    );
});

test("a metric is found by dataset, name, split and epochs", async () => {
  const table = await open(tinyTable());
  const wanted = { name: "accuracy", dataset: "apples", split: "validation", epochs: 8 } as const;
  assert.is(table.metric(wanted).column, "apples_validation_8");
  assert.is(table.metric({ ...wanted, split: "test" }).column, "apples_test_8");
  assert.is(table.metric({ ...wanted, dataset: "pears", epochs: 2 }).column, "pears_validation_2");
});

test("a point of a learning curve is another metric than the end of a shorter training", async () => {
  const table = await open(tinyTable());
  const wanted = { name: "accuracy", dataset: "apples", split: "validation", epochs: 2 } as const;
  assert.is(table.metric(wanted).column, "apples_validation_2");
  assert.is(table.metric({ ...wanted, scheduled: 8 }).column, "apples_validation_2_of_8");
});

test("a metric that is not there is an error that lists what is", async () => {
  const table = await open(tinyTable());
  const wanted = { name: "accuracy", dataset: "apples", split: "validation", epochs: 2 } as const;
  const cases: [object, RegExp][] = [
    [{ dataset: "aples" }, /Cannot find dataset "aples" in the table "tiny"\.\n {2}Did you mean "apples"\?/],
    [{ dataset: "cucumbers" }, /Known values of dataset: apples, pears/],
    [{ name: "acuracy" }, /Cannot find metric "acuracy" for dataset apples/],
    [{ split: "test" }, /Cannot find epochs 2 for dataset apples, metric accuracy, split test.*\n {2}It has 8\./],
    [{ dataset: "pears", split: "test" }, /Cannot find split "test" for dataset pears/],
    [{ epochs: 3 }, /Cannot find epochs 3.*\n {2}It has 2, 8\./],
    [{ scheduled: 9 }, /Cannot find scheduled epochs 9/],
  ];
  for (const [change, says] of cases) assert.throws(() => table.metric({ ...wanted, ...change }), says);
});

test("seconds are in proportion to the epochs, and to the dataset's factor", async () => {
  const table = await open(tinyTable());
  assert.is(table.seconds("apples", 2)!.factor, 1);
  assert.is(table.seconds("pears", 2)!.factor, 1.5);
  assert.is(table.seconds("apples", 8)!.factor, 4);
  assert.is(table.seconds("apples", 8)!.values[0], 100.25);
  assert.is(table.seconds("plums", 2), undefined);
});

test("another thread reads a shared table in the same memory", async () => {
  const shared = (await open(tinyTable())).share();
  for (const values of Object.values(shared.values)) assert.instance(values.buffer, SharedArrayBuffer);
  const table = Table.fromShared(shared);
  assert.is(table.rowsOf(space)(architectures[5]!), 5);
  assert.is(table.text(5), space.encode(architectures[5]!));
  assert.is(table.share().values.seconds_2, shared.values.seconds_2, "what is shared is not copied again");

  const code = 'const { workerData } = require("node:worker_threads"); workerData.values.seconds_2[5] = 7;';
  const worker = new Worker(code, { eval: true, workerData: shared });
  await new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject));
  assert.is(table.values("seconds_2")[5], 7, "a write in the worker is seen here: the memory is one");
});

test.run();
