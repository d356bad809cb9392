/**
 * Experiments with one number of an option at one of its ends, for each number of each built-in plugin whose evaluations
 * are quick.
 *
 * @module
 */
import type { Kind, Plugin } from "../../core/plugin/plugin.ts";
import { catalogue } from "../../plugins/catalogue.ts";

/** A JSON Schema, as far as it is looked at here. */
export interface NumberSchema {
  readonly type?: string | readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** A number in a schema, and the keys that lead to it; 0 for the items of a list. */
export interface NumberPlace {
  readonly keys: readonly (string | 0)[];
  readonly schema: NumberSchema;
}

/** Every number that a schema describes. */
export function* numbersOf(schema: unknown, keys: NumberPlace["keys"] = []): Generator<NumberPlace> {
  if (typeof schema !== "object" || schema === null) return;
  const { type, properties = {}, items, additionalProperties, anyOf = [] } = schema as Record<string, object> & NumberSchema;
  if ([type].flat().some((one) => one === "number" || one === "integer")) yield { keys, schema };
  for (const [key, property] of Object.entries(properties as object)) yield* numbersOf(property, [...keys, key]);
  yield* numbersOf(items, [...keys, 0]);
  yield* numbersOf(additionalProperties, [...keys, "*"]);
  for (const one of anyOf as readonly object[]) yield* numbersOf(one, keys);
}

/** The least and the most that a number can be. */
function endsOf({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberSchema): readonly number[] {
  const least = minimum ?? (exclusiveMinimum === undefined ? -Number.MAX_VALUE : exclusiveMinimum || Number.MIN_VALUE);
  const most = maximum ?? exclusiveMaximum ?? Number.MAX_VALUE;
  const between = ([type].flat() as string[]).includes("integer") ? [] : [1 - 2 ** -53];
  return [least, most, ...between].filter((value) => value !== exclusiveMinimum && value !== exclusiveMaximum);
}

const CELL = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|";
const LANDSCAPE = { use: "landscape", options: { function: "plateau", order: 1, noise: 1 } };
const OBJECTIVES = ["value", "madds"];

/** Options that a plugin cannot do without, by its name. */
const NEEDED: Readonly<Record<string, object>> = {
  nsga2: { objectives: OBJECTIVES },
  "warm-start": { architectures: [CELL] },
  given: { architectures: [CELL] },
  "soft-penalty": { target: 1e7 },
  "weighted-chebyshev": { objectives: OBJECTIVES.map((metric) => ({ metric, weight: 1 })) },
  "metric-limit": { metric: "value", least: -1000, most: 1000 },
  "madds-limit": { millions: 1000 },
  "parameters-limit": { millions: 1000 },
  landscape: { function: "nk", order: 2 },
};
/** Plugins that need programs, images, tables or predictors. */
const SLOW: readonly string[] = [
  "benchmark",
  "command",
  "predictor",
  "supernet",
  "training",
  "told",
  "latency-limit",
  "from-run",
  "choices",
];

/** The experiment around a slot; undefined for kinds that have no numbers. */
function around({ kind, name, needs }: Plugin, options: object): object | undefined {
  const slot = { use: name, options };
  const quick = {
    name: "extreme",
    space: "nas-bench-201",
    evaluator: LANDSCAPE,
    controller: "random",
    budget: { queries: 4, cost: "every-query" },
  };
  const subspaces = needs.includes("subspaces") ? { subspaces: { count: 2, radius: 2 } } : {};
  const parts: Partial<Record<Kind, object>> = {
    space: { space: slot, fronts: [OBJECTIVES] },
    controller: { controller: slot, ...subspaces },
    middleware: { middleware: [slot], constraints: [{ use: "madds-limit", options: NEEDED["madds-limit"] }] },
    reward: { reward: [slot], controller: "reinforce" },
    acceptance: { constraints: [slot] },
    evaluator: { evaluator: slot },
  };
  return parts[kind] && { ...quick, ...parts[kind] };
}

export interface Extreme {
  /** The plugin, the option and the value. */
  readonly title: string;
  readonly manifest: object;
}

export async function extremes(): Promise<readonly Extreme[]> {
  const all: Extreme[] = [];
  for (const { kind, name, load } of catalogue) {
    const plugin = (await load()) as Plugin;
    if (SLOW.includes(name) || plugin.needs.includes("sharedWeights") || plugin.needs.includes("fidelities")) continue;
    for (const { keys, schema } of numbersOf(plugin.options))
      for (const value of endsOf(schema)) {
        const manifest = around(plugin, withNumber(structuredClone(NEEDED[name] ?? {}), keys, value));
        if (manifest) all.push({ title: `${kind} ${name}, ${keys.join("/")} = ${value}`, manifest });
      }
  }
  return all;
}

/** The options with a number at a place; in the first item of a list. */
function withNumber(options: object, keys: NumberPlace["keys"], value: number): object {
  let at = options as Record<string | 0, unknown>;
  for (const [i, key] of keys.entries())
    if (i === keys.length - 1) at[key] = value;
    else at = (at[key] ??= keys[i + 1] === 0 ? [] : {}) as typeof at;
  return options;
}
