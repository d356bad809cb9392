/**
 * The choices of the components of a space: how many there are, which of them may stand where, and where each stands in
 * a row of zeros and ones.
 *
 * @module
 */
import type { GivenSpace, Space } from "../plugin/space.ts";
import type { Architecture } from "./architecture.ts";

/** The members of a space whose components all have the same choices. */
export function alike<const O extends readonly string[]>(
  length: number,
  operations: O,
): { readonly operations: O; readonly choices: readonly O[] } {
  return { operations, choices: Array.from({ length }, () => operations) };
}

/** The space with the choices of all components, where its plugin has given `operations` alone. */
export function withChoices(space: GivenSpace): Space {
  if ("choices" in space || !Array.isArray(space.operations)) return space as Space;
  const { choices } = alike(space.length, space.operations);
  if (Object.getPrototypeOf(space) === Object.prototype) return { ...space, choices };
  return Object.defineProperty(space, "choices", { value: choices }) as Space;
}

/** The operations, where all components have the same choices and are always there; undefined otherwise. */
export function operationsOf({ choices, conditions }: Choices): readonly string[] | undefined {
  const [first = []] = choices;
  const isAlike = choices.every((own) => own === first || (own.length === first.length && own.every((name, i) => name === first[i])));
  return isAlike && !conditions?.some((condition) => condition !== undefined) ? first : undefined;
}

interface Choices {
  readonly choices: Space["choices"];
  readonly conditions?: Space["conditions"] | undefined;
}

/** Whether a component is there, the earlier ones being as they are. Those that it follows from are all earlier. */
export function isPresent({ conditions }: Choices, architecture: Architecture, component: number): boolean {
  const condition = conditions?.[component];
  return condition === undefined || condition.choices.includes(architecture[condition.component]!);
}

/**
 * The first choice of a component that can be made where it is there: 1 where it has a condition, since 0 is for its
 * absence.
 */
export function firstChoice({ conditions }: Choices, component: number): 0 | 1 {
  return conditions?.[component] ? 1 : 0;
}

/** The choices that can be made for a component, the earlier ones being as they are: of one that is not there, none. */
export function openChoices(space: Choices, architecture: Architecture, component: number): readonly number[] {
  if (!isPresent(space, architecture, component)) return [];
  const first = firstChoice(space, component);
  return Array.from({ length: space.choices[component]!.length - first }, (_, i) => first + i);
}

/** The components that are there; undefined where that is all of them, whatever the architecture. */
export function presentComponents(space: Space, architecture: Architecture): readonly number[] | undefined {
  if (!space.conditions) return undefined;
  const present: number[] = [];
  for (let component = 0; component < architecture.length; component++)
    if (isPresent(space, architecture, component)) present.push(component);
  return present;
}

/** The names of what was chosen, by component; absent ones are left out. */
export function namedChoices(
  { components, ...space }: Pick<Space, "components" | "choices" | "conditions">,
  architecture: Architecture,
): Record<string, string> {
  return Object.fromEntries(
    architecture.flatMap((choice, component) =>
      isPresent(space, architecture, component) ? [[components?.[component] ?? String(component), space.choices[component]![choice]!]] : [],
    ),
  );
}

/**
 * Components by their choices: those that have the same ones, in the same order and with a condition or without, are of
 * one kind, for what learns or lists something for each kind.
 */
export function kindsOfComponents({ choices, conditions }: Choices): {
  /** The kind of each component.  [L] */
  readonly of: readonly number[];
  /** The choices of each kind. */
  readonly choices: readonly (readonly string[])[];
} {
  const numbers = new Map<string, number>();
  const kinds: (readonly string[])[] = [];
  const of = choices.map((own, component) => {
    const key = JSON.stringify([conditions?.[component] !== undefined, own]);
    let kind = numbers.get(key);
    if (kind === undefined) {
      kind = kinds.push(own) - 1;
      numbers.set(key, kind);
    }
    return kind;
  });
  return { of, choices: kinds };
}

/**
 * Architectures as rows of zeros and ones, an entry for each choice of each component.
 *
 *   entry of choice c of component l = C_0 + … + C_{l−1} + c
 */
export class OneHot {
  /** C_0 + … + C_{L−1}. */
  readonly width: number;
  /** Where the entries of each component begin.  [L] */
  readonly begins: Int32Array;

  constructor({ choices }: Pick<Space, "choices">) {
    this.begins = new Int32Array(choices.length);
    let width = 0;
    for (const [component, { length }] of choices.entries()) {
      this.begins[component] = width;
      width += length;
    }
    this.width = width;
  }

  /** The entries that are ones.  [L] */
  ones(architecture: Architecture): number[] {
    return architecture.map((choice, component) => this.begins[component]! + choice);
  }
}

/** Every member of a space, in the order of their numbers. */
export function* everyMember(space: Pick<Space, "choices" | "contains">): Generator<Architecture, void> {
  const numbering = new Numbering(space);
  for (let number = 0; number < numbering.count; number++) {
    const architecture = numbering.architecture(number);
    if (space.contains(architecture)) yield architecture;
  }
}

/** Architectures as numbers: components are the digits, the first the most significant, each of its own base C_l. */
export class Numbering {
  /** Π C_l: how many numbers there are; some may stand for no member. */
  readonly count: number;
  readonly #bases: readonly number[];

  constructor({ choices }: Pick<Space, "choices">) {
    this.#bases = choices.map(({ length }) => length);
    this.count = this.#bases.reduce((product, base) => product * base, 1);
  }

  /** The number of an architecture. */
  of(architecture: Architecture): number {
    let number = 0;
    for (let l = 0; l < this.#bases.length; l++) number = number * this.#bases[l]! + architecture[l]!;
    return number;
  }

  /** The inverse of `of`. */
  architecture(number: number): Architecture {
    const digits: number[] = [];
    let rest = number;
    for (const base of this.#bases.toReversed()) {
      digits.unshift(rest % base);
      rest = Math.floor(rest / base);
    }
    return digits;
  }
}
