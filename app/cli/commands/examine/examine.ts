/** `evoke doctor PLUGIN`: whether plugins keep the promises of their kinds, told in words of their author. @module */
import process from "node:process";
import { resolve as resolveModule } from "import-meta-resolve";
import { contractsMissing, EvokeError, nothingToExamine } from "../../../../core/errors/index.ts";
import { slotsOf } from "../../../../core/manifest/experiment.ts";
import type { Kind, Plugin } from "../../../../core/plugin/plugin.ts";
import { loadExperiment } from "../../../host/experiment.ts";
import { isManifest, moduleNamed, pluginsIn } from "../../../host/modules/named-plugins.ts";
import { print } from "../../streams.ts";
import { type Patient, patientAt, suiteOf } from "./suites.ts";

/** What `evoke doctor PLUGIN --json` prints of each plugin; a contract, see docs/guide/json-documents.md. */
export interface Examined {
  readonly kind: Kind;
  readonly name: string;
  /** Promises that it keeps. */
  readonly kept: number;
  readonly broken: readonly Broken[];
}

interface Broken {
  readonly promise: string;
  /** The smallest input that shows it, where inputs were drawn. */
  readonly input?: string;
  readonly problem: string;
}

/** @param wanted  a file, a package, or the manifest of an experiment that names some */
export async function examineCommand(wanted: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  try {
    resolveModule("fast-check", import.meta.url);
  } catch {
    throw contractsMissing();
  }
  const all: Examined[] = [];
  for (const patient of await patients(wanted)) {
    const examined = await examine(patient);
    all.push(examined);
    if (!json) print(textOf(examined));
  }
  if (json) print(`${JSON.stringify(all)}\n`);
  if (all.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
}

async function patients(wanted: string): Promise<readonly Patient[]> {
  if (isManifest(wanted)) {
    const experiment = await loadExperiment({ file: wanted, changes: [] });
    const own = slotsOf(experiment).filter(({ module }) => module !== undefined);
    if (own.length === 0) throw nothingToExamine(wanted);
    return own.map((slot) => patientAt(experiment, slot, wanted));
  }
  const module = moduleNamed(wanted);
  const manifest = module.file;
  const found: Patient[] = [];
  for (const plugin of await pluginsIn(module)) {
    const text = JSON.stringify(manifestOf(plugin, module.specifier));
    const experiment = await loadExperiment({
      file: manifest,
      changes: [],
      inline: { title: `${plugin.kind} "${plugin.name}" of ${wanted}`, text },
    });
    const slot = slotsOf(experiment).find(({ plugin: { kind, name } }) => kind === plugin.kind && name === plugin.name)!;
    found.push(patientAt(experiment, slot, manifest));
  }
  return found;
}

/** An experiment that has the plugin, with its defaults. */
function manifestOf({ kind, name, wholeSpace, needs }: Plugin, specifier: string): object {
  const subspaces = { count: 4, radius: 3 };
  const only = { use: name };
  const inSubspaces: Partial<Record<Kind, object>> = {
    acceptance: { subspaces: { ...subspaces, accept: [only] } },
    initial: { subspaces: { ...subspaces, initial: only } },
  };
  const placed: Partial<Record<Kind, object>> = {
    middleware: { middleware: [only], controller: wholeSpace ? "random" : "uniform" },
    reward: { reward: [wholeSpace ? "absolute" : "improvement", only] },
    observer: { observers: [only] },
  };
  return {
    name: "doctor",
    plugins: [specifier],
    space: "nas-bench-201",
    evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
    controller: "uniform",
    ...(!wholeSpace && { subspaces }),
    ...(needs.includes("sharedWeights") && { sharedWeights: { dataset: { name: "digits" } } }),
    budget: { queries: 20 },
    ...(inSubspaces[kind] ?? placed[kind] ?? { [kind]: only }),
  };
}

async function examine(patient: Patient): Promise<Examined> {
  const { kind, name } = patient.slot.plugin;
  const broken: Broken[] = [];
  let kept = 0;
  const looked = async (promise: string, look: () => unknown) => {
    try {
      await look();
      kept++;
    } catch (error) {
      broken.push({ promise, ...problemOf(error) });
    }
  };
  let suite: Awaited<ReturnType<typeof suiteOf>> = [];
  await looked("it can be created, and an experiment composed with it", async () => {
    suite = await suiteOf(patient);
  });
  for (const [promise, look] of suite) await looked(promise, look);
  return { kind, name, kept, broken };
}

/** What is wrong, without what a test runner adds. */
function problemOf(thrown: unknown): Omit<Broken, "promise"> {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const [, input] = /^Counterexample: \[(.*)\]$/m.exec(error.message) ?? [];
  if (input === undefined) return { problem: plain(error) };
  return { input, problem: error.cause instanceof Error ? plain(error.cause) : "this does not hold" };
}

function plain(error: Error): string {
  if (error instanceof EvokeError) return error.message;
  const { actual, expected, generatedMessage } = error as Error & { actual?: unknown; expected?: unknown; generatedMessage?: boolean };
  if (generatedMessage !== true) return error.message;
  if (typeof expected === "function" && actual instanceof Error) return `it throws an error of another kind, "${actual.message}"`;
  return expected === true ? "this does not hold" : `${short(actual)} instead of ${short(expected)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function textOf({ kind, name, kept, broken }: Examined): string {
  const counts = `${kept} ${kept === 1 ? "promise" : "promises"} kept, ${broken.length} broken`;
  // One mistake may break many promises.
  const shown = broken.map(({ input, problem }) => `${input === undefined ? "" : `with ${input}: `}${problem}`);
  const lines = [...new Set(shown)].map((one) => {
    const promises = broken.filter((_, i) => shown[i] === one).map(({ promise }) => `  ✘ ${promise}\n`);
    return `${promises.join("")}      ${one.replaceAll("\n", "\n      ")}\n`;
  });
  const where = broken.length > 0 ? `  What this kind has to do is in docs/plugin-guide/${kind}.md.\n` : "";
  return `${kind} "${name}": ${counts}\n${lines.join("")}${where}`;
}
