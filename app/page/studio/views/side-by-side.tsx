/**
 * Two of a list, chosen to be looked at side by side. Which they are stands in the address.
 *
 * @module
 */
import { Go, useLook, useStudio } from "../context.tsx";

/** Names are JSON, since they may have any characters. */
function parsePicks(text: string | undefined): readonly string[] {
  try {
    const picks = JSON.parse(text ?? "[]") as unknown;
    return Array.isArray(picks) ? picks.filter((pick) => typeof pick === "string").slice(0, 2) : [];
  } catch {
    return [];
  }
}

export function Pick({ name, of }: { readonly name: string; readonly of: "cells" | "runs" }) {
  const { query } = useStudio().route;
  const look = useLook();
  const picks = parsePicks(query.pick);
  const chosen = picks.includes(name);
  return (
    <input
      type="checkbox"
      checked={chosen}
      aria-label={`${of === "runs" ? "seed " : ""}${name} side by side`}
      onChange={() => {
        // The one that was chosen first gives way to a third.
        const next = chosen ? picks.filter((pick) => pick !== name) : [...picks, name].slice(-2);
        look({ pick: next.length > 0 ? JSON.stringify(next) : undefined });
      }}
    />
  );
}

/** The link, once two are chosen; what to do, once one is. */
export function SideBySide(props: {
  readonly picks: string | undefined;
  readonly of: "cells" | "runs";
  readonly matrix: string;
  readonly cell?: string;
}) {
  const picks = parsePicks(props.picks);
  if (picks.length === 0) return null;
  const [first, second] = picks;
  const seeds = props.of === "runs";
  const query: Record<string, string> = seeds
    ? { matrix: props.matrix, cell: props.cell!, seed: first!, matrix2: props.matrix, cell2: props.cell!, seed2: second ?? "" }
    : { matrix: props.matrix, cell: first!, matrix2: props.matrix, cell2: second ?? "" };
  return (
    <p class="side-by-side" role="status">
      {second === undefined ? (
        `Choose another ${seeds ? "run" : "cell"} to see it beside ${seeds ? "seed " : ""}${first}.`
      ) : (
        <Go to={["compare"]} query={query}>
          {seeds ? `Seeds ${first} and ${second} side by side` : `${first} and ${second} side by side`}
        </Go>
      )}
    </p>
  );
}
