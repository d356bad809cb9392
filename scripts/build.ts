/**
 * Builds dist/ from nothing: plain JavaScript and declarations for Node and for plugin authors. What would take most of
 * the time in which a command starts is done here: compiling schemas, and finding the modules of packages.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";
import { bundlePage } from "./bundle-page.ts";
import { packTables } from "./package/pack-table.ts";
import { preparedModules } from "./prepared-checks.ts";
import { trim } from "./trim.ts";

const COMMAND = "dist/app/cli/evoke.js";
process.chdir(fileURLToPath(new URL("..", import.meta.url)));
rmSync("dist", { recursive: true, force: true });
const { status } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
process.exitCode = status ?? 1;
if (existsSync(COMMAND)) {
  mkdirSync("dist/core/json/prepared");
  for (const [path, text] of await preparedModules()) writeFileSync(`dist/core/json/${path}`, text);
  const inPages = await bundlePage();
  await bundle(inPages);
  await trim();
  packTables("dist/tables");
  for (const file of readdirSync("training/pytorch"))
    if (file.endsWith(".py")) copyFileSync(`training/pytorch/${file}`, `dist/training/pytorch/${file}`);
  chmodSync(COMMAND, 0o755);
  // npm makes no link to a package's own command. Without one, the first `npx evoke` in a clone takes
  // six seconds to install the clone into npx's cache.
  const link = "node_modules/.bin/evoke";
  if (process.platform !== "win32") {
    rmSync(link, { force: true });
    symlinkSync(`../../${COMMAND}`, link);
  }
}
