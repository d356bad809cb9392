/**
 * Tables that sort by a column when its heading is pressed, with the mouse or the keyboard.
 *
 * @module
 */

const numberOf = (cell: string) => Number.parseFloat(cell.replaceAll(/[,\s]/g, ""));

/** Orders cells: numbers by their size, whatever follows them, then words, then cells without anything. */
export function compareCells(a: string, b: string): number {
  const kind = (cell: string) => (cell === "" ? 2 : Number.isNaN(numberOf(cell)) ? 1 : 0);
  const [first, second] = [a.trim(), b.trim()];
  if (kind(first) !== kind(second)) return kind(first) - kind(second);
  return kind(first) === 0 ? numberOf(first) - numberOf(second) : first.localeCompare(second, "en", { numeric: true });
}

/** Makes a table that is in the page sortable. Rows of a group, one body of the table, stay together. */
export function makeSortable(table: HTMLTableElement): void {
  const headings = [...(table.tHead?.rows[table.tHead.rows.length - 1]?.cells ?? [])];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const descending = heading.ariaSort === "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.ariaSort = descending ? "descending" : "ascending";
      for (const body of table.tBodies) {
        const text = (row: HTMLTableRowElement) => row.cells[column]?.textContent ?? "";
        const rows = [...body.rows].filter((row) => row.cells.length === headings.length);
        rows.sort((a, b) => (descending ? -1 : 1) * compareCells(text(a), text(b)));
        body.append(...rows);
      }
    });
  });
}
