/** Manifests of experiments put together from the names of their parts, with options that run at once. @module */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { optionInvalid, pluginUnknown } from "../../../../core/errors/index.ts";
import type { Kind, Plugin } from "../../../../core/plugin/plugin.ts";
import type { Table } from "../../../../core/table/table.ts";
import { builtInPlugin, catalogue } from "../../../../plugins/catalogue.ts";
import { PACKAGE_FOLDER } from "../../../host/package-folder.ts";
import { namedTables, TableFolder } from "../../../host/tables/tables.ts";

/** Manifests of the package whose space has a size to be trained on digits, by the space. */
const ON_DIGITS: Readonly<Record<string, string>> = {
  "nas-bench-201": "training-digits",
  "nas-bench-101": "nas-bench-101-digits",
  "nats-bench-size": "nats-bench-size-digits",
  darts: "darts-digits",
  enas: "enas-digits",
};
/** The one space that is nothing without options, and some for it. */
const WRITTEN = "choices";
const LAYERS = { components: [{ repeat: 6, components: [{ name: "layer #", choices: ["skip", 1, 3, 5] }] }] };
/** It is there in every space. */
const LANDSCAPE = { use: "landscape", options: { function: "trap", order: 2 } };
/** Where a query is a training, a search of so many takes minutes. */
const [QUERIES, TRAININGS] = [100, 20];
const SPLIT = { train: 900, validation: 400, test: 497 };

export interface Parts {
  readonly space: string;
  /** A table, by its name, or one of EVALUATORS. */
  readonly measure: string;
  readonly controllers: readonly string[];
  readonly queries?: number | undefined;
}

/** What can be an experiment without a file or a program of the user's. */
export const EVALUATORS: readonly string[] = ["landscape", "training"];

export function namesOf(kind: Kind): readonly string[] {
  return catalogue.filter((one) => one.kind === kind).map(({ name }) => name);
}

/** What the architectures of a space can be measured by, the best first: a table that comes with Evoke, other tables. */
export async function measuresOf(space: string): Promise<readonly string[]> {
  const named = (await namedTables()).sort((a, b) => Number(b.embedded) - Number(a.embedded));
  const tables = await Promise.all(named.map(({ name }) => openTable(name).catch(() => undefined)));
  const own = named.filter((_, i) => tables[i]?.description.space.use === space).map(({ name }) => name);
  return [...own, ...EVALUATORS.filter((evaluator) => evaluator !== "training" || space in ON_DIGITS)];
}

/**
 * The members of a manifest from `space` on, one manifest for each controller.
 * @throws EvokeError PLUGIN_UNKNOWN, OPTION_INVALID, TABLE_MISSING
 */
export async function composed({ space, measure, controllers, queries }: Parts): Promise<readonly Record<string, unknown>[]> {
  const plugins = await Promise.all(controllers.map((name) => known("controller", name)));
  await known("space", space);
  const needs = (need: Plugin["needs"][number]) => plugins.some((plugin) => plugin.needs.includes(need));
  const measured = await measuredBy(measure, space, needs("fidelities"));
  const trains = needs("sharedWeights");
  const slot = trains ? onDigits(space).space : (measured.space ?? (space === WRITTEN ? { use: space, options: LAYERS } : space));
  return plugins.map((plugin) => {
    const { required = [] } = plugin.options as { readonly required?: readonly string[] };
    const objectives = required.includes("objectives") ? [measured.metric, "madds"] : undefined;
    const ofWeights = plugin.needs.includes("sharedWeights");
    return {
      space: slot,
      evaluator: measured.evaluator,
      ...(plugin.needs.includes("subspaces") && { subspaces: { count: 4, radius: 4 } }),
      controller: objectives ? { use: plugin.name, options: { objectives } } : plugin.name,
      ...(ofWeights && { sharedWeights: { dataset: { name: "digits", split: SPLIT }, schedule: { epochs: 10 } } }),
      budget: { queries: queries ?? (ofWeights ? 1 : measured.queries) },
    };
  });
}

/** The space that a table is of, by its name. @throws EvokeError TABLE_MISSING */
export async function spaceOfTable(table: string): Promise<string> {
  return (await openTable(table)).description.space.use;
}

async function known<K extends Kind>(kind: K, name: string): Promise<Plugin<K>> {
  const plugin = await builtInPlugin(kind, name);
  if (!plugin) throw pluginUnknown(kind, name, `--${kind}`, namesOf(kind));
  return plugin;
}

/** What measures, and what follows from it for the rest. */
interface Measured {
  readonly evaluator: object;
  /** The name of the search's metric. */
  readonly metric: string;
  readonly queries: number;
  /** The space in the form that can be measured; left out where any will do. */
  readonly space?: unknown;
}

/** @param atSeveral  whether the search is to have lower fidelities as well */
async function measuredBy(measure: string, space: string, atSeveral: boolean): Promise<Measured> {
  if (measure === "landscape") return { evaluator: LANDSCAPE, metric: "value", queries: QUERIES };
  if (measure === "training") {
    const digits = onDigits(space);
    const { use, options } = digits.evaluator;
    const evaluator = { use, options: { ...options, ...(atSeveral && { fidelities: [1] }) } };
    return { evaluator, metric: "accuracy", queries: TRAININGS, space: digits.space };
  }
  const { name, metrics, description } = await openTable(measure);
  const { search } = description.fidelity;
  const searched = metrics.map(({ metric }) => metric).filter((metric) => metric.split === "validation" && metric.name === search.name);
  const { dataset } = searched.find(({ epochs }) => epochs === search.epochs)!;
  // The others are lower fidelities of the highest.
  const epochs = Math.max(...searched.filter((metric) => metric.dataset === dataset).map((metric) => metric.epochs));
  const evaluator = { use: "benchmark", options: { table: name, dataset, ...(atSeveral && epochs > search.epochs && { epochs }) } };
  return {
    evaluator,
    metric: search.name,
    queries: QUERIES,
    ...(space === WRITTEN && space === description.space.use && { space: description.space }),
  };
}

function openTable(name: string): Promise<Table> {
  return new TableFolder(process.cwd()).open(name);
}

/** @throws EvokeError OPTION_INVALID */
function onDigits(space: string): { readonly space: object; readonly evaluator: { readonly use: string; readonly options: object } } {
  const manifest = ON_DIGITS[space];
  if (manifest !== undefined) return JSON.parse(readFileSync(join(PACKAGE_FOLDER, `manifests/${manifest}.json`), "utf8"));
  throw optionInvalid(
    "--space",
    space,
    `one that Evoke has in a size for digits, which networks are trained on: ${Object.keys(ON_DIGITS).join(", ")}`,
  );
}
