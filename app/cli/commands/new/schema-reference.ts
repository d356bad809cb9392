/** What a new manifest says in `$schema`, so that editors complete it. @module */
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { PACKAGE_FOLDER } from "../../../host/package-folder.ts";

/** In the package. */
const SCHEMA = "core/schemas/evoke.schema.json";
/** Where it can be had by those who have no package near their manifests. */
const PUBLISHED = `https://unpkg.com/evoke-nas/${SCHEMA}`;

/**
 * Of a manifest in a folder: the schema of the package that is installed there or above, of the clone that the folder is
 * in, or the published one.
 */
export function schemaReference(folder: string): string {
  for (let above = resolve(folder); ; above = dirname(above)) {
    const places = [join(above, "node_modules", "evoke-nas", SCHEMA), ...(above === resolve(PACKAGE_FOLDER) ? [join(above, SCHEMA)] : [])];
    const there = places.find((place) => existsSync(place));
    if (there !== undefined) return dotted(relative(folder, there).replaceAll(sep, "/"));
    if (above === dirname(above)) return PUBLISHED;
  }
}

/** Editors take a path for one if it begins with a dot. */
function dotted(path: string): string {
  return path.startsWith(".") ? path : `./${path}`;
}
