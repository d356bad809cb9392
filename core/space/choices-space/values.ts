/** The values of layers: themselves, or what was chosen for a component. @module */
import { spaceInvalid } from "../../errors/index.ts";
import type { Condition } from "../../plugin/space.ts";
import type { Architecture } from "../architecture.ts";
import type { Components } from "./components.ts";
import type { Choice } from "./language.ts";

/**
 * What is known of an architecture where a layer stands, by the conditions around it: which choices each component may
 * have there. Those that are not in it may have any, absence included if they have a condition.
 */
export type Known = ReadonlyMap<number, readonly number[]>;

/** What is known where a condition holds as well: of its component, and of all that it follows from. */
export function knownWith(known: Known, condition: Condition, components: Components, at: string): Known {
  const more = new Map(known);
  for (let next: Condition | undefined = condition; next; next = components.list[next.component]!.condition) {
    const { component, choices } = next;
    const left = (more.get(component) ?? choices).filter((choice) => choices.includes(choice));
    if (left.length === 0) {
      const remedy = `"${components.list[component]!.name}" has another choice there, by the conditions around it.`;
      throw spaceInvalid(at, "this never holds", remedy);
    }
    more.set(component, left);
  }
  return more;
}

/** The choices that a component may have; undefined if it may be absent. */
function possible(component: number, known: Known, components: Components): readonly number[] | undefined {
  const { choices, condition } = components.list[component]!;
  const own = known.get(component);
  if (own) return own;
  if (!condition) return [...choices.keys()];
  const on = possible(condition.component, known, components);
  return on?.every((choice) => condition.choices.includes(choice)) ? [...choices.keys()].slice(1) : undefined;
}

/** What a layer takes for a value. */
export interface Accepted<V extends Choice> {
  readonly expected: string;
  accepts(value: Choice): value is V;
}

/** A value of a layer, and all that it may be. */
export interface Read<V extends Choice> {
  /** What it is chosen by, unless it is always the same. */
  readonly component?: number;
  of(architecture: Architecture): V;
  readonly all: readonly V[];
}

/** Reads a value, or "$name". @throws EvokeError SPACE_INVALID if something that may be chosen is not accepted */
export function readValue<V extends Choice>(
  value: Choice,
  { expected, accepts }: Accepted<V>,
  { components, copies, known }: { readonly components: Components; readonly copies: readonly number[]; readonly known: Known },
  at: string,
): Read<V> {
  if (typeof value !== "string" || !value.startsWith("$")) {
    if (accepts(value)) return { of: () => value, all: [value] };
    const remedy = typeof value === "string" ? ` To use what was chosen for a component, write "$name".` : "";
    throw spaceInvalid(at, `found ${JSON.stringify(value)}`, `It must be ${expected}.${remedy}`);
  }
  const component = components.find(value.slice(1), copies, at);
  const { name, choices } = components.list[component]!;
  const open = possible(component, known, components);
  if (!open)
    throw spaceInvalid(at, `"${name}" is not always there`, 'Put the layer into { "when": …, "layers": [ … ] }, with the condition of it.');
  const all = open.map((choice) => choices[choice]!);
  const unfit = all.find((one) => !accepts(one));
  if (unfit !== undefined) {
    const remedy = `It must be ${expected}. Its choices there are ${all.join(", ")}.`;
    throw spaceInvalid(at, `"${name}" may be ${JSON.stringify(unfit)} there`, remedy);
  }
  return { component, of: (architecture) => choices[architecture[component]!] as V, all: all as V[] };
}
