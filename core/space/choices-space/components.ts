/** The components of a described space, one by one, and how they are referred to. @module */
import { nearest, spaceInvalid, suggestion } from "../../errors/index.ts";
import { pointerOf } from "../../json/json-pointer.ts";
import type { Condition } from "../../plugin/space.ts";
import { type Choice, type ComponentSource, MOST_COMPONENTS, type When } from "./language.ts";

/** A component, its "#" filled in. */
export interface Component {
  readonly name: string;
  /** With "#" where the numbers of the copies stand. */
  readonly template: string;
  /** The numbers of the copies that it stands in, the outermost first. */
  readonly copies: readonly number[];
  /** What can be chosen, in order; of one with a condition the first is its absence. */
  readonly choices: readonly (Choice | typeof ABSENT)[];
  readonly condition?: Condition | undefined;
}

/** Stands for the choice of a component that is not there. No choice can be called like this. */
export const ABSENT = "-";

/** All neighbours of an architecture together have as many numbers as it has components, for each choice. */
const MOST_NUMBERS = 2 ** 24;

const NAME = /^\p{L}[\p{L}\p{N}._-]*( [\p{L}\p{N}._-]+)*$/u;
const TEXT = /^[\p{L}\p{N}][\p{L}\p{N}._-]*( [\p{L}\p{N}._-]+)*$/u;

/** A text with the numbers of copies for each "#", the outermost first; undefined if there are fewer copies. */
export function numbered(text: string, copies: readonly number[]): string | undefined {
  const parts = text.split("#");
  return parts.length - 1 > copies.length ? undefined : parts.reduce((done, part, i) => `${done}${copies[i - 1]}${part}`);
}

/** How a name, or a choice, is written in an architecture's text. */
export function written(of: Choice): string {
  return String(of).replaceAll(" ", "_");
}

/** Which choice may be meant; of numbers, which are all near each other, what there is. */
export function hintAt(wanted: string, known: readonly string[]): string {
  return Number.isNaN(Number(wanted)) ? suggestion(wanted, known, "choices of it") : `Its choices are ${known.join(", ")}.`;
}

/** The components that there are so far, in order. */
export class Components {
  readonly list: Component[] = [];
  readonly #places = new Map<string, number>();

  /** @throws EvokeError SPACE_INVALID */
  constructor(sources: readonly ComponentSource[]) {
    this.#add(sources, "/components", []);
    const choices = this.list.reduce((sum, component) => sum + component.choices.length, 0);
    if (choices * this.list.length > MOST_NUMBERS)
      throw spaceInvalid(
        "/components",
        `there are ${this.list.length} components with ${choices} choices in all, whose neighbourhoods are too large`,
        `Have fewer of them: their product must not exceed ${MOST_NUMBERS}.`,
      );
  }

  /**
   * The component that a name refers to.
   * @param copies  the numbers of the copies that the name stands in
   * @param at  JSON pointer, for errors
   */
  find(name: string, copies: readonly number[], at: string): number {
    const full = numbered(name, copies);
    if (full === undefined) throw spaceInvalid(at, `"${name}" has more "#" than it stands in repeats`, "Write the number there.");
    const place = this.#places.get(written(full));
    if (place === undefined || this.list[place]!.name !== full) throw this.#unknown(name, at, full);
    return place;
  }

  /** The components of a name that may have a "#" for every copy: with it all copies, else the one. */
  matching(name: string, at: string): readonly Component[] {
    const all = this.list.filter((component) => component.template === name || component.name === name);
    if (all.length === 0) throw this.#unknown(name, at);
    return all;
  }

  /**
   * What a condition says.
   * @returns undefined if it holds always
   */
  condition(when: When, copies: readonly number[], at: string): Condition | undefined {
    const [[name, wanted]] = Object.entries(when) as [[string, When[string]]];
    const place = this.find(name, copies, at);
    const { choices, condition } = this.list[place]!;
    const here = at + pointerOf(name);
    const can = [...choices.keys()].filter((choice) => !condition || choice > 0);
    let chosen: number[];
    if (typeof wanted === "object" && "atLeast" in wanted) {
      const least = wanted.atLeast === "#" ? copies.at(-1) : wanted.atLeast;
      if (least === undefined) throw spaceInvalid(`${here}/atLeast`, '"#" stands in no repeat', "Write a number.");
      chosen = can.filter((choice) => typeof choices[choice] === "number" && choices[choice] >= least);
      if (chosen.length === 0) {
        const known = can.map((choice) => choices[choice]).join(", ");
        throw spaceInvalid(here, `no choice of "${this.list[place]!.name}" is a number from ${least} on`, `Its choices are ${known}.`);
      }
    } else chosen = [wanted].flat().map((one) => this.#choice(place, one as Choice, here));
    chosen = [...new Set(chosen)].sort((a, b) => a - b);
    return chosen.length === can.length && !condition ? undefined : { component: place, choices: chosen };
  }

  #choice(place: number, wanted: Choice, at: string): number {
    const { name, choices } = this.list[place]!;
    const names = choices.map(String);
    const choice = String(wanted) === ABSENT ? -1 : names.indexOf(String(wanted));
    if (choice >= 0) return choice;
    const known = names.filter((one) => one !== ABSENT);
    throw spaceInvalid(at, `"${name}" has no choice ${JSON.stringify(wanted)}`, hintAt(String(wanted), known));
  }

  /** @param full  the name with the numbers of the copies that it stands in */
  #unknown(name: string, at: string, full = name): Error {
    const copies = this.list.filter(({ template }) => template === name && name !== full);
    if (copies.length > 0) {
      const remedy = `There are "${copies[0]!.name}" to "${copies.at(-1)!.name}": repeat this as often as they are.`;
      return spaceInvalid(at, `there is no component "${full}"`, remedy);
    }
    const known = [...new Set(this.list.map((component) => (name.includes("#") ? component.template : component.name)))];
    const near = nearest(name, known);
    const remedy = near
      ? `Did you mean "${near}"?`
      : known.length === 0
        ? "A component can only depend on one that stands before it."
        : `Before it there ${known.length === 1 ? "is" : "are"}: ${known.slice(0, 12).join(", ")}${known.length > 12 ? " …" : ""}.`;
    return spaceInvalid(at, `there is no component "${name}"${near ? "" : " there, or it comes later"}`, remedy);
  }

  #add(sources: readonly ComponentSource[], at: string, copies: readonly number[]): void {
    for (const [i, source] of sources.entries()) {
      const here = `${at}/${i}`;
      if ("repeat" in source) {
        if ("name" in source)
          throw spaceInvalid(here, 'found "name" and "repeat" together', "Put the component into the components that are repeated.");
        for (let copy = 1; copy <= source.repeat; copy++) this.#add(source.components, `${here}/components`, [...copies, copy]);
        continue;
      }
      this.#addOne(source, here, copies);
    }
  }

  #addOne({ name: template, choices, when }: Extract<ComponentSource, { name: string }>, at: string, copies: readonly number[]): void {
    const numbers = template.split("#").length - 1;
    if (numbers !== copies.length) {
      const problem = `"${template}" has ${numbers} "#", and stands in ${copies.length === 1 ? "1 repeat" : `${copies.length} repeats`}`;
      const remedy = `A name has a "#" for each repeat that it stands in, where the number of the copy is to stand: "${template.replaceAll("#", "").trim()} ${copies.map(() => "#").join(".")}".`;
      throw spaceInvalid(`${at}/name`, problem, copies.length > 0 ? remedy : 'Leave the "#" out.');
    }
    const name = numbered(template, copies)!;
    if (!NAME.test(name)) {
      const remedy = "A name begins with a letter; then there are letters, digits, dots, hyphens, underscores, and single spaces.";
      throw spaceInvalid(`${at}/name`, `${JSON.stringify(name)} cannot be the name of a component`, remedy);
    }
    const other = this.#places.get(written(name));
    if (other !== undefined) {
      const remedy = "Give one of them another name; an underscore is what a space is written as.";
      throw spaceInvalid(`${at}/name`, `there is a component "${this.list[other]!.name}" before "${name}"`, remedy);
    }
    const places = new Map<string, number>();
    for (const [i, choice] of choices.entries()) {
      if (typeof choice === "string" && !TEXT.test(choice)) {
        const remedy = "A choice is a number, or letters, digits, dots, hyphens, underscores, and single spaces.";
        throw spaceInvalid(`${at}/choices/${i}`, `${JSON.stringify(choice)} cannot be a choice`, remedy);
      }
      const first = places.get(written(choice));
      if (first !== undefined)
        throw spaceInvalid(
          `${at}/choices/${i}`,
          `${JSON.stringify(choice)} is there twice`,
          `Leave it out: /choices/${first} is the same.`,
        );
      places.set(written(choice), i);
    }
    const condition = when && this.condition(when, copies, `${at}/when`);
    if (this.list.length === MOST_COMPONENTS)
      throw spaceInvalid("/components", `there are more than ${MOST_COMPONENTS} components`, "Repeat fewer.");
    this.#places.set(written(name), this.list.length);
    this.list.push({ name, template, copies, choices: condition ? [ABSENT, ...choices] : choices, condition });
  }
}
