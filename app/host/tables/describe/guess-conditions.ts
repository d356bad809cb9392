/** Which components are there only beside certain choices of another: those whose columns are empty in the other rows. @module */
import type { SourceRows } from "../source/source-rows.ts";
import { isEmpty, type Profile } from "./profile.ts";

/** A column as a component, in the language of the space `choices`. */
export interface GuessedComponent {
  readonly name: string;
  readonly choices: readonly (number | string)[];
  /** A component before it, and the choices of that which it is there for. */
  readonly when?: Readonly<Record<string, readonly (number | string)[]>>;
}

/**
 * Components in an order in which each stands after the one that it depends on.
 * @param profiles  those of columns with few different values
 */
export function guessComponents(source: SourceRows, profiles: readonly Profile[]): GuessedComponent[] {
  const components: GuessedComponent[] = [];
  // What is there in more rows cannot depend on what is there in fewer.
  for (const profile of profiles.toSorted((a, b) => a.missing - b.missing)) {
    const { column, kind, values = [], missing } = profile;
    const choices = kind === "numbers" ? values.map(Number).sort((a, b) => a - b) : values.map(String);
    const when =
      missing > 0 ? components.map((other) => dependence(source, profile, other)).find((found) => found !== undefined) : undefined;
    components.push({ name: column, choices, ...(when && { when }) });
  }
  return components;
}

/** How many architectures there are. */
export function countArchitectures(components: readonly GuessedComponent[]): bigint {
  const below = (parent: string | undefined, choice?: number | string) =>
    components
      .filter(({ when }) => (when ? parent !== undefined && when[parent]?.includes(choice!) : parent === undefined))
      .reduce((product, component) => product * ways(component), 1n);
  const ways = ({ name, choices }: GuessedComponent): bigint => choices.reduce((sum, choice) => sum + below(name, choice), 0n);
  return below(undefined);
}

/** The choices of another component that a column has a value beside; undefined if it is empty beside one of them as well. */
function dependence(source: SourceRows, { column, kind }: Profile, { name, choices }: GuessedComponent): GuessedComponent["when"] {
  const [beside, without] = [new Set<string>(), new Set<string>()];
  for (let row = 0; row < source.rows; row++)
    (isEmpty(source.value(column, row), kind) ? without : beside).add(String(source.value(name, row)));
  const on = choices.filter((choice) => [...beside].some((text) => text === choice || (text !== "" && Number(text) === choice)));
  return on.length === beside.size && [...beside].every((text) => !without.has(text)) ? { [name]: on } : undefined;
}
