/** Tables: files of Evoke's own that are damaged, and descriptions of all sorts in files that are whole. @module */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { checkTable } from "../../../app/host/tables/table-check.ts";
import { TableFolder } from "../../../app/host/tables/tables.ts";
import { readTable, writeTable } from "../../../core/table/table-file.ts";
import { space, tinyTable } from "../../tables.ts";
import { editedBytes, editedJson } from "../mutations.ts";
import { target, WrongResult } from "../target.ts";

type Input = { readonly bytes: Uint8Array } | { readonly description: unknown };

const whole = await writeTable(tinyTable());
const { digest } = await readTable(whole, "whole.arrow");

export default target<Input>({
  name: "tables",
  inputs: () =>
    fc.oneof(
      { weight: 2, arbitrary: editedBytes(whole).map((bytes) => ({ bytes })) },
      { weight: 1, arbitrary: editedBytes(gzipSync(whole)).map((bytes) => ({ bytes })) },
      { weight: 2, arbitrary: editedJson(tinyTable().description).map((description) => ({ description })) },
    ),
  async act(input, { folder }) {
    if ("bytes" in input) {
      writeFileSync(join(folder, "table.arrow"), input.bytes);
      const table = await new TableFolder(folder).open("./table.arrow");
      if (table.digest !== digest) throw new WrongResult("a damaged table was taken for another one");
      await checkTable(table, space);
      return;
    }
    const written = await writeTable({ ...tinyTable(), description: input.description as never }).catch(() => undefined);
    if (!written) return; // it cannot be written, so it cannot be there
    const table = await readTable(written, "table.arrow");
    await checkTable(table, space);
  },
});
