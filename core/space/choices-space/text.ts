/**
 * Architectures of a described space as text: `resolution=96:layer_1=present:kernel_1=3`. Components that are not there
 * are left out; spaces in names become underscores. So a text is one word in shells, CSV, JSON and YAML.
 *
 * @module
 */
import { architectureInvalid, nearest } from "../../errors/index.ts";
import type { Space } from "../../plugin/space.ts";
import type { Architecture } from "../architecture.ts";
import { isPresent } from "../choices.ts";
import { type Component, written } from "./components.ts";

export function textForm(components: readonly Component[]): Pick<Space, "encode" | "decode"> {
  const names = components.map(({ name }) => written(name));
  const places = new Map(names.map((name, component) => [name, component]));
  const choices = components.map((component) => component.choices.map(written));
  const parts = names.map((name, component) => choices[component]!.map((choice) => `${name}=${choice}`));
  const shape = { choices, conditions: components.map(({ condition }) => condition) };
  const part = (component: number, choice: number) => parts[component]![choice]!;
  const encode = (architecture: Architecture) =>
    architecture.flatMap((choice, component) => (isPresent(shape, architecture, component) ? [part(component, choice)] : [])).join(":");
  /** The parts that a component may have. */
  const anyOf = (component: number) => {
    const all = openNames(component);
    return `${names[component]}= and one of ${all.slice(0, 12).join(", ")}${all.length > 12 ? " …" : ""}`;
  };
  const openNames = (component: number) => choices[component]!.slice(components[component]!.condition ? 1 : 0);

  return {
    encode,
    decode(text) {
      const invalid = (expected: string) => architectureInvalid("the space choices", text, expected);
      const found = new Map<number, number>();
      for (const one of text.split(":")) {
        const [name = "", choice, ...rest] = one.split("=");
        if (choice === undefined || rest.length > 0) throw invalid(`NAME=CHOICE:NAME=CHOICE…; found ${JSON.stringify(one)}`);
        const component = places.get(name);
        if (component === undefined) throw invalid(`a component for ${JSON.stringify(name)}, and there is none${meant(name, names)}`);
        if (found.has(component)) throw invalid(`"${name}" once`);
        const open = openNames(component);
        const place = open.indexOf(choice);
        if (place < 0)
          throw invalid(
            `${anyOf(component)}; found ${JSON.stringify(choice)}${meant(
              choice,
              open.filter((one) => Number.isNaN(Number(one))),
            )}`,
          );
        found.set(component, place + choices[component]!.length - open.length);
      }
      const architecture: number[] = [];
      for (const [component, { condition }] of components.entries()) {
        const choice = found.get(component);
        const present = isPresent(shape, architecture, component);
        if (present && choice === undefined) throw invalid(`${anyOf(component)}, which is missing`);
        if (!present && choice !== undefined) {
          const { component: on, choices: wanted } = condition!;
          throw invalid(`no ${names[component]}, which is there only with ${wanted.map((choice) => part(on, choice)).join(" or ")}`);
        }
        architecture.push(choice ?? 0);
      }
      const again = encode(architecture);
      if (again !== text) throw invalid(`"${again}", if these choices are meant: components in their order`);
      return architecture;
    },
  };
}

function meant(found: string, known: readonly string[]): string {
  const near = nearest(found, known);
  return near === undefined ? "" : `; did you mean "${near}"?`;
}
