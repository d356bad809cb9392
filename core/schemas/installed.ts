/**
 * One JSON Schema (draft 2020-12) of every kind of document, with the options of all plugins that are installed: for
 * editors, which complete by it, explain by it, and mark what it does not allow.
 *
 * It is put together of what the checks use: the envelopes of core/schemas, and the options of the plugins. A slot says
 * which options a plugin has by `if` and `then` for each, so that what is wrong is told of the plugin that is named. The
 * keywords `enumDescriptions`, `errorMessage`, `defaultSnippets`, `doNotSuggest` and `allowTrailingCommas` are for the
 * language server of VS Code, which many editors have; others ignore them. It merges what `$ref` leads to into what stands
 * beside `$ref`, so neither says what the other does.
 *
 * @module
 */
import { keysOf } from "../json/json-pointer.ts";
import { NOT_OF_A_CELL } from "../manifest/matrix/raw-matrix.ts";
import { MANIFEST_KINDS, type ManifestKind } from "../manifest/parse.ts";
import { KINDS, type Kind, type Plugin } from "../plugin/plugin.ts";
import { DOCUMENTS } from "./documents.ts";
import { addPlaces, mapped, orNull, type Place, type Places, patchOf, type Schema } from "./patches.ts";

const ref = (name: string) => ({ $ref: `#/$defs/${name}` });
const ofKind = (reference: string) => KINDS.find((kind) => reference === ref(kind).$ref);
/** What else holds of a value depends on whether it is as the first of these says. */
const conditional = (first: Schema, yes: object, no?: object): Schema =>
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  ({ if: first, then: yes, ...(no && { else: no }) });

/** @param plugins  all that a manifest may name */
export function installedSchema(plugins: readonly Plugin[]): object {
  const kinds = KINDS.map((kind) => ({ kind, plugins: plugins.filter((plugin) => plugin.kind === kind) }));
  const experiment = withoutDefinitions(DOCUMENTS.experiment);
  const cell: Schema = {
    ...experiment,
    properties: Object.fromEntries(Object.entries(experiment.properties!).filter(([name]) => !NOT_OF_A_CELL.includes(name))),
  };
  return {
    $schema: DOCUMENTS.experiment.$schema,
    title: "Evoke",
    description: "Experiments, matrices of them, tables and predictors to be made, and descriptions of tables",
    allowComments: true,
    allowTrailingCommas: true,
    type: "object",
    ...documentByMember(),
    $defs: {
      ...mapped(DOCUMENTS, withoutDefinitions),
      ...Object.assign({}, ...Object.values(DOCUMENTS).map(ownDefinitions)),
      ...Object.assign({}, ...kinds.map(({ kind, plugins }) => slotDefinitions(kind, plugins))),
      patch: patchOf(cell, patchOfReference),
      axes: axesOf(cell, plugins),
    },
  };
}

function withoutDefinitions(document: object): Schema {
  const { $schema: _, $id: _id, $defs: _defs, ...schema } = document as Schema;
  return schema;
}

/** What a document defines for itself; what depends on the plugins is defined here. */
function ownDefinitions(document: object): object {
  const { $defs = {} } = document as { readonly $defs?: Readonly<Record<string, unknown>> };
  return Object.fromEntries(Object.entries($defs).filter(([name]) => !(KINDS as readonly string[]).concat(FILLED_IN).includes(name)));
}

/** What a matrix leaves open: see core/schemas/matrix.ts. */
const FILLED_IN = Object.keys(DOCUMENTS.matrix.$defs);

/** Which document it is follows from one of its members, as for the commands. Without any, it becomes an experiment, if nothing else. */
function documentByMember(): object {
  const kinds = Object.entries(MANIFEST_KINDS) as [ManifestKind, (typeof MANIFEST_KINDS)[ManifestKind]][];
  const beginnings = kinds.filter(([kind]) => kind !== "experiment");
  const offered = beginnings.map(([, { called, command, has }]) => [has, { description: `Makes it ${called}, for ${command}` }] as const);
  const undecided = { allOf: [ref("experiment"), { properties: Object.fromEntries(offered) }] };
  return kinds.reduceRight<object>((rest, [kind, { has }]) => conditional({ required: [has] }, ref(kind), rest), undecided);
}

// --- Slots

/** What stands in the slots of a kind, in experiments and in patches of them, and the options of each of its plugins. */
function slotDefinitions(kind: Kind, plugins: readonly Plugin[]): object {
  const options = plugins.map((plugin) => [plugin, optionsOf(plugin)] as const);
  const patches = options.map(([{ name }, schema]) => [`patch.${kind}.${name}`, patchOfOptions(kind, schema)] as const);
  return {
    ...Object.fromEntries(options.map(([{ name }, schema]) => [`${kind}.${name}`, schema])),
    ...Object.fromEntries(patches),
    [kind]: slotOf(kind, plugins),
    [`use.${kind}`]: nameOf(kind, plugins),
    [`patch.${kind}`]: patchOfSlot(kind, plugins),
    [`options.${kind}`]: anyOptions(kind, patches),
    [`names.${kind}`]: namesOfOptions(
      kind,
      options.map(([, schema]) => schema),
    ),
  };
}

/** The options of a plugin, as a definition: what it refers to is within itself. */
function optionsOf({ kind, name, options }: Plugin): Schema {
  const moved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== "object" || value === null) return value;
    const schema = mapped(value as Readonly<Record<string, unknown>>, moved);
    const { $ref } = schema;
    return typeof $ref === "string" && /^#(\/|$)/.test($ref) ? { ...schema, $ref: ref(`${kind}.${name}`).$ref + $ref.slice(1) } : schema;
  };
  const { $schema: _, $id: _id, ...schema } = moved(options) as Schema;
  return schema;
}

function needsOptions({ options }: Plugin): boolean {
  return ((options as { readonly required?: readonly string[] }).required ?? []).length > 0;
}

function slotOf(kind: Kind, plugins: readonly Plugin[]): Schema {
  const used = plugins.map((plugin) => {
    const options = { properties: { options: ref(`${kind}.${plugin.name}`) } };
    return conditional(isUsed(plugin), needsOptions(plugin) ? { required: ["options"], ...options } : options);
  });
  const withOptions = {
    type: "object",
    additionalProperties: false,
    required: ["use"],
    properties: { use: ref(`use.${kind}`), options: { description: "The options of the plugin", type: "object" } },
    allOf: used,
  };
  return { type: ["string", "object"], ...offered(plugins), ...conditional({ type: "string" }, nameAlone(kind, plugins), withOptions) };
}

/** What is offered where there is nothing yet; it allows everything. */
function offered(plugins: readonly Plugin[]): Schema {
  const alone = plugins.filter((plugin) => !needsOptions(plugin));
  return { anyOf: [...(alone.length > 0 ? [named(alone)] : []), { defaultSnippets: plugins.filter(needsOptions).map(snippetOf) }] };
}

function isUsed({ name }: Plugin): Schema {
  return { required: ["use"], properties: { use: { const: name } } };
}

/** A name without options: that of a plugin that can do without. */
function nameAlone(kind: Kind, plugins: readonly Plugin[]): Schema {
  const [others, alone] = [plugins.filter(needsOptions), plugins.filter((plugin) => !needsOptions(plugin))];
  const wrong = (errorMessage: string) => ({ not: {}, errorMessage });
  const oneOf = (some: readonly Plugin[]) => (some.length > 0 ? { enum: some.map(({ name }) => name) } : { not: {} });
  const lacking = wrong(`This ${kind} has options that must be given: { "use": …, "options": … }.`);
  return conditional(oneOf(others), lacking, conditional(oneOf(alone), {}, wrong(unknownName(kind, plugins))));
}

function nameOf(kind: Kind, plugins: readonly Plugin[]): Schema {
  return { description: `Which ${kind}`, ...named(plugins), errorMessage: unknownName(kind, plugins) };
}

function unknownName(kind: Kind, plugins: readonly Plugin[]): string {
  const names = plugins.map(({ name }) => name).join(", ");
  return `This schema knows no ${kind} of this name. It knows ${names}; "evoke schema MANIFEST" writes one with plugins of your own.`;
}

function named(plugins: readonly Plugin[]): Schema {
  return { enum: plugins.map(({ name }) => name), enumDescriptions: plugins.map(({ summary }) => summary) };
}

/** The slot with the options that have to be there, empty. */
function snippetOf({ name, summary, options }: Plugin): object {
  const { required, properties = {} } = options as Schema & { readonly required: readonly string[] };
  const empty = (option: string, i: number) => {
    const { type, enum: values, examples } = properties[option] ?? {};
    const [example] = [...((examples as readonly unknown[] | undefined) ?? []), ...(values ?? [])];
    const shown = typeof example === "string" ? `\${${i + 1}:${example.replaceAll(/[\\$}]/g, "\\$&")}}` : example;
    const place = shown ?? `$${i + 1}`;
    return typeof place !== "string" || type === "string" || values ? place : type === "array" ? [] : type === "object" ? {} : `^${place}`;
  };
  const body = { use: name, options: Object.fromEntries(required.map((option, i) => [option, empty(option, i)])) };
  return { label: name, description: summary, body };
}

// --- Patches

function patchOfSlot(kind: Kind, plugins: readonly Plugin[]): Schema {
  const used = plugins.map((plugin) => conditional(isUsed(plugin), { properties: { options: ref(`patch.${kind}.${plugin.name}`) } }));
  const withOptions = {
    additionalProperties: false,
    properties: { use: ref(`use.${kind}`), options: { description: "What is changed in the options", type: ["object", "null"] } },
    ...conditional({ required: ["use"] }, { allOf: used }, { properties: { options: ref(`options.${kind}`) } }),
  };
  return {
    type: ["string", "object", "null"],
    ...offered(plugins),
    ...conditional({ type: "string" }, nameAlone(kind, plugins), conditional({ type: "object" }, withOptions)),
  };
}

/** Of a slot, or of what stands in the options of a plugin. */
function patchOfReference(reference: string): Schema {
  const kind = ofKind(reference);
  return kind === undefined ? orNull({ $ref: reference }) : ref(`patch.${kind}`);
}

/** An option that the plugin does not have may be one of the base's, which null takes away. */
const TAKEN_AWAY = {
  additionalProperties: { type: "null", errorMessage: "The plugin has no such option. Null takes away an option of the base's." },
} as const;

/** Those that a patch may change or take away. Which of them a plugin has, the rest of its schema says. */
function namesOfOptions(kind: Kind, options: readonly Schema[]): Schema {
  if (options.some(({ additionalProperties }) => additionalProperties !== false)) return {};
  const names = new Set(options.flatMap(({ properties = {} }) => Object.keys(properties)));
  return names.size === 0 ? { not: {} } : { enum: [...names], errorMessage: `No ${kind} has an option of this name.`, doNotSuggest: true };
}

function patchOfOptions(kind: Kind, options: Schema): Schema {
  const closed = options.additionalProperties === false && { ...TAKEN_AWAY, propertyNames: ref(`names.${kind}`) };
  const { $defs: _, ...own } = options; // they are referred to where they are
  return { ...patchOf(own, patchOfReference), ...closed };
}

/** Options of a plugin that is not named: the base names it. */
function anyOptions(kind: Kind, patches: readonly (readonly [name: string, schema: Schema])[]): Schema {
  const places: Places = { known: new Map(), open: new Set() };
  for (const [name, schema] of patches) addPlaces(places, "", { ...ref(name), schema }, () => {});
  return {
    type: ["object", "null"],
    properties: Object.fromEntries(
      [...places.known]
        .filter(([pointer]) => keysOf(pointer)!.length === 1)
        .map(([pointer, found]) => [keysOf(pointer)![0]!, oneOf(found)]),
    ),
    propertyNames: ref(`names.${kind}`),
  };
}

/** A value as one of several schemas says. */
function oneOf(places: readonly Place[], ...others: readonly Schema[]): Schema {
  const alternatives = [...places.map(({ $ref }) => ({ $ref })), ...others];
  const [{ description, type } = {} as Schema] = places.map(({ schema }) => schema);
  const alike = type !== undefined && others.length === 0 && places.every(({ schema }) => String(schema.type) === String(type));
  return alternatives.length === 1
    ? alternatives[0]!
    : { ...(description !== undefined && { description }), ...(alike && { type }), anyOf: alternatives };
}

// --- Axes

/** The places that an axis may lead to, each with a list of values. */
function axesOf(cell: Schema, plugins: readonly Plugin[]): Schema {
  const places: Places = { known: new Map(), open: new Set() };
  const within = (at: string, reference: string) => {
    const kind = ofKind(reference);
    if (kind === undefined) return void places.open.add(at);
    for (const plugin of plugins.filter((plugin) => plugin.kind === kind)) {
      const options = { ...ref(`${kind}.${plugin.name}`), schema: optionsOf(plugin) };
      addPlaces(places, `${at}/options`, options, (deeper) => places.open.add(deeper));
    }
    for (const part of ["use", "options"]) places.known.set(`${at}/${part}`, [{ ...ref(`${part}.${kind}`), schema: {} }]);
  };
  addPlaces(places, "", { ...ref("experiment"), schema: cell }, within);
  const values = ({ description, ...items }: Schema) => ({
    ...(description !== undefined && { description }),
    ...{ type: "array", minItems: 1, uniqueItems: true, items },
  });
  const open = [...places.open].map((pointer) => pointer.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return {
    properties: Object.fromEntries([...places.known].map(([pointer, found]) => [pointer, values(oneOf(found, { type: "null" }))])),
    patternProperties: { [`^(${open.join("|")})/.`]: values({}) },
    additionalProperties: false,
    errorMessage: "There is no such place in an experiment.",
  };
}

/** The schema as a file of a clone has it: a line for each definition, so that changes can be read. */
export function schemaText({ $defs, ...schema }: { readonly $defs?: object }): string {
  const lines = (object: object) => Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${[...lines(schema), `"$defs": {\n${lines($defs ?? {}).join(",\n")}\n}`].join(",\n")}\n}\n`;
}
