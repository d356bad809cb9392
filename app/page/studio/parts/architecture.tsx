/**
 * An architecture: drawn, in text, and by its choices.
 *
 * @module
 */
import type { BestArchitecture } from "../../../studio/api.ts";
import { Drawing } from "./drawing.tsx";

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
