/** The folder of the tables that come with Evoke. It imports nothing of ours, so that the build can leave it where it is. @module */
import { fileURLToPath } from "node:url";

/** Of the sources, or of dist/, where the build has packed them. */
export const OWN_FOLDER = fileURLToPath(new URL("../../../tables", import.meta.url));

/** What the files of its tables end with. */
export const OWN_EXTENSION = import.meta.url.endsWith(".ts") ? ".arrow.gz" : ".packed.gz";
