/** The folder of Evoke's package. It imports nothing of ours, so that the build can leave it where it is. @module */
import { fileURLToPath } from "node:url";

/** Seen from the sources, and from dist/. */
export const PACKAGE_FOLDER = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../.." : "../../..", import.meta.url));
