/**
 * Tables of a page that is there already: they sort by a column when its heading is pressed, with the mouse or the keyboard,
 * and those with many rows show those that have a text.
 *
 * @module
 */

/** A number that a cell begins with, as people write it: thousands set off, a true minus sign, what it is less than. */
const numberOf = (cell: string) => Number.parseFloat(cell.replace(/^< /, "").replace("−", "-").replaceAll(/[,\s]/g, ""));
/** What stands where there is no value. */
const NOTHING = ["", "–"];

const kindOf = (cell: string) => (NOTHING.includes(cell) ? 2 : Number.isNaN(numberOf(cell)) ? 1 : 0);
const compareWords = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });

/**
 * Orders cells: numbers by their size, whatever follows them, then words, then cells without anything, which stay at the end
 * in descending order too.
 * @param words  takes no cell for a number
 */
export function compareCells(a: string, b: string, { descending = false, words = false } = {}): number {
  const [first, second] = [a.trim(), b.trim()];
  const [one, other] = [kindOf(first), kindOf(second)];
  if (one === 2 || other === 2) return one - other;
  const up = words
    ? compareWords(first, second)
    : one - other || (one === 0 ? numberOf(first) - numberOf(second) : compareWords(first, second));
  return descending ? -up : up;
}

/**
 * Makes a table that is in the page sortable: by a column upwards, downwards, and as it was. Rows of a group, one body of the
 * table, stay together.
 */
export function makeSortable(table: HTMLTableElement): void {
  const headings = [...(table.tHead?.rows[table.tHead.rows.length - 1]?.cells ?? [])];
  const bodies = [...table.tBodies].map((body) => ({ body, rows: [...body.rows].filter((row) => row.cells.length === headings.length) }));
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    const words = heading.classList.contains("words");
    button.addEventListener("click", () => {
      const before = heading.ariaSort;
      for (const other of headings) other.removeAttribute("aria-sort");
      const descending = before === "ascending";
      if (before !== "descending") heading.ariaSort = descending ? "descending" : "ascending";
      const text = (row: HTMLTableRowElement) => row.cells[column]?.textContent ?? "";
      const compare = (a: HTMLTableRowElement, b: HTMLTableRowElement) => compareCells(text(a), text(b), { descending, words });
      for (const { body, rows } of bodies) body.append(...(before === "descending" ? rows : rows.toSorted(compare)));
    });
  });
}

/** From this many rows on it is worth it. */
const MANY = 12;
let numbered = 0;

/** A field above a table with many rows: it shows those that have a text. */
export function makeFilterable(table: HTMLTableElement): void {
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.cells.length > 1);
  if (rows.length < MANY) return;
  const [line, label, field, found] = [
    document.createElement("div"),
    document.createElement("label"),
    document.createElement("input"),
    document.createElement("span"),
  ];
  line.className = "filter controls";
  field.type = "search";
  field.id = `filter-${numbered++}`;
  label.htmlFor = field.id;
  label.textContent = "Rows with";
  found.role = "status";
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    const shown = rows.filter(({ hidden }) => !hidden).length;
    found.textContent = wanted === "" ? "" : `${shown} of ${rows.length}`;
  });
  line.append(label, field, found);
  (table.closest(".wide") ?? table).before(line);
}
