/**
 * What a report does beyond being read: it is the same page without it.
 *
 * @module
 */
import { makeSortable } from "../components/sortable.ts";

for (const table of document.querySelectorAll("table")) makeSortable(table);
