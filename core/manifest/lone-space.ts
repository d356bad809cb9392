/**
 * Spaces that stand alone: tables, predictors and drawings need a space and nothing else of an experiment, so it cannot
 * need anything itself.
 *
 * @module
 */
import { dependencyMissing, EvokeError, pluginFailed } from "../errors/index.ts";
import { deepFreeze } from "../json/deep-freeze.ts";
import type { Plugin } from "../plugin/plugin.ts";
import type { Space } from "../plugin/space.ts";
import { fullSlot, type KnownPlugins, type RawSlot, resolveSlot, type Slot } from "./slots.ts";

/** The space of a manifest that has nothing which a space could need; frozen. */
export function resolveLoneSpace(file: string, known: KnownPlugins, raw: string | Partial<RawSlot>): Slot<"space"> {
  const slot = resolveSlot(file, known, "space", "/space", fullSlot(raw));
  refuseNeeds(slot);
  deepFreeze(slot.options);
  return slot;
}

/** What creating a lone space takes. */
export type LoneSpace = Pick<Slot<"space">, "file" | "pointer" | "plugin" | "options">;

/** Creates a lone space. @throws EvokeError that names the slot, if the space needs something or fails */
export async function createLoneSpace(slot: LoneSpace): Promise<Space> {
  refuseNeeds(slot);
  const plugin = slot.plugin as Plugin<"space"> & { create(options: object, dependencies: object): Space | Promise<Space> };
  try {
    return await plugin.create(slot.options, {});
  } catch (error) {
    if (error instanceof EvokeError) throw error;
    const cause = error instanceof Error ? error : new Error(String(error));
    throw pluginFailed("space", plugin.name, `${slot.pointer} of ${slot.file}`, cause);
  }
}

function refuseNeeds({ plugin, pointer, file }: LoneSpace): void {
  const [need] = plugin.needs;
  if (need) throw dependencyMissing("space", plugin.name, `${pointer} of ${file}`, need, []);
}
