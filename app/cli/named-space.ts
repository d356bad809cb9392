/** The space that a command is to read an architecture by: named, in a manifest, or told by the text. @module */
import { EvokeError, manifestInvalid, optionInvalid, pluginUnknown, spaceUndecided } from "../../core/errors/index.ts";
import { problemsOf } from "../../core/json/schema.ts";
import { applyChange, type Change } from "../../core/manifest/changes.ts";
import type { Slot } from "../../core/manifest/slots.ts";
import { createdSpace } from "../../core/plugin/checks/create.ts";
import type { Space } from "../../core/plugin/space.ts";
import { builtInPlugin, builtInPlugins, catalogue } from "../../plugins/catalogue.ts";
import { loadExperiment } from "../host/experiment.ts";
import { changesOf } from "./arguments.ts";

export interface NamedSpace {
  readonly name: string;
  readonly space: Space;
  /** What it was made from. */
  readonly slot: Pick<Slot<"space">, "plugin" | "options" | "module">;
}

/**
 * @param wanted  a built-in space, or a manifest that has the space; only needed where the text does not tell
 * @param set  what --set changes in the options of the space
 */
export async function spaceFor(architecture: string, wanted: string | undefined, set: readonly string[]): Promise<NamedSpace> {
  const changes = changesOf(set);
  const stray = changes.find(({ pointer }) => !pointer.startsWith("/options/"));
  if (stray) throw optionInvalid("--set", stray.pointer, "a pointer into the space's options, as /options/classes");
  return wanted === undefined ? spaceOf(architecture, changes) : spaceNamed(wanted, changes);
}

/** The built-in spaces, as they are without options; those that need some are left out. */
export async function builtInSpaces(): Promise<NamedSpace[]> {
  const names = (await builtInPlugins("space")).filter(({ options }) => !("required" in options)).map(({ name }) => name);
  return Promise.all(names.map((name) => builtIn(name, [])));
}

/** The one built-in space that reads the text. */
async function spaceOf(text: string, changes: readonly Change[]): Promise<NamedSpace> {
  // Those that can do without options. Options are looked at when the space is known: that it has them says nothing of the text.
  const spaces = (await builtInPlugins("space")).filter(({ options }) => problemsOf(options, {}).length === 0).map(({ name }) => name);
  const fitting: string[] = [];
  for (const name of spaces) if (reads(await builtIn(name, []), text)) fitting.push(name);
  const [only] = fitting;
  if (only === undefined || fitting.length > 1) throw spaceUndecided(text, fitting, spaces);
  return builtIn(only, changes);
}

function reads({ space }: NamedSpace, text: string): boolean {
  try {
    space.decode(text);
    return true;
  } catch (error) {
    if (error instanceof EvokeError) return false;
    throw error;
  }
}

/** A built-in space, or that of a manifest. A manifest has a path, or an ending; a name has neither. */
export async function spaceNamed(wanted: string, changes: readonly Change[]): Promise<NamedSpace> {
  if (!/[./\\]/.test(wanted)) return builtIn(wanted, changes);
  const within = changes.map(({ pointer, value }) => ({ pointer: `/space${pointer}`, value }));
  const slot = (await loadExperiment({ file: wanted, changes: within })).space;
  return { name: slot.plugin.name, space: await createdSpace(slot), slot };
}

async function builtIn(name: string, changes: readonly Change[]): Promise<NamedSpace> {
  const plugin = await builtInPlugin("space", name);
  if (!plugin)
    throw pluginUnknown(
      "space",
      name,
      "--space",
      catalogue.filter(({ kind }) => kind === "space").map((space) => space.name),
    );
  if (changes.length === 0 && problemsOf(plugin.options, {}).length > 0)
    throw optionInvalid("--space", name, "a manifest that has this space, since it is nothing without its options");
  const file = `the space ${name}`;
  const made = { options: {} };
  for (const change of changes) applyChange(file, made, change);
  const problems = problemsOf(plugin.options, made.options, "/options");
  if (problems.length > 0) throw manifestInvalid(`that --set makes of the space ${name}`, problems);
  const slot = { plugin, options: made.options, pointer: "/space", file };
  return { name, space: await createdSpace(slot), slot };
}
