/** Which columns have the architecture, and of which space. @module */
import { EvokeError } from "../../../../core/errors/index.ts";
import type { Costs, Space } from "../../../../core/plugin/space.ts";
import { listOf } from "../import/numbers.ts";
import type { SourceRows } from "../source/source-rows.ts";
import { countArchitectures, guessComponents } from "./guess-conditions.ts";
import { isMeasuredName } from "./guess-metrics.ts";
import type { Profile } from "./profile.ts";

/** A space, and how a description names it. */
export interface KnownSpace {
  readonly slot: string | object;
  readonly space: Space;
  /** Modules that it comes from, as the description is to name them. */
  readonly plugins?: readonly string[];
}

export interface FoundArchitecture {
  readonly slot: string | object;
  readonly plugins?: readonly string[];
  /** As a description has it. */
  readonly architecture: string | object;
  /** The columns that it is in. */
  readonly columns: readonly string[];
  /** |Ω|, where the space is known. */
  readonly size?: bigint;
  /** What the space counts for the architecture of a row. */
  readonly decode?: ((row: number) => Costs | undefined) | undefined;
  readonly notes: readonly string[];
}

/** Rows in which a column has to have architectures of a space. */
const TRIED = 50;

export function findArchitecture(source: SourceRows, profiles: readonly Profile[], spaces: readonly KnownSpace[]): FoundArchitecture {
  return inOneColumn(source, profiles, spaces) ?? inComponents(source, profiles, spaces) ?? asChoices(source, profiles, spaces);
}

/** A column whose texts a space reads. */
function inOneColumn(source: SourceRows, profiles: readonly Profile[], spaces: readonly KnownSpace[]): FoundArchitecture | undefined {
  const rows = Array.from({ length: Math.min(TRIED, source.rows) }, (_, row) => row);
  for (const { column, kind } of profiles) {
    if (kind !== "texts") continue;
    for (const { slot, space, plugins } of spaces) {
      const decode = (row: number) => space.decode(String(source.value(column, row)).trim());
      if (!rows.every((row) => reads(() => decode(row)))) continue;
      const cost = space.cost && ((row: number) => space.cost!(decode(row)));
      return { slot, ...(plugins && { plugins }), architecture: column, columns: [column], size: space.size, decode: cost, notes: [] };
    }
  }
  return undefined;
}

function reads(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch (error) {
    if (error instanceof EvokeError) return false;
    throw error;
  }
}

/** Columns that are called as the components of a space are, or one of lists as long as its architectures. */
function inComponents(source: SourceRows, profiles: readonly Profile[], spaces: readonly KnownSpace[]): FoundArchitecture | undefined {
  for (const { slot, space, plugins } of spaces) {
    const found = { slot, ...(plugins && { plugins }), size: space.size, notes: [] };
    const { components = [], length } = space;
    const columns = components.map((name) => profiles.find(({ column }) => column.toLowerCase() === name.toLowerCase())?.column);
    if (components.length > 0 && columns.every((column) => column !== undefined))
      return {
        ...found,
        architecture: { components: Object.fromEntries(components.map((name, l) => [name, columns[l]!])) },
        columns: columns as string[],
      };
    if (spaces.length > 1) continue; // a list could be of many
    const list = profiles.find(({ column, kind }) => kind !== "numbers" && listOf(source.value(column, 0))?.length === length);
    if (list) {
      const numbers = space.choices.every((choices, l) => Number(listOf(source.value(list.column, 0))![l]) < choices.length);
      return { ...found, architecture: { components: list.column, ...(numbers && { values: "numbers" }) }, columns: [list.column] };
    }
  }
  return undefined;
}

/** A space of one's own, from columns with few different values; where one was named, only its columns are not known. */
function asChoices(source: SourceRows, profiles: readonly Profile[], spaces: readonly KnownSpace[]): FoundArchitecture {
  const text = profiles.find(({ kind }) => kind === "texts")?.column ?? profiles[0]!.column;
  if (spaces.length === 1) {
    const note = `No column has architectures as the space writes them: "architecture" is a guess. It can also name a column for each component.`;
    return { slot: spaces[0]!.slot, architecture: text, columns: [text], notes: [note] };
  }
  const components = profiles.filter(
    ({ column, kind, values = [] }) =>
      (kind === "numbers" || kind === "texts") && values.length > 1 && values.length < source.rows && !isMeasuredName(column),
  );
  if (components.length === 0) {
    const note =
      'No built-in space reads a column, and no column looks like a component: fill in "space" and "architecture", or name the space with --space.';
    return { slot: "nas-bench-201", architecture: text, columns: [text], notes: [note] };
  }
  const described = guessComponents(source, components);
  const names = described.map(({ name }) => name);
  const partly = described.filter(({ name, when }) => !when && components.some(({ column, missing }) => column === name && missing > 0));
  return {
    slot: { use: "choices", options: { components: described } },
    architecture: { components: Object.fromEntries(names.map((name) => [name, name])) },
    columns: names,
    size: countArchitectures(described),
    notes: [
      `No built-in space reads a column, so the space is made of the columns with few different values: ${names.join(", ")}. Take out what is no choice.`,
      ...described.flatMap(({ name, when = {} }) =>
        Object.entries(when).map(
          ([on, choices]) => `"${name}" is there only for ${on} ${choices.join(", ")}: elsewhere its column is empty.`,
        ),
      ),
      ...partly.map(({ name }) => `The column "${name}" is empty in some rows: say with "when" which choices it is there for.`),
    ],
  };
}
