/** The literals that a module exports, each checked for what a plugin is. @module */
import { errorThrown, pluginMalformed, suggestion } from "../../errors/index.ts";
import { problemsOf } from "../../json/schema.ts";
import { DEPENDENCIES, type Dependency } from "../dependencies.ts";
import { KINDS, type Kind, type Plugin } from "../plugin.ts";
import { defaultProblem } from "./defaults.ts";
import { found } from "./found.ts";

/**
 * The plugins among the exports of a module.
 * @param specifier  what the manifest calls the module
 * @param at  where, for errors
 * @throws EvokeError PLUGIN_MALFORMED
 */
export function pluginsOf(exports: object, specifier: string, at: string): Plugin[] {
  const whole = `the module "${specifier}"`;
  let candidates: readonly object[];
  try {
    candidates = candidatesIn(exports);
  } catch (error) {
    throw pluginMalformed(whole, at, `what it exports cannot be read: ${errorThrown(error).message}`);
  }
  if (candidates.length === 0)
    throw pluginMalformed(
      whole,
      at,
      'it exports no plugin, that is no object with "kind", "name", "summary", "options", "needs" and "create"',
    );
  if (candidates.length > MOST_PLUGINS) throw pluginMalformed(whole, at, `it exports more than ${MOST_PLUGINS} plugins`);
  return candidates.map((candidate) => {
    const literal: Record<string, unknown> = {};
    const problem = readInto(literal, candidate) ?? problemIn(literal);
    if (problem !== undefined) throw pluginMalformed(`${titleOf(literal)} (${specifier})`, at, problem);
    return literal as unknown as Plugin;
  });
}

/** Plugins of one module. */
const MOST_PLUGINS = 1000;
/** Characters of a schema, as JSON: to compile it takes a second. */
const MOST_IN_SCHEMA = 100_000;

/** Those among the exports, and in lists of them; of a long list one more than there may be. */
function candidatesIn(exports: object): readonly object[] {
  const candidates = new Set<object>();
  const add = (value: unknown) => {
    if (typeof value === "object" && value !== null && "kind" in value) candidates.add(value);
  };
  for (const value of Object.values(exports)) {
    if (!Array.isArray(value)) add(value);
    else for (let i = 0; i < Math.min(value.length, MOST_PLUGINS + 1); i++) add(value[i]);
  }
  return [...candidates];
}

/** What a literal has but its code: data, which are read once. */
const DATA = ["kind", "name", "summary", "options", "needs", "wholeSpace", "underWay", "failures", "outsideDigest"] as const;

/** Reads what a module exports, which may be anything. @returns what is wrong with it */
function readInto(literal: Record<string, unknown>, candidate: object): string | undefined {
  let member = "";
  try {
    for (member of [...DATA, "create"]) {
      const value = (candidate as Record<string, unknown>)[member];
      if (value !== undefined) literal[member] = typeof value === "object" ? JSON.parse(JSON.stringify(value)) : value;
    }
  } catch (error) {
    return `its "${member}" cannot be read: ${errorThrown(error).message.split("\n")[0]}`;
  }
  const { create } = literal;
  if (typeof create === "function") Object.assign(literal, { create: (...given: unknown[]) => create.call(candidate, ...given) });
  return undefined;
}

/** Characters of a name. */
export const MOST_IN_NAME = 100;

/** Whether it can be the name of a plugin. */
export function isPluginName(name: string): boolean {
  return name.length <= MOST_IN_NAME && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
}

function titleOf({ kind, name }: Record<string, unknown>): string {
  const sort = KINDS.includes(kind as Kind) ? kind : "the plugin";
  return typeof name === "string" ? `${sort} "${name.slice(0, MOST_IN_NAME)}"` : sort === "the plugin" ? "a plugin" : `a ${sort}`;
}

function problemIn(literal: Record<string, unknown>): string | undefined {
  const { kind, name, summary, options, needs, wholeSpace, failures, outsideDigest, create } = literal;
  if (!KINDS.includes(kind as Kind)) return `its "kind" must be one of ${KINDS.join(", ")}; found ${found(kind)}`;
  if (typeof name !== "string" || !isPluginName(name)) return `its "name" must be lower-case words joined by hyphens; found ${found(name)}`;
  if (typeof summary !== "string") return `its "summary" must be a text; found ${found(summary)}`;
  const schema = schemaProblem(options);
  if (schema !== undefined) return schema;
  if (!Array.isArray(needs)) return `its "needs" must be a list of what create is handed; found ${found(needs)}`;
  const unknown = needs.find((need) => !DEPENDENCIES.includes(need as Dependency));
  if (unknown !== undefined)
    return `it needs ${JSON.stringify(unknown)}, and there is no such thing. ${suggestion(String(unknown), DEPENDENCIES, "needs")}`;
  if (wholeSpace !== undefined && typeof wholeSpace !== "boolean")
    return `its "wholeSpace" must be true or false; found ${found(wholeSpace)}`;
  if (failures !== undefined && !(kind === "evaluator" && isFailurePolicy(failures)))
    return `its "failures", for evaluators only, must be { "retries": a whole number from 0, "remedy": "reject" or "stop" }; found ${found(failures)}`;
  if (outsideDigest !== undefined && !isListOfOptions(outsideDigest, options as object))
    return `its "outsideDigest" must be a list of names of its options; found ${found(outsideDigest)}`;
  return typeof create === "function" ? undefined : `its "create" must be a function; found ${found(create)}`;
}

function isFailurePolicy(value: unknown): boolean {
  const { retries, remedy } = (value ?? {}) as Record<string, unknown>;
  return Number.isInteger(retries) && (retries as number) >= 0 && (remedy === "reject" || remedy === "stop");
}

function isListOfOptions(value: unknown, schema: { readonly properties?: object }): boolean {
  return Array.isArray(value) && value.every((name) => Object.hasOwn(schema.properties ?? {}, name));
}

function schemaProblem(options: unknown): string | undefined {
  if (typeof options !== "object" || options === null || (options as { type?: unknown }).type !== "object")
    return `its "options" must be the JSON Schema of an object, { "type": "object", … }; found ${found(options)}`;
  const { length } = JSON.stringify(options);
  if (length > MOST_IN_SCHEMA) return `its "options" are a schema of ${length} characters, and at most ${MOST_IN_SCHEMA} are possible`;
  return compileProblem(options) ?? defaultProblem(options);
}

function compileProblem(schema: object): string | undefined {
  try {
    problemsOf(schema, {});
    return undefined;
  } catch (error) {
    // ajv tells several things of one place, and calls the schema "data".
    const [first] = (error as Error).message.replace("schema is invalid: data", "").split(", data");
    return `its "options" are no JSON Schema: ${first}`;
  }
}
