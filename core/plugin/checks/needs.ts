/** Whether plugins may have, and can have, what they ask for. @module */
import { dependencyForbidden, dependencyMissing, sharedWeightsUnneeded, subspacesUnwanted } from "../../errors/index.ts";
import type { Dependency } from "../dependencies.ts";
import { PERMITTED_NEEDS, reasonAgainst } from "../permitted-needs.ts";
import type { Plugin } from "../plugin.ts";
import { described, type Place } from "./blame.ts";

/** A place of a manifest, with the plugin in full. */
export interface Asking extends Place {
  readonly plugin: Plugin;
}

/** What plugins can need only where the manifest has it. */
export interface Sections {
  /** Some plugins do without them only. */
  readonly subspaces: boolean;
  /** They are an error where nothing needs them. */
  readonly sharedWeights: boolean;
}

/** Checks what all plugins of a manifest ask for. What the host does not give is found when they are composed. */
export function checkNeeds(places: readonly Asking[], file: string, { subspaces, sharedWeights }: Sections): void {
  for (const place of places) {
    const { kind, needs, wholeSpace } = place.plugin;
    const permitted: readonly Dependency[] = PERMITTED_NEEDS[kind];
    const forbidden = needs.find((need) => !permitted.includes(need));
    if (forbidden) throw dependencyForbidden(described(place), kind, forbidden, reasonAgainst(kind, forbidden), permitted);
    // What shared weights come to is the answer; first centres beside it would be another search.
    const apart = wholeSpace || (needs.includes("sharedWeights") && !needs.includes("subspaces"));
    if (apart && subspaces) throw subspacesUnwanted(described(place));
    if (needs.includes("subspaces") && !subspaces) throw dependencyMissing(described(place), "subspaces");
    if (needs.includes("sharedWeights") && !sharedWeights) throw dependencyMissing(described(place), "sharedWeights");
  }
  if (sharedWeights && !places.some(({ plugin }) => plugin.needs.includes("sharedWeights"))) throw sharedWeightsUnneeded(file);
}
