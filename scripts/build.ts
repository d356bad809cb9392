/**
 * Builds dist/ from nothing: plain JavaScript and declarations for Node and for plugin authors.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
rmSync("dist", { recursive: true, force: true });
const { status } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
if (existsSync("dist/cli/evoke.js")) chmodSync("dist/cli/evoke.js", 0o755);
process.exitCode = status ?? 1;
