/**
 * An architecture: drawn, in text, and by its choices.
 *
 * @module
 */
import type { BestArchitecture } from "../../../studio/api.ts";
import type { DataColumn } from "../../components/table/data-table.tsx";
import { Drawing } from "./drawing.tsx";

/** The column of a table with the architecture of each row, in text. */
export const architectureColumn = (head: string): DataColumn<{ readonly architecture?: string | undefined }> => ({
  name: "architecture",
  head,
  words: true,
  cell: ({ architecture }) => <code class="architecture">{architecture}</code>,
});

export function ArchitectureCard({ best, score }: { readonly best: BestArchitecture; readonly score: (score: number) => string }) {
  const { architecture, choices, drawing, test } = best;
  return (
    <>
      <p>
        <code class="architecture">{architecture}</code>
      </p>
      <p class="soft">
        score {score(best.score)}
        {test !== undefined && `, test ${score(test)}`}
      </p>
      {drawing !== undefined && <Drawing path={drawing} architecture={architecture} />}
      {choices && choices.length > 0 && (
        <details>
          <summary>Choices</summary>
          <table>
            <caption>What was chosen for each component</caption>
            <thead>
              <tr>
                <th scope="col" class="words">
                  component
                </th>
                <th scope="col" class="words">
                  choice
                </th>
              </tr>
            </thead>
            <tbody>
              {choices.map(({ component, choice }) => (
                <tr key={component}>
                  <th scope="row" class="words">
                    {component}
                  </th>
                  <td class="words">{choice}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  );
}
