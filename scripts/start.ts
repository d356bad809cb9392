/**
 * The main job in one command: ASE-NAS beside random search and REINFORCE on the benchmark that comes with
 * Evoke, with the statistics and the figures.
 *
 *   npm start
 *   npm start -- --seeds 20 --out FOLDER    fewer runs, kept elsewhere
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { seeds, out } = parseArgs({ options: { seeds: { type: "string" }, out: { type: "string", default: "results" } } }).values;

function evoke(...args: readonly string[]): void {
  process.stderr.write(`$ npx evoke ${args.join(" ")}\n`);
  const { status } = spawnSync(process.execPath, ["dist/cli/evoke.js", ...args], { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) process.exit(status ?? 1);
}

evoke("matrix", "manifests/digits-201.json", "--out", out, ...(seeds === undefined ? [] : ["--seeds", seeds]));
evoke("report", `${out}/digits-201`);
