/** The folder of the tables that come with Evoke. It imports nothing of ours, so that the build can leave it where it is. @module */
import { fileURLToPath } from "node:url";

/** Seen from the sources, and from dist/. */
export const OWN_FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../../tables" : "../../../../tables", import.meta.url),
);
