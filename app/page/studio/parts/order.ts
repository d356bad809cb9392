/** The order of a table's rows, as the address says. @module */
import type { DataColumn, Sort } from "../../components/table/data-table.tsx";
import { useLook, useStudio } from "../context.tsx";

export interface Order {
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  /** The columns of a table, of which those that are named can be pressed. */
  readonly sortable: <Row>(columns: readonly DataColumn<Row>[]) => DataColumn<Row>[];
}

/**
 * @param names  of the columns that rows can be ordered by
 * @param first  the one by which they are where the address says nothing; "" is as they come
 */
export function useOrder(names: readonly string[], first = ""): Order {
  const { query } = useStudio().route;
  const look = useLook();
  return {
    sort: { column: names.includes(query.sort ?? "") ? query.sort! : first, descending: query.order === "descending" },
    onSort: ({ column, descending }) =>
      look({ sort: column === first ? undefined : column, order: descending ? "descending" : undefined, offset: undefined }),
    sortable: (columns) => columns.map((column) => ({ ...column, sorts: names.includes(column.name) })),
  };
}
