/** `evoke new KIND NAME --package`: what makes an npm package of a plugin. @module */
import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import process from "node:process";
import { readableJson } from "../../../../core/json/readable-json.ts";
import type { Kind } from "../../../../core/plugin/plugin.ts";
import { VERSION } from "../../../../core/version.ts";
import { PACKAGE_FOLDER } from "../../../host/package-folder.ts";
import { inWorkingFolder, type NewFiles, withArticle } from "./new-files.ts";
import { pluginTexts } from "./plugin-template.ts";

/** What a plugin's tests need beside Evoke. */
export const TEST_PACKAGE = "fast-check";

/** By their paths in the package. */
export function packageFiles(kind: Kind, name: string, typescript: boolean): NewFiles {
  const ending = typescript ? ".ts" : ".js";
  const { plugin, test, manifest, summary } = pluginTexts(kind, name, `./${name}${ending}`, name);
  return {
    [name + ending]: plugin,
    [`${name}.test${ending}`]: test,
    [`${name}.json`]: manifest,
    "package.json": `${readableJson(packageJson(name, summary, typescript))}\n`,
    ...(typescript && { "tsconfig.json": `${readableJson(TSCONFIG)}\n` }),
    "README.md": readme(kind, name, summary, manifest),
    ".gitignore": `node_modules/\n${typescript ? "dist/\n" : ""}results/\n`,
  };
}

/** Where npm finds the Evoke that runs: a version of it, or the folder of a clone. */
export function ownSpecifier(folder: string): string {
  if (isInstalled()) return `^${VERSION}`;
  return `file:${relative(folder, PACKAGE_FOLDER).replaceAll(sep, "/")}`;
}

/** How the command is called here, for what to do next. */
export function evokeCommand(): string {
  if (!("Deno" in globalThis)) return process.env.npm_command === "exec" ? "npx evoke" : "evoke";
  return isInstalled() ? "deno run -A --v8-flags=--no-maglev npm:evoke-nas/evoke" : "deno task evoke";
}

/** As a package, and not a clone. */
function isInstalled(): boolean {
  return PACKAGE_FOLDER.split(sep).includes("node_modules");
}

function packageJson(name: string, description: string, typescript: boolean) {
  const { devDependencies } = JSON.parse(readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8")) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const tools = typescript ? ["@types/node", TEST_PACKAGE, "typescript"] : [TEST_PACKAGE];
  return {
    name,
    version: "0.1.0",
    description,
    keywords: ["evoke-nas", "neural architecture search"],
    type: "module",
    engines: { node: ">=20" },
    exports: { ".": typescript ? { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` } : `./${name}.js` },
    files: typescript ? ["dist", "!dist/*.test.*", `${name}.json`] : [`${name}.js`, `${name}.json`],
    scripts: typescript
      ? { build: "tsc", prepare: "npm run build", test: `npm run build && node --test dist/${name}.test.js` }
      : { test: `node --test ${name}.test.js` },
    peerDependencies: { "evoke-nas": `^${VERSION}` },
    devDependencies: {
      "evoke-nas": ownSpecifier(inWorkingFolder(name)),
      ...Object.fromEntries(tools.map((tool) => [tool, devDependencies[tool]])),
    },
  };
}

const TSCONFIG = {
  compilerOptions: {
    target: "es2022",
    lib: ["es2023"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    rewriteRelativeImportExtensions: true,
    rootDir: ".",
    outDir: "dist",
    declaration: true,
    sourceMap: true,
    skipLibCheck: true,
  },
  include: ["*.ts"],
};

function readme(kind: Kind, name: string, summary: string, manifest: string): string {
  return `# ${name}

${summary}: ${withArticle(kind)} for searches of neural architectures with Evoke.

\`\`\`sh
npm install evoke-nas ${name}
\`\`\`

A manifest names the package under \`plugins\`, and in its place the plugin:

\`\`\`json
${manifest}\`\`\`

It is \`${name}.json\` in this package. To change the plugin, test it, and try it:

\`\`\`sh
npm install
npm test
npx evoke run ${name}.json
\`\`\`
`;
}
