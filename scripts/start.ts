/**
 * The main job in one command: imports the benchmark table if it is not there yet, and compares
 * ASE-NAS with random search on it.
 *
 *   npm start                      takes the table from ../shared/data
 *   npm start -- FOLDER/FILE       takes it from there
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const TABLE = "nas-bench-201";

function evoke(args: readonly string[], quiet = false): string {
  process.stderr.write(quiet ? "" : `$ npx evoke ${args.join(" ")}\n`);
  const { status, stdout } = spawnSync(process.execPath, [`${root}dist/cli/evoke.js`, ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}

const imported = JSON.parse(evoke(["table", "list", "--json"], true)) as { name: string }[];
if (!imported.some(({ name }) => name === TABLE)) {
  const file = process.argv[2] ?? `${root}../shared/data/${TABLE}.csv.gz`;
  if (!existsSync(file)) {
    process.stderr.write(
      `The table ${TABLE} is not imported yet, and there is no ${file}.\n  Say where it is: npm start -- FOLDER/${TABLE}.csv.gz\n`,
    );
    process.exit(2);
  }
  process.stdout.write(evoke(["table", "add", file]).split("\n")[0] + "\n\n");
}
for (const manifest of ["random-search", "ase-nas"]) {
  process.stdout.write(`${evoke(["run", `manifests/paper/${manifest}-cifar10.json`, "--seeds", "50"])}\n`);
}
