/** The M modifications of a query, as the policy chose them. @module */
import { architectureOf } from "../cells.ts";
import type { QueryState } from "../course.ts";
import { EDGE_NAMES, OPERATION_NAMES } from "../words.ts";

export function Modifications({ query: { modifications = [], from } }: { readonly query: QueryState }) {
  const operations = architectureOf(from!.cell);
  const rows = modifications.map(({ edge, operation }) => {
    const before = operations[edge.chosen]!;
    operations[edge.chosen] = operation.chosen;
    return { edge, operation, before };
  });
  return (
    <table>
      <caption>What the policy chose, and the probabilities of that</caption>
      <thead>
        <tr>
          <th scope="col">edge</th>
          <th scope="col">p</th>
          <th scope="col">operation</th>
          <th scope="col">p</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ edge, operation, before }, m) => (
          <tr key={m}>
            <td>{EDGE_NAMES[edge.chosen]}</td>
            <td>{edge.probabilities[edge.chosen]!.toFixed(2)}</td>
            <td>
              {operation.chosen === before
                ? `${OPERATION_NAMES[before]} stays`
                : `${OPERATION_NAMES[before]} → ${OPERATION_NAMES[operation.chosen]}`}
            </td>
            <td>{operation.probabilities[operation.chosen]!.toFixed(2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
