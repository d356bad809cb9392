/**
 * Ablation matrices: from the text of a matrix manifest to its cells, each an experiment that was found
 * right. A cell is the base with some variants (JSON Merge Patches) and some values of axes (at JSON
 * Pointers), applied in the order of the manifest, variants first.
 *
 * @module
 */
import { EvokeError, manifestInvalid, nearest } from "../errors/index.ts";
import { digestOf } from "../json/canonical-json.ts";
import { keysOf, pointerOf, valueAt } from "../json/json-pointer.ts";
import { isObject, mergePatch } from "../json/merge-patch.ts";
import { problemsOf } from "../json/schema.ts";
import type { Plugin } from "../plugin/plugin.ts";
import { experimentSchema } from "../schemas/experiment.ts";
import { matrixSchema } from "../schemas/matrix.ts";
import { type Change, type Experiment, experimentDigest, type ImportedModule, parseManifest, readManifest, setAt } from "./experiment.ts";

export type Design = "one-factor" | "leave-one-out" | "factorial";

/** A matrix manifest that was found right. */
export interface Matrix {
  readonly name: string;
  /** Where it came from, for errors. */
  readonly file: string;
  readonly question?: string;
  readonly design: Design;
  readonly base: Experiment;
  /** What the paths in the base and in its cells are relative to: the base's file, or the matrix's. */
  readonly baseFile: string;
  /** Of every cell. */
  readonly seeds: { readonly first: number; readonly count: number };
  readonly targets?: { readonly test?: number; readonly score?: number };
  readonly axes: readonly Axis[];
  readonly cells: readonly Cell[];
}

export interface Axis {
  readonly pointer: string;
  /** The shortest end of the pointer that no other axis has. */
  readonly label: string;
  readonly values: readonly unknown[];
}

export interface Cell {
  /** "base", "absolute-reward", "count=8"; in a factorial "random, dataset=cifar100". */
  readonly name: string;
  /** The variant that it has; `baseName` where it has none, "full" for the full cell of leave-one-out. */
  readonly variant: string;
  /** The value of each axis by pointer, the base's own where the cell does not change it. */
  readonly at: Readonly<Record<string, unknown>>;
  /** The axis part of the name, in a factorial: cells are compared within a panel. Else "". */
  readonly panel: string;
  /** The name of the cell that this one is compared with; its own for a baseline. */
  readonly baseline: string;
  /** What is otherwise than in the base, after defaults. A value that is left out is not there. */
  readonly differs: readonly CellDifference[];
  /** What made it of the base: pointers into the matrix manifest. */
  readonly origin: readonly string[];
  /** Where it is, for errors: it has no file of its own. */
  readonly title: string;
  /** The text of its manifest. */
  readonly text: string;
  readonly experiment: Experiment;
}

export interface CellDifference {
  readonly pointer: string;
  /** Left out where there is nothing. */
  readonly base?: unknown;
  readonly value?: unknown;
}

/** Where a matrix, its base, and the plugins that they name come from. */
export interface MatrixSource {
  /** Shown in errors. */
  readonly file: string;
  readonly text: string;
  /** JSON pointers into the matrix manifest, and the values to put there before anything is checked. */
  readonly changes: readonly Change[];
  readonly catalogue: readonly Plugin[];
  /** Reads the experiment that a matrix names by a path relative to itself. */
  readBase(path: string): Promise<{ readonly file: string; readonly text: string }>;
  /** Imports a module that is named in a file. */
  importModule(specifier: string, file: string): Promise<ImportedModule>;
}

interface RawMatrix {
  readonly name: string;
  readonly question?: string;
  readonly base: string | object;
  readonly baseName?: string;
  readonly variants: Readonly<Record<string, object>>;
  readonly axes: Readonly<Record<string, readonly unknown[]>>;
  readonly design: Design;
  readonly exclude: readonly { readonly variant?: string; readonly at?: Readonly<Record<string, unknown>> }[];
  readonly baseline?: string;
  readonly seeds: { readonly first?: number; readonly count?: number };
  readonly targets?: { readonly test?: number; readonly score?: number };
}

/** One change of the base. */
interface Step {
  /** What made it: a pointer into the matrix manifest. */
  readonly origin: string;
  /** For names: "absolute-reward", "count=8". */
  readonly label: string;
  /** The axis and its value, if it is one of an axis. */
  readonly axis?: { readonly pointer: string; readonly value: unknown };
  apply(manifest: object): object;
}

/** A cell before it is made. */
interface Draft {
  readonly name: string;
  readonly variant: string;
  readonly panel: string;
  readonly steps: readonly Step[];
}

/** Members of a manifest that belong to the matrix as a whole, or change no result. */
const NOT_OF_A_CELL = ["$schema", "name", "question", "seeds", "observers"];

/**
 * Reads and checks a matrix, its base and all its cells.
 * @throws EvokeError with the file, the cell, and the JSON pointer of each problem
 */
export async function readMatrix(source: MatrixSource): Promise<Matrix> {
  const { file, text } = source;
  const own = { ...source, importModule: (specifier: string) => source.importModule(specifier, file) };
  const raw = (await parseManifest(own, "matrix")) as RawMatrix;
  const repeated = await repeatedKeys(text);
  const problems = [...problemsOf(matrixSchema, raw), ...repeated.map((pointer) => `${pointer}: is there twice; give one another name`)];
  if (problems.length > 0) throw manifestInvalid(file, problems);

  const base = await readBase(source, raw.base);
  const axes = axesOf(raw.axes);
  const { drafts, baseline, problems: misdesigned } = draftsOf(raw, axes);
  if (misdesigned.length > 0) throw manifestInvalid(file, misdesigned);

  const seeds = { ...base.experiment.seeds, ...raw.seeds };
  const made = await makeCells(source, base, drafts, seeds);
  const kept = raw.design === "factorial" ? made : withoutBasesAgain(made);
  checkDifferent(file, raw.design, kept, made);
  const { name, question, design, targets } = raw;
  return {
    name,
    file,
    ...(question !== undefined && { question }),
    design,
    base: base.experiment,
    baseFile: base.file,
    seeds,
    ...(targets && { targets }),
    axes,
    cells: finished(file, raw, base.experiment, axes, kept, baseline),
  };
}

// --- the base

interface Base {
  readonly file: string;
  readonly experiment: Experiment;
  /** The manifest as patches and pointers find it: the envelope's defaults are there, and slots are objects. */
  readonly patched: object;
}

async function readBase(source: MatrixSource, base: string | object): Promise<Base> {
  const { file, text, shown } =
    typeof base === "string"
      ? await source.readBase(base).then((read) => ({ ...read, shown: read.file }))
      : { file: source.file, text: JSON.stringify(base), shown: `the base of ${source.file}` };
  const { catalogue } = source;
  const importModule = (specifier: string) => source.importModule(specifier, file);
  const experiment = await readManifest({ file: shown, text, catalogue, importModule });
  const patched = JSON.parse(text) as Record<string, unknown>;
  problemsOf(experimentSchema, patched); // for its defaults; that there is no problem was found before
  for (const key of ["space", "distance", "evaluator", "controller"]) patched[key] = slotObject(patched[key]);
  if (isObject(patched.subspaces)) patched.subspaces.initial = slotObject(patched.subspaces.initial);
  return { file, experiment, patched };
}

function slotObject(slot: unknown): unknown {
  return typeof slot === "string" ? { use: slot } : slot;
}

// --- which cells there are

function axesOf(axes: RawMatrix["axes"]): Axis[] {
  const pointers = Object.keys(axes);
  return pointers.map((pointer) => {
    const keys = pointer.split("/").slice(1);
    const ends = keys.map((_, i) => keys.slice(-1 - i).join("/"));
    const label = ends.find((end) => pointers.every((other) => other === pointer || !`${other}`.endsWith(`/${end}`))) ?? pointer;
    return { pointer, label, values: axes[pointer]! };
  });
}

interface Drafted {
  readonly drafts: readonly Draft[];
  /** The name of the cell, or in a factorial with variants of the variant, that the others are compared with. */
  readonly baseline: string | undefined;
  readonly problems: readonly string[];
}

function draftsOf(raw: RawMatrix, axes: readonly Axis[]): Drafted {
  const problems = [...misplaced(raw)];
  const variants: Step[] = Object.entries(raw.variants).map(([name, patch]) => ({
    origin: pointerOf("variants", name),
    label: name,
    apply: (manifest) => mergePatch(manifest, patch) as object,
  }));
  const values = axes.map((axis) => axis.values.map((value, i) => axisStep(axis, value, i)));
  if (variants.length === 0 && values.length === 0) problems.push('/: there is nothing to vary; add "variants" or "axes"');
  if (raw.design !== "factorial" && raw.exclude.length > 0)
    problems.push("/exclude: only a factorial leaves cells out; take the variant or the value away instead");
  if (problems.length > 0) return { drafts: [], baseline: undefined, problems };
  switch (raw.design) {
    case "one-factor":
      return oneFactor(raw, variants, values.flat());
    case "leave-one-out":
      return leaveOneOut(raw, variants, values);
    case "factorial":
      return factorial(raw, axes, variants, values);
  }
}

/** Pointers that are none, and changes of what a cell does not have. */
function* misplaced({ variants, axes }: RawMatrix): Generator<string> {
  const why = "belongs to the matrix or changes no result, so that a cell cannot have its own";
  for (const [name, patch] of Object.entries(variants)) {
    for (const key of Object.keys(patch)) if (NOT_OF_A_CELL.includes(key)) yield `${pointerOf("variants", name, key)}: /${key} ${why}`;
  }
  for (const pointer of Object.keys(axes)) {
    const [first] = keysOf(pointer) ?? [];
    if (first === undefined) yield `${pointerOf("axes", pointer)}: is no JSON pointer; write it like /subspaces/count (RFC 6901)`;
    else if (NOT_OF_A_CELL.includes(first)) yield `${pointerOf("axes", pointer)}: ${pointer} ${why}`;
  }
}

function axisStep({ pointer, label }: Axis, value: unknown, i: number): Step {
  return {
    origin: pointerOf("axes", pointer, i),
    label: `${label}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    axis: { pointer, value },
    apply: (manifest) => {
      const changed = structuredClone(manifest);
      setAt("the base", changed, pointer, structuredClone(value));
      return changed;
    },
  };
}

/** The base; the base with each variant; the base with each value of each axis. */
function oneFactor(raw: RawMatrix, variants: readonly Step[], values: readonly Step[]): Drafted {
  const { baseName = "base", baseline = baseName } = raw;
  const drafts = [
    { name: baseName, variant: baseName, panel: "", steps: [] },
    ...variants.map((step) => ({ name: step.label, variant: step.label, panel: "", steps: [step] })),
    ...values.map((step) => ({ name: step.label, variant: baseName, panel: "", steps: [step] })),
  ];
  return { drafts, baseline, problems: [] };
}

/** Everything together, then all but one. */
function leaveOneOut(raw: RawMatrix, variants: readonly Step[], values: readonly (readonly Step[])[]): Drafted {
  const problems = Object.entries(raw.axes)
    .filter(([, { length }]) => length !== 1)
    .map(([pointer]) => `${pointerOf("axes", pointer)}: in leave-one-out an axis has one value, which is there or left out`);
  if (raw.baseName !== undefined) problems.push("/baseName: leave-one-out has no cell of the base");
  const steps = [...variants, ...values.map(([step]) => step!)];
  const drafts = [
    { name: "full", variant: "full", panel: "", steps },
    ...steps.map((left) => {
      const name = `without ${left.label}`;
      return { name, variant: name, panel: "", steps: steps.filter((step) => step !== left) };
    }),
  ];
  return { drafts, baseline: raw.baseline ?? "full", problems };
}

/** The base and each variant, with every combination of the values; but what is excluded. */
function factorial(raw: RawMatrix, axes: readonly Axis[], variants: readonly Step[], values: readonly (readonly Step[])[]): Drafted {
  const { baseName = "base", exclude } = raw;
  const problems = wrongExclusions(exclude, [baseName, ...Object.keys(raw.variants)], axes);
  if (problems.length > 0) return { drafts: [], baseline: undefined, problems };
  const used = new Set<number>();
  const excluded = (variant: string, steps: readonly Step[]) => {
    const matching = exclude.flatMap((one, i) => {
      const at = Object.entries(one.at ?? {});
      const there = at.every(([pointer, value]) => steps.some(({ axis }) => axis?.pointer === pointer && equal(axis.value, value)));
      return there && (one.variant ?? variant) === variant ? [i] : [];
    });
    for (const i of matching) used.add(i);
    return matching.length > 0;
  };
  const methods = [{ name: baseName, steps: [] as Step[] }, ...variants.map((step) => ({ name: step.label, steps: [step] }))];
  const drafts = product(values).flatMap((combination) => {
    const place = combination.map(({ label }) => label).join(", ");
    return methods
      .filter(({ name }) => !excluded(name, combination))
      .map(({ name: variant, steps }) => ({
        name: variants.length === 0 ? place : [variant, place].filter((part) => part !== "").join(", "),
        variant,
        panel: variants.length === 0 ? "" : place,
        steps: [...steps, ...combination],
      }));
  });
  problems.push(
    ...exclude.flatMap((_, i) => (used.has(i) ? [] : [`${pointerOf("exclude", i)}: excludes nothing that is not excluded before`])),
  );
  if (drafts.length === 0) problems.push("/exclude: leaves no cell");
  return { drafts, baseline: raw.baseline ?? (variants.length === 0 ? undefined : baseName), problems };
}

function wrongExclusions(exclude: RawMatrix["exclude"], variants: readonly string[], axes: readonly Axis[]): string[] {
  const hint = (wanted: string, known: readonly string[]) => {
    const near = nearest(wanted, known);
    return near ? `Did you mean "${near}"?` : `Known: ${known.join(", ")}.`;
  };
  return exclude.flatMap(({ variant, at = {} }, i) => [
    ...(variant !== undefined && !variants.includes(variant)
      ? [`${pointerOf("exclude", i, "variant")}: there is no variant "${variant}". ${hint(variant, variants)}`]
      : []),
    ...Object.entries(at).flatMap(([pointer, value]) => {
      const axis = axes.find((one) => one.pointer === pointer);
      const place = pointerOf("exclude", i, "at", pointer);
      const pointers = axes.map((one) => one.pointer);
      if (!axis) return [`${place}: there is no axis ${pointer}. ${hint(pointer, pointers)}`];
      if (axis.values.some((one) => equal(one, value))) return [];
      return [`${place}: the axis has no value ${JSON.stringify(value)}. ${hint(String(value), axis.values.map(String))}`];
    }),
  ]);
}

function product<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return lists.reduce<readonly (readonly T[])[]>((all, list) => all.flatMap((one) => list.map((next) => [...one, next])), [[]]);
}

// --- the experiments of the cells

interface Made extends Draft {
  readonly title: string;
  readonly text: string;
  readonly experiment: Experiment;
  /** Equal for experiments of equal results. */
  readonly identity: string;
  /** True if it is the base after all. */
  readonly isBase: boolean;
  /** The axes whose value here was found to be the base's own. */
  readonly basesOwn: Record<string, unknown>;
}

/** Makes and checks each cell; what is wrong in several of them is told once. */
async function makeCells(source: MatrixSource, base: Base, drafts: readonly Draft[], seeds: object): Promise<Made[]> {
  const { file, catalogue } = source;
  const importModule = (specifier: string) => source.importModule(specifier, base.file);
  const baseIdentity = identityOf(base.experiment);
  const wrong = new Map<string, { readonly where: string; more: number }>();
  const made: Made[] = [];
  for (const draft of drafts) {
    const title = draft.steps.length === 0 ? base.experiment.file : `the cell "${draft.name}" of ${file}`;
    try {
      const manifest = draft.steps.reduce((manifest, step) => step.apply(manifest), base.patched);
      const text = JSON.stringify({ ...manifest, seeds, observers: [] });
      const experiment = await readManifest({ file: title, text, catalogue, importModule });
      const lost = draft.steps.find(({ axis }) => axis && valueAt(experiment.resolved, axis.pointer) === undefined);
      if (lost) throw manifestInvalid(title, [`${lost.axis!.pointer}: leads to no place of a manifest`]);
      const identity = identityOf(experiment);
      made.push({ ...draft, title, text, experiment, identity, isBase: identity === baseIdentity, basesOwn: {} });
    } catch (error) {
      if (!(error instanceof EvokeError)) throw error;
      const problem = (error.code === "MANIFEST_INVALID" ? error.message.split("\n").slice(1).join("\n") : error.message).trim();
      const key = problem.replaceAll(title, "");
      const known = wrong.get(key);
      if (known) known.more++;
      else
        wrong.set(key, { where: `${draft.steps.map(({ origin }) => origin).join(" with ")}: cell "${draft.name}": ${problem}`, more: 0 });
    }
  }
  if (wrong.size > 0)
    throw manifestInvalid(
      file,
      [...wrong.values()].map(({ where, more }) => `${where}${more > 0 ? ` (and ${more} more cells)` : ""}`.replaceAll("\n", "\n    ")),
    );
  return made;
}

/** What tells cells apart before anything is opened; what they would open follows from it. */
function identityOf(experiment: Experiment): string {
  return experimentDigest(experiment, new Map());
}

/** A value of an axis that is the base's own makes no cell of its own, in designs where the base is one. */
function withoutBasesAgain(made: readonly Made[]): readonly Made[] {
  const base = made.find(({ steps }) => steps.length === 0);
  if (!base) return made;
  return made.filter(({ steps: [step], isBase }) => {
    if (!step?.axis || !isBase) return true;
    base.basesOwn[step.axis.pointer] = step.axis.value;
    return false;
  });
}

/** Cells must differ, in their names and in what they are. */
function checkDifferent(file: string, design: Design, kept: readonly Made[], made: readonly Made[]): void {
  const problems: string[] = [];
  const place = ({ name, steps }: Made) => `"${name}"${steps.length > 0 ? ` (${steps.map(({ origin }) => origin).join(" with ")})` : ""}`;
  const [reference] = design === "factorial" ? [] : kept;
  const byIdentity = new Map<string, Made>();
  const byName = new Map<string, Made>();
  for (const cell of kept) {
    const same = byIdentity.get(cell.identity);
    const namesake = byName.get(cell.name);
    if (namesake) problems.push(`/: the cells ${place(namesake)} and ${place(cell)} have one name`);
    if (same && same === reference) problems.push(changesNothing(design, cell, reference));
    else if (same) problems.push(`/: the cells ${place(same)} and ${place(cell)} are the same experiment`);
    byIdentity.set(cell.identity, same ?? cell);
    byName.set(cell.name, cell);
  }
  if (design === "one-factor") {
    const pointers = new Set(made.flatMap(({ steps }) => steps.flatMap(({ axis }) => (axis ? [axis.pointer] : []))));
    for (const pointer of pointers)
      if (!kept.some(({ steps }) => steps.some(({ axis }) => axis?.pointer === pointer)))
        problems.push(`${pointerOf("axes", pointer)}: changes nothing in the base; its only value is the base's own`);
  }
  if (problems.length > 0) throw manifestInvalid(file, problems);
}

function changesNothing(design: Design, cell: Made, full: Made): string {
  if (design === "one-factor") return `${cell.steps[0]!.origin}: changes nothing in the base`;
  const left = full.steps.find((step) => !cell.steps.includes(step))!;
  return `${left.origin}: changes nothing where all the others are there`;
}

/** Names each cell's baseline, and says what of the base is otherwise in it. */
function finished(
  file: string,
  raw: RawMatrix,
  base: Experiment,
  axes: readonly Axis[],
  made: readonly Made[],
  baseline: string | undefined,
): Cell[] {
  const basesOwn = Object.assign({}, ...made.map((cell) => cell.basesOwn)) as Record<string, unknown>;
  const cells = made.map(({ name, variant, panel, steps, title, text, experiment }) => ({
    ...{ name, variant, panel, title, text, experiment },
    origin: steps.map(({ origin }) => origin),
    at: Object.fromEntries(
      axes.flatMap(({ pointer }) => {
        const step = steps.findLast(({ axis }) => axis?.pointer === pointer);
        const value = valueAt(experiment.resolved, pointer);
        if (step) return [[pointer, step.axis!.value]];
        if (pointer in basesOwn && equal(value, valueAt(base.resolved, pointer))) return [[pointer, basesOwn[pointer]]];
        return value === undefined ? [] : [[pointer, value]];
      }),
    ),
    differs: differences(base.resolved, experiment.resolved),
  }));
  const byVariant = raw.design === "factorial" && Object.keys(raw.variants).length > 0;
  const fallback = (made.find(({ isBase }) => isBase) ?? made[0]!).name;
  const problems: string[] = [];
  const withBaselines = cells.map((cell) => {
    const found = byVariant
      ? cells.find(({ variant, panel }) => variant === baseline && panel === cell.panel)
      : cells.find(({ name }) => name === (baseline ?? fallback));
    if (!found) {
      const known = [
        ...new Set(cells.filter(({ panel }) => panel === cell.panel).map(({ name, variant }) => (byVariant ? variant : name))),
      ];
      const near = nearest(baseline!, known);
      const where = cell.panel ? ` at ${cell.panel}` : "";
      problems.push(
        `/baseline: there is no cell "${baseline}"${where}. ${near ? `Did you mean "${near}"?` : `Known: ${known.join("; ")}.`}`,
      );
    }
    return { ...cell, baseline: found?.name ?? "" };
  });
  if (problems.length > 0) throw manifestInvalid(file, [...new Set(problems)]);
  return withBaselines;
}

/** What is otherwise in b than in a, as deep down as it is; a slot with another plugin, and a list, as a whole. */
function differences(a: unknown, b: unknown, at: readonly string[] = []): CellDifference[] {
  if (at.length === 1 && NOT_OF_A_CELL.includes(at[0]!)) return [];
  if (equal(a, b)) return [];
  const otherPlugin = isObject(a) && isObject(b) && a.use !== b.use;
  if (!isObject(a) || !isObject(b) || otherPlugin)
    return [{ pointer: pointerOf(...at), ...(a !== undefined && { base: a }), ...(b !== undefined && { value: b }) }];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => differences(a[key], b[key], [...at, key]));
}

function equal(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && digestOf(a) === digestOf(b));
}

/** Pointers of members that an object of the text has twice, which JSON.parse passes over in silence. */
async function repeatedKeys(text: string): Promise<string[]> {
  const { visit } = await import("jsonc-parser");
  const repeated: string[] = [];
  const objects: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void objects.push(new Set()),
    onObjectEnd: () => void objects.pop(),
    onObjectProperty: (name, _offset, _length, _line, _character, path) => {
      if (objects.at(-1)!.has(name)) repeated.push(pointerOf(...path(), name));
      objects.at(-1)!.add(name);
    },
  });
  return repeated;
}
