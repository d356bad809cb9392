import { tableFromArrays, tableToIPC, utf8 } from "@uwdata/flechette/dist/flechette.mjs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ArrowError, type ArrowTexts, readArrowFile } from "../../../core/table/arrow-file.ts";

/** What flechette writes, in batches of so many rows. */
function written(columns: Record<string, Iterable<unknown>>, maxBatchRows = Number.POSITIVE_INFINITY): Uint8Array {
  const types = Object.fromEntries(
    Object.entries(columns).flatMap(([name, [first]]) => (typeof first === "string" ? [[name, utf8()]] : [])),
  );
  return tableToIPC(tableFromArrays(columns as Record<string, unknown[]>, { types, maxBatchRows }), { format: "file" })!;
}

function textsOf({ utf8: bytes, offsets }: ArrowTexts): string[] {
  return Array.from({ length: offsets.length - 1 }, (_, row) => new TextDecoder().decode(bytes.slice(offsets[row], offsets[row + 1])));
}

test("numbers of every type and texts are read as they were written, in one batch or several", () => {
  const types = [Float64Array, Float32Array, Uint32Array, Int32Array, Uint16Array, Int16Array, Uint8Array, Int8Array];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ noNaN: true }), fc.string({ unit: "grapheme" })), { minLength: 1 }),
      fc.integer({ min: 1, max: 40 }),
      (rows, batch) => {
        const texts = rows.map(([, text]) => text);
        const columns = Object.fromEntries(types.map((type) => [type.name, new type(rows.map(([value]) => value))]));
        const { columns: read } = readArrowFile(written({ texts, ...columns }, batch));
        assert.equal(textsOf(read.get("texts") as ArrowTexts), texts);
        for (const [name, values] of Object.entries(columns)) assert.equal(read.get(name), values);
      },
    ),
  );
});

test("a file is read wherever its bytes lie in memory", () => {
  const file = written({ x: Float64Array.of(1.5, 2.5, 3.5), name: ["a", "bc", ""] });
  for (let shift = 0; shift < 8; shift++) {
    const moved = new Uint8Array(file.length + 8).subarray(shift, shift + file.length);
    moved.set(file);
    const { columns } = readArrowFile(moved);
    assert.equal(columns.get("x"), Float64Array.of(1.5, 2.5, 3.5));
    assert.equal(textsOf(columns.get("name") as ArrowTexts), ["a", "bc", ""]);
  }
});

test("empty places and other types are refused with the column's name", () => {
  assert.throws(() => readArrowFile(written({ x: [1.5, null] })), /column "x" has empty places/);
  assert.throws(() => readArrowFile(written({ day: [new Date(0)] })), /column "day" is neither of texts/);
  assert.throws(() => readArrowFile(written({ big: BigInt64Array.of(1n) })), /column "big" is neither/);
  const dictionary = tableToIPC(tableFromArrays({ colour: ["red", "red"] }), { format: "file" })!;
  assert.throws(() => readArrowFile(dictionary), /column "colour" is neither/);
});

test("bytes of no sense are an ArrowError, soon", () => {
  const file = written({ x: Float64Array.of(1.5, 2.5), name: ["a", "bc"] });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: file.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 20 }), (changes) => {
      const damaged = file.slice();
      for (const [at, byte] of changes) damaged[at] = byte;
      try {
        readArrowFile(damaged);
      } catch (error) {
        assert.instance(error, ArrowError);
      }
    }),
    { numRuns: 3000 },
  );
});

test.run();
