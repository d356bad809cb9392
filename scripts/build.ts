/**
 * Builds dist/ from nothing: plain JavaScript and declarations for Node and for plugin authors. Most of the time in which a
 * command starts would go into the modules of packages and into compiling schemas, so that is done here.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { preparedModule } from "./prepared-checks.ts";

const COMMAND = "dist/app/cli/evoke.js";
/** Packages that come as up to two hundred modules. The one module that imports each takes their code in. */
const TAKEN_IN = ["ajv", "canonicalize", "inversify", "jsonc-parser", "leven", "reflect-metadata", "rxjs"];

/** Leaves what our own modules import as it is, but for the packages that are taken in. */
const onlyPackages: Plugin = {
  name: "only packages",
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ path, kind, importer }) => {
      const ours = kind !== "entry-point" && !importer.includes("node_modules");
      const taken = TAKEN_IN.some((name) => path === name || path.startsWith(`${name}/`));
      return ours && !taken ? { path, external: true } : undefined;
    });
  },
};

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
rmSync("dist", { recursive: true, force: true });
const { status } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
process.exitCode = status ?? 1;
if (existsSync(COMMAND)) {
  writeFileSync("dist/core/json/prepared.js", await preparedModule());
  await takeInPackages();
  chmodSync(COMMAND, 0o755);
  // npm makes no link to a package's own command. Without one, the first `npx evoke` in a clone takes
  // six seconds to install the clone into npx's cache.
  const link = "node_modules/.bin/evoke";
  if (process.platform !== "win32") {
    rmSync(link, { force: true });
    symlinkSync(`../../${COMMAND}`, link);
  }
}

async function takeInPackages(): Promise<void> {
  const modules = readdirSync("dist", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".js"))
    .map((path) => join("dist", path));
  const importing = TAKEN_IN.map((name) => {
    const found = modules.filter((path) => new RegExp(`(from|import) "${name}["/]`).test(readFileSync(path, "utf8")));
    if (found.length !== 1) throw new Error(`One module is to import ${name}, for all; found ${found.join(", ") || "none"}`);
    return found[0]!;
  });
  const { metafile } = await build({
    entryPoints: [...new Set(importing)],
    ...{ outdir: "dist", outbase: "dist", allowOverwrite: true },
    ...{ bundle: true, format: "esm", target: "es2022", charset: "utf8", logLevel: "warning" },
    ...{ conditions: ["es2015", "import"], mainFields: ["module", "main"] }, // the one of the forms of a package that can be cut
    legalComments: "none",
    metafile: true,
    plugins: [onlyPackages],
  });
  writeFileSync("dist/licenses.txt", licensesOf(Object.keys(metafile.inputs)));
}

/** The licenses of the packages that these modules are of. */
function licensesOf(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
  });
  return `Modules of dist/ have code of these packages taken in.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
