/** What architectures of a described space cost, by its tables. @module */
import { spaceInvalid } from "../../errors/index.ts";
import { pointerOf } from "../../json/json-pointer.ts";
import type { FurtherMetric } from "../../plugin/metric.ts";
import type { Architecture } from "../architecture.ts";
import { ABSENT, type Components, hintAt, numbered } from "./components.ts";
import type { CostSource, CostTable } from "./language.ts";

/** One cost. */
export interface Cost extends FurtherMetric {
  of(architecture: Architecture): number;
}

/** The costs, each a base and a sum over tables; a table of a component that is not there adds nothing. @throws EvokeError SPACE_INVALID */
export function costsOfTables(sources: Readonly<Record<string, CostSource>>, components: Components): Cost[] {
  return Object.entries(sources).map(([name, { unit, base, tables }]) => {
    const summands = tables.flatMap((table, i) => summandsOf(table, components, `/costs${pointerOf(name)}/tables/${i}`));
    const of = (architecture: Architecture) => summands.reduce((sum, summand) => sum + summand(architecture), base);
    return { name, unit, goal: "minimise", of };
  });
}

/** What a table adds: once, or for each copy of what is repeated. */
function summandsOf({ of, values }: CostTable, components: Components, at: string): ((architecture: Architecture) => number)[] {
  const deepest = of.reduce((a, b) => (b.split("#").length > a.split("#").length ? b : a));
  return components.matching(deepest, `${at}/of/${of.indexOf(deepest)}`).map(({ copies }) => {
    const places = of.map((name, i) => components.find(numbered(name, copies) ?? name, [], `${at}/of/${i}`));
    const numbers = read(values, places, components, `${at}/values`);
    return (architecture) => {
      let entry: Numbers | number = numbers;
      for (const place of places) entry = (entry as Numbers)[architecture[place]!]!;
      return entry as number;
    };
  });
}

/** By the choice of the first component, then of the second, and so on; 0 for absence. */
type Numbers = readonly (Numbers | number)[];

function read(values: Readonly<Record<string, unknown>>, places: readonly number[], components: Components, at: string): Numbers {
  const [place, ...rest] = places as [number, ...number[]];
  const { name, choices } = components.list[place]!;
  const known = choices.map(String).filter((choice) => choice !== ABSENT);
  const stranger = Object.keys(values).find((key) => !known.includes(key));
  if (stranger !== undefined) throw spaceInvalid(at, `"${name}" has no choice "${stranger}"`, hintAt(stranger, known));
  return choices.map(String).map((choice) => {
    const value = Object.hasOwn(values, choice) ? values[choice] : undefined;
    const here = at + pointerOf(choice);
    if (choice === ABSENT) return constant(0, rest, components);
    if (value === undefined) throw spaceInvalid(at, `there is no value for "${name}" ${choice}`, "A table has one for each choice.");
    if (rest.length > 0 && typeof value === "object" && value !== null)
      return read(value as Readonly<Record<string, unknown>>, rest, components, here);
    const further = rest.length > 0 ? `, or a table of "${components.list[rest[0]!]!.name}"` : "";
    if (typeof value !== "number" || value < 0)
      throw spaceInvalid(here, `found ${JSON.stringify(value)}`, `A cost is a number from 0 on${further}.`);
    return constant(value, rest, components);
  });
}

/** The same number whatever the others have. */
function constant(number: number, places: readonly number[], components: Components): Numbers | number {
  return places.reduceRight<Numbers | number>((entry, next) => components.list[next]!.choices.map(() => entry), number);
}
