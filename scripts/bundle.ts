/**
 * What makes dist/ quick to load. A module takes half a millisecond to be found, read and linked, whatever is in it, and a
 * search needs a hundred of ours and five hundred of packages. So packages are taken into the modules that import them, and
 * those of our modules that every search loads lie together in a few files. Each module is still there under its own
 * path, as a door to that file: whoever imports it, a plugin outside this package too, gets the same classes.
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin, transform } from "esbuild";
import { type GetModuleInfo, rollup } from "rollup";
import { takingUpMaps } from "./package/source-maps.ts";

/** Packages of up to two hundred modules each. The one module that imports it takes its code in. Not ajv, which is there for what is wrong. */
const TAKEN_IN = ["canonicalize", "commander", "inversify", "jsonc-parser", "leven", "reflect-metadata", "rxjs"];
/** Small packages that several of our modules import. */
const SHARED = ["@noble/hashes", "pure-rand"];
/** What a search loads begins with these: some are imported when they are needed, as nearly all need them. */
const BEGINNINGS = [
  ...["app/cli/evoke.js", "app/cli/commands/run.js", "app/cli/commands/validate.js", "app/host/dry-trainer.js"],
  ...["core/kernel.js", "core/table/table-file.js"],
];
/** Too large for those who do without. */
const LARGE = "core/kernel.js";

const isOf = (specifier: string, packages: readonly string[]) =>
  packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));

/**
 * Bundles the modules of dist/ in place. The working folder is the repository.
 * @param others  further files whose code is in dist/
 */
export async function bundle(others: readonly string[]): Promise<void> {
  const modules = readdirSync("dist", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".js"))
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.startsWith("app/page/")); // made by bundle-page.ts
  const inputs = [...others, ...(await takeIn(modules)), ...(await layTogether(modules))];
  writeFileSync("dist/licenses.txt", licensesOf(inputs));
}

/** @returns the files whose code is in dist/ now */
async function takeIn(modules: readonly string[]): Promise<string[]> {
  const importing = TAKEN_IN.map((name) => {
    const found = modules.filter((path) => new RegExp(`(from|import) "${name}["/]`).test(readFileSync(join("dist", path), "utf8")));
    if (found.length !== 1) throw new Error(`One module is to import ${name} for all; found ${found.join(", ") || "none"}`);
    return found[0]!;
  });
  const onlyPackages: Plugin = {
    name: "only packages",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /./ }, ({ path, kind, importer }) => {
        const ours = kind !== "entry-point" && !importer.includes("node_modules");
        return isBuiltin(path) || (ours && !isOf(path, TAKEN_IN)) ? { path, external: true } : undefined;
      });
      // Parsed in two thirds of the time; our own code keeps its names, which errors show.
      onLoad({ filter: /node_modules.*\.[cm]?js$/ }, ({ path }) =>
        transform(readFileSync(path, "utf8"), { minify: true }).then(({ code }) => ({ contents: code })),
      );
    },
  };
  const inputs: string[] = [];
  for (const path of new Set(importing)) {
    const { metafile } = await build({
      entryPoints: [join("dist", path)],
      ...{ outfile: join("dist", path), allowOverwrite: true, metafile: true, plugins: [onlyPackages], legalComments: "none" },
      ...{ bundle: true, format: "esm", target: "es2022", charset: "utf8", logLevel: "warning" },
      ...{ sourcemap: true, sourcesContent: false },
      ...{ conditions: ["es2015", "import"], mainFields: ["module", "main"] }, // forms of packages that can be cut
      // Packages in CommonJS call it for what is built into Node.
      ...(path.startsWith("app/") && {
        banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
      }),
    });
    inputs.push(...Object.keys(metafile.inputs));
  }
  return inputs;
}

/** @returns the files whose code is in dist/ now */
async function layTogether(modules: readonly string[]): Promise<string[]> {
  let files: ReadonlyMap<string, string> | undefined;
  const bundled = await rollup({
    input: Object.fromEntries(modules.map((path) => [path.replace(/\.js$/, ""), join("dist", path)])),
    external: (specifier) => /^[^./]/.test(specifier) && !isOf(specifier, SHARED),
    plugins: [
      takingUpMaps,
      {
        name: "shared packages",
        resolveId: (specifier) => (isOf(specifier, SHARED) ? fileURLToPath(import.meta.resolve(specifier)) : null),
      },
    ],
    treeshake: false,
    onwarn: ({ code, message }) => {
      // TypeScript's helpers ask for the first; modules with nothing but types are the second.
      if (code !== "THIS_IS_UNDEFINED" && code !== "EMPTY_BUNDLE") throw new Error(message);
    },
  });
  const { output } = await bundled.write({
    ...{ dir: "dist", format: "es", entryFileNames: "[name].js", chunkFileNames: "[name].js", hoistTransitiveImports: false },
    ...{ sourcemap: true, sourcemapExcludeSources: true },
    manualChunks: (id, { getModuleInfo }) => (files ??= filesOf(getModuleInfo, modules)).get(id),
  });
  return output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
}

/** In which file, without its ending, each module lies. */
function filesOf(getModuleInfo: GetModuleInfo, modules: readonly string[]): ReadonlyMap<string, string> {
  const dist = `${resolve("dist")}/`;
  const closure = (from: string, found = new Set<string>()): Set<string> => {
    if (found.has(from)) return found;
    found.add(from);
    for (const imported of getModuleInfo(from)!.importedIds) if (imported.startsWith(dist)) closure(imported, found);
    return found;
  };
  const pathOf = (module: string) => module.slice(dist.length).replace(/\.js$/, "");
  // What asks where it lies stays where it is; it may import nothing that is laid elsewhere.
  const isApart = (module: string) =>
    [LARGE, BEGINNINGS[0], ...entries].includes(`${pathOf(module)}.js`) || /\bimport\.meta\b/.test(readFileSync(module, "utf8"));
  const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly exports: Record<string, { readonly default?: string }>;
  };
  const entries = Object.values(exports).map((entry) => entry.default?.replace("./dist/", "")); // they export what they say, and no more
  const always = closure(dist + BEGINNINGS[0]!);
  const files = new Map<string, string>();
  for (const module of BEGINNINGS.flatMap((path) => [...closure(dist + path)])) {
    const path = pathOf(module);
    const layer = /^(app|training)\//.test(path) ? "app" : "core"; // core and plugins run in a browser, app does not
    const part = always.has(module) || path.startsWith("core/errors/") ? "always" : path.startsWith("core/engine/") ? "engine" : "search";
    files.set(module, isApart(module) ? path : `${layer}/bundled-${part}`);
  }

  // Of the others, those that are always needed together lie in one file.
  const all = modules.map((path) => dist + path);
  const needed = new Map<string, string[]>();
  // Files that import each other are not to be: what lies apart is a beginning, too.
  for (const beginning of all.filter((module) => isBeginning(module) || isApart(module)))
    for (const module of closure(beginning)) needed.set(module, [...(needed.get(module) ?? []), beginning]);
  const groups = new Map<string, string[]>();
  for (const module of all) {
    if (files.has(module)) continue;
    // What nothing is assigned to would lie with whatever imports it.
    const key = isApart(module) ? module : [pathOf(module).split("/")[0], ...(needed.get(module) ?? [module])].join();
    groups.set(key, [...(groups.get(key) ?? []), module]);
  }
  for (const group of groups.values()) {
    const path = pathOf(group.find(isBeginning) ?? group[0]!);
    for (const module of group) files.set(module, group.length === 1 ? path : join(dirname(path), `bundled-${basename(path)}`));
  }
  return files;

  function isBeginning(module: string): boolean {
    const { importers, dynamicImporters } = getModuleInfo(module)!;
    return importers.length === 0 || dynamicImporters.length > 0;
  }
}

/** The licenses of the packages that these files are of. */
function licensesOf(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((path) => /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
  });
  return `Modules of dist/ have code of these packages taken in.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
