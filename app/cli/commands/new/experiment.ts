/** `evoke new experiment` and `evoke new matrix`: manifests that run at once, from options or answers. @module */
import { isDeepStrictEqual } from "node:util";
import { optionInvalid, optionUnfit, suggestion } from "../../../../core/errors/index.ts";
import { readableJson } from "../../../../core/json/readable-json.ts";
import { validateExperiment, validateMatrix } from "../../../host/validate.ts";
import { count } from "../../arguments.ts";
import { composed, EVALUATORS, measuresOf, namesOf, type Parts, spaceOfTable } from "./composed.ts";
import { checkName, evokeCommand, tellMade, writeNew } from "./new-files.ts";
import { askingOnTerminal } from "./questions.ts";
import { schemaReference } from "./schema-reference.ts";

export interface NewManifestOptions {
  readonly space?: string;
  readonly table?: string;
  readonly evaluator?: string;
  /** Of a matrix several. */
  readonly controller: readonly string[];
  readonly queries?: string;
}

/** ASE-NAS, and what it is first compared with. */
const USUAL = ["gnn-lstm", "regularized-evolution", "random"];

export async function newExperimentCommand(name: string, options: NewManifestOptions): Promise<void> {
  checkName("experiment", name);
  if (options.controller.length > 1)
    throw optionUnfit("--controller", "an experiment has one", "Compare several in a matrix: evoke new matrix.");
  const [experiment] = await composed(await partsOf(options, 1));
  const text = `${readableJson({ $schema: schemaReference("."), name, ...experiment, seeds: { first: 1, count: 3 } })}\n`;
  const file = `${name}.json`;
  await validateExperiment({ file, changes: [], inline: { title: file, text } });
  await writeNew(`the experiment "${name}"`, { [file]: text });
  tellMade(`the experiment "${name}"`, { [file]: "its manifest" }, [`${evokeCommand()} run ${file}`]);
}

export async function newMatrixCommand(name: string, options: NewManifestOptions): Promise<void> {
  checkName("matrix", name);
  const parts = await partsOf(options, USUAL.length);
  if (parts.controllers.length < 2)
    throw optionUnfit("--controller", "a matrix compares several", "Name another one, with --controller again.");
  const [base, ...others] = await composed(parts);
  const [baseName, ...names] = parts.controllers;
  const variants = Object.fromEntries(others.map((other, i) => [names[i]!, patch(base!, other)]));
  const $schema = schemaReference(".");
  const manifest = { $schema, name, base: { name, ...base }, baseName, design: "one-factor", variants, seeds: { first: 1, count: 20 } };
  const text = `${readableJson(manifest)}\n`;
  const file = `${name}.json`;
  await validateMatrix({ file, changes: [], inline: { title: file, text } });
  await writeNew(`the matrix "${name}"`, { [file]: text });
  const evoke = evokeCommand();
  tellMade(`the matrix "${name}"`, { [file]: "its manifest" }, [`${evoke} matrix ${file}`, `${evoke} report results/${name}`]);
}

/** What the options say; the rest is asked for. @param usual  how many controllers there are where none is named */
async function partsOf({ space, table, evaluator, controller, queries }: NewManifestOptions, usual: number): Promise<Parts> {
  if (table !== undefined && evaluator !== undefined) throw optionUnfit("--evaluator", "a --table is an evaluator as well");
  if (evaluator !== undefined && !EVALUATORS.includes(evaluator))
    throw optionInvalid(
      "--evaluator",
      evaluator,
      `one that needs no file of yours, or a --table. ${suggestion(evaluator, EVALUATORS, "evaluators")}`,
    );
  const asking = askingOnTerminal();
  try {
    const named = space ?? (table === undefined ? undefined : await spaceOfTable(table));
    const spaces = { text: "Which space?", choices: namesOf("space"), usual: ["nas-bench-201"] };
    const [chosen = ""] = named === undefined ? await asking.ask(spaces) : [named];
    const given = table ?? evaluator;
    const measures = given === undefined ? await measuresOf(chosen) : [];
    const text = "What measures its architectures: a table, a landscape, or training?";
    const [measure = ""] = given !== undefined ? [given] : await asking.ask({ text, choices: measures, usual: measures.slice(0, 1) });
    const which = usual > 1 ? "Which controllers are compared? Name them with commas between." : "Which controller?";
    const several = { text: which, choices: namesOf("controller"), usual: USUAL.slice(0, usual), several: usual > 1 };
    const controllers = controller.length > 0 ? controller : await asking.ask(several);
    return { space: chosen, measure, controllers, queries: queries === undefined ? undefined : count("--queries", queries) };
  } finally {
    asking.close();
  }
}

/** The merge patch (RFC 7396) of the members that differ. */
function patch(base: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): object {
  const members = [...new Set([...Object.keys(base), ...Object.keys(other)])];
  return Object.fromEntries(members.filter((key) => !isDeepStrictEqual(base[key], other[key])).map((key) => [key, other[key] ?? null]));
}
