/**
 * What may come next on a command line of Evoke, from its tree of commands: their names, their options, and what these and the
 * arguments can be, as far as that is told without loading much.
 *
 * @module
 */
import type { Command, Option } from "commander";
import { KINDS } from "../../../../core/plugin/plugin.ts";
import { catalogue } from "../../../../plugins/catalogue.ts";
import { namedTables } from "../../../host/tables/tables.ts";

export interface Offer {
  readonly value: string;
  readonly about: string;
}

/** Which files may come next, by what the shell lists. */
export type OfferedFiles = "none" | "json" | "folders" | "any";

export interface Offered {
  readonly offers: readonly Offer[];
  readonly files: OfferedFiles;
}

const NOTHING: Offered = { offers: [], files: "none" };
const named = (values: readonly string[], files: OfferedFiles): Offered => ({
  offers: values.map((value) => ({ value, about: "" })),
  files,
});
const plugins = (kind?: string) => catalogue.filter((plugin) => kind === undefined || plugin.kind === kind).map(({ name }) => name);
const files = (kind: OfferedFiles) => (): Offered => ({ offers: [], files: kind });
const tables = async () =>
  named(
    (await namedTables()).map(({ name }) => name),
    "any",
  );

/** What stands for a value in the usage of a command. What is not here is a number, a text or the like, of which nothing is known. */
const VALUES: Readonly<Record<string, () => Offered | Promise<Offered>>> = {
  manifest: files("json"),
  manifests: files("json"),
  description: files("json"),
  results: files("any"),
  records: files("any"),
  file: files("any"),
  path: files("any"),
  program: files("any"),
  dir: files("folders"),
  plugin: files("any"),
  table: tables,
  of: () => named([...KINDS, ...new Set(plugins())], "any"),
};
/** The same, where the option says more than what stands for its value. */
const OF_OPTIONS: typeof VALUES = {
  "--space": () => named(plugins("space"), "json"),
};
const OF_COMMANDS: Readonly<Record<string, typeof VALUES>> = {
  merge: { from: files("folders") },
  schema: { from: files("any") },
};

/**
 * @param words  what stands after the name of the program; the last one is being typed, and may be empty
 * @returns all that may stand in its place, or after the "=" in it, whatever it begins with
 */
export async function offeredAfter(program: Command, words: readonly string[]): Promise<Offered> {
  const before = joined(words);
  const last = before.pop() ?? "";
  let command = program;
  let place = 0;
  let waiting: Option | undefined;
  for (const word of before) {
    if (waiting?.required) {
      waiting = undefined;
      continue;
    }
    waiting = undefined;
    if (word.startsWith("-")) {
      const option = optionOf(command, word);
      if (option && (option.required || option.optional)) waiting = option;
      continue;
    }
    const within = place === 0 ? command.commands.find((one) => one.name() === word) : undefined;
    if (within) command = within;
    else place++;
  }
  const [, assigned] = /^(--[^=]+)=/.exec(last) ?? [];
  const valued = assigned === undefined ? waiting : optionOf(command, assigned);
  if (valued) return valuesOf(command, valued);
  if (last.startsWith("-")) return { offers: optionsOf(command, before), files: "none" };
  if (command.commands.length > 0) return { offers: command.commands.map(described), files: "none" };
  const argument = command.registeredArguments[place] ?? command.registeredArguments.findLast(({ variadic }) => variadic);
  if (argument?.argChoices) return named(argument.argChoices, "none");
  return argument ? ofPlaceholder(command, argument.name()) : { offers: optionsOf(command, before), files: "none" };
}

/** Bash takes "--out=x" apart into three words. */
function joined(words: readonly string[]): string[] {
  const whole: string[] = [];
  for (const word of words) {
    const previous = whole.at(-1);
    if (previous?.startsWith("--") && (word === "=" || previous.endsWith("="))) whole[whole.length - 1] = previous + word;
    else whole.push(word);
  }
  return whole;
}

function described(command: Command): Offer {
  return { value: command.name(), about: command.description() };
}

/** The option of a word, if it stands alone: with its value after a "=" nothing of it is waited for. */
function optionOf(command: Command, word: string): Option | undefined {
  return allOptions(command).find(({ long, short }) => long === word || short === word);
}

function allOptions(command: Command): Option[] {
  return [...command.options, ...(command.parent?.options ?? [])];
}

/** Those that are not there yet, or that may be there again. */
function optionsOf(command: Command, before: readonly string[]): Offer[] {
  const there = new Set(before.map((word) => word.split("=")[0]));
  const own = allOptions(command).filter(({ long, defaultValue }) => Array.isArray(defaultValue) || !there.has(long ?? ""));
  return [
    ...own.map(({ long, short, description }) => ({ value: long ?? short!, about: description })),
    { value: "--help", about: "show how it is used" },
  ];
}

function valuesOf(command: Command, option: Option): Offered | Promise<Offered> {
  const [, placeholder = ""] = /[<[]([^>\]]+)[>\]]/.exec(option.flags) ?? [];
  if (option.argChoices) return named(option.argChoices, "none");
  return OF_OPTIONS[option.long ?? ""]?.() ?? ofPlaceholder(command, placeholder);
}

function ofPlaceholder(command: Command, name: string): Offered | Promise<Offered> {
  return (OF_COMMANDS[command.name()]?.[name] ?? VALUES[name])?.() ?? NOTHING;
}
