/** The literals that a module exports, each checked for what a plugin is. @module */
import { pluginMalformed, suggestion } from "../../errors/index.ts";
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
  const candidates = new Set<object>();
  for (const value of Object.values(exports).flat())
    if (typeof value === "object" && value !== null && "kind" in value) candidates.add(value);
  if (candidates.size === 0)
    throw pluginMalformed(
      `the module "${specifier}"`,
      at,
      'it exports no plugin, that is no object with "kind", "name", "summary", "options", "needs" and "create"',
    );
  for (const candidate of candidates as Set<Record<string, unknown>>) {
    const problem = problemIn(candidate);
    if (problem !== undefined) throw pluginMalformed(`${titleOf(candidate)} (${specifier})`, at, problem);
  }
  return [...candidates] as Plugin[];
}

function titleOf({ kind, name }: Record<string, unknown>): string {
  const sort = KINDS.includes(kind as Kind) ? kind : "the plugin";
  return typeof name === "string" ? `${sort} "${name}"` : sort === "the plugin" ? "a plugin" : `a ${sort}`;
}

function problemIn(literal: Record<string, unknown>): string | undefined {
  const { kind, name, summary, options, needs, wholeSpace, failures, outsideDigest, create } = literal;
  if (!KINDS.includes(kind as Kind)) return `its "kind" must be one of ${KINDS.join(", ")}; found ${found(kind)}`;
  if (typeof name !== "string" || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
    return `its "name" must be lower-case words joined by hyphens; found ${found(name)}`;
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
  const invalid = invalidSchemas.get(options) ?? compileProblem(options);
  if (invalid !== undefined) invalidSchemas.set(options, invalid);
  return invalid ?? defaultProblem(options);
}

/** What was told of schemas that are none: ajv says something else when it meets one again. */
const invalidSchemas = new WeakMap<object, string>();

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
