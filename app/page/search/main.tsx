/**
 * Searches of digits-201 step by step, in one page that needs no server: scripts/pages/search-page.ts makes docs/search.html of it.
 *
 * @module
 */
import { render } from "preact";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import { architectureOf, CELLS } from "./cells.ts";
import { type PackedTable, unpackTable } from "./packed-table.ts";
import { Page } from "./page.tsx";

/** The texts of all cells, by their numbers. */
function cellTexts(): string[] {
  const { create, options } = nasBench201;
  const defaults = Object.fromEntries(Object.entries(options.properties).map(([name, option]) => [name, option.default]));
  const { encode } = create(defaults as Parameters<typeof create>[0], {});
  return Array.from({ length: CELLS }, (_, cell) => encode(architectureOf(cell)));
}

const packed: PackedTable = JSON.parse(document.getElementById("table")!.textContent);
void unpackTable(packed, cellTexts()).then((table) => render(<Page table={table} />, document.getElementById("search")!));
