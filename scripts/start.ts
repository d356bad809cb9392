/**
 * The main job in one command: ASE-NAS beside random search and REINFORCE on the benchmark that comes with
 * Evoke, with the statistics and the figures.
 *
 *   npm start
 *   npm start -- --seeds 20 --out FOLDER    fewer runs, kept elsewhere
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { evoke } from "./command.ts";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { seeds, out } = parseArgs({ options: { seeds: { type: "string" }, out: { type: "string", default: "results" } } }).values;

function shown(...args: readonly string[]): void {
  process.stderr.write(`$ npx evoke ${args.join(" ")}\n`);
  process.stdout.write(evoke(...args));
}

shown("matrix", "manifests/digits-201.json", "--out", out, ...(seeds === undefined ? [] : ["--seeds", seeds]));
shown("report", `${out}/digits-201`);
