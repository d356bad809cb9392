/**
 * Parallel coordinates: one axis for each component of an architecture and one for the score; each architecture is a line.
 *
 * Axes: N lines, C components.
 *
 * @module
 */

/** What is asked of lines, by axis: the choices that are let through, or the ends of a range. */
export interface Brushes {
  /** By component: the indices of the choices that are let through. */
  readonly choices: ReadonlyMap<number, ReadonlySet<number>>;
  /** Of scores; left out where any is let through. */
  readonly scores?: readonly [low: number, high: number];
}

export interface Line {
  /** The index of the choice of each component.  [C] */
  readonly choices: readonly number[];
  readonly score: number;
}

export const isChosen = ({ choices, scores }: Brushes, line: Line): boolean =>
  (scores === undefined || (line.score >= scores[0] && line.score <= scores[1])) &&
  [...choices].every(([component, through]) => through.has(line.choices[component] ?? -1));

/** As it stands in an address: "0:1.2,3:0;90.5~92". */
export function brushesText({ choices, scores }: Brushes): string | undefined {
  const parts = [...choices].map(([component, through]) => `${component}:${[...through].sort((a, b) => a - b).join(".")}`);
  const text = `${parts.join(",")}${scores ? `;${scores.join("~")}` : ""}`;
  return text === "" ? undefined : text;
}

/** What cannot be read asks for nothing. */
export function parseBrushes(text = ""): Brushes {
  const [byComponent = "", range] = text.split(";");
  const choices = new Map<number, Set<number>>();
  for (const part of byComponent.split(",")) {
    const [component, through] = part.split(":");
    const indices = (through ?? "").split(".").filter((index) => /^\d+$/.test(index));
    if (/^\d+$/.test(component!) && indices.length > 0) choices.set(Number(component), new Set(indices.map(Number)));
  }
  const ends = range?.split("~").map(Number);
  const known = ends?.length === 2 && ends.every(Number.isFinite);
  return { choices, ...(known && { scores: [Math.min(...ends), Math.max(...ends)] as const }) };
}

/** The brushes after one choice was let through or not. With all of a component's choices, or none, it asks for nothing. */
export function toggled(brushes: Brushes, component: number, choice: number, of: number): Brushes {
  const through = new Set(brushes.choices.get(component));
  if (!through.delete(choice)) through.add(choice);
  const choices = new Map(brushes.choices);
  if (through.size === 0 || through.size === of) choices.delete(component);
  else choices.set(component, through);
  return { ...brushes, choices };
}
