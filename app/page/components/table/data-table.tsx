/**
 * A table whose rows are given, in an order that its headings change.
 *
 * @module
 */
import type { ComponentChildren } from "preact";

export interface DataColumn<Row> {
  /** Names the column in `sort`, and is its key. */
  readonly name: string;
  readonly head: string;
  /** What the head stands for, where it is short. */
  readonly title?: string;
  /** Words begin at the left; numbers end at the right. */
  readonly words?: boolean;
  /** False where rows cannot be ordered by it. */
  readonly sorts?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

interface Props<Row> {
  readonly caption: string;
  readonly columns: readonly DataColumn<Row>[];
  readonly rows: readonly Row[];
  /** The same row has the same key later: so the focus stays in it. */
  readonly keyOf: (row: Row) => string | number;
  readonly sort?: Sort | undefined;
  /** Without it headings are plain text. */
  readonly onSort?: (sort: Sort) => void;
  /** What stands in place of rows where there are none. */
  readonly empty?: string;
  /** True while other rows are waited for. */
  readonly busy?: boolean;
  /** Of the row's element. */
  readonly classOf?: (row: Row) => string | undefined;
}

export function DataTable<Row>({ caption, columns, rows, keyOf, sort, onSort, empty = "nothing", busy, classOf }: Props<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="wide" tabIndex={0} aria-label={caption}>
      <table aria-busy={busy}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, head, title, words, sorts = true }) => {
              const by = sort?.column === name ? (sort.descending ? "descending" : "ascending") : undefined;
              return (
                <th key={name} scope="col" title={title} class={words ? "words" : undefined} aria-sort={by}>
                  {onSort && sorts ? (
                    <button type="button" onClick={() => onSort({ column: name, descending: by === "ascending" })}>
                      {head}
                    </button>
                  ) : (
                    head
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} class={classOf?.(row)}>
              {columns.map(({ name, words, cell }, i) => {
                // The first column says what a row is of.
                const Cell = i === 0 ? "th" : "td";
                return (
                  <Cell key={name} scope={i === 0 ? "row" : undefined} class={words ? "words" : undefined}>
                    {cell(row)}
                  </Cell>
                );
              })}
            </tr>
          ))}
          {rows.length === 0 && (
            <tr>
              <td class="words" colSpan={columns.length}>
                {empty}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}
