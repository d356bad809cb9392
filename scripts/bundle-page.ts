/**
 * Makes what runs in a browser: each folder of `app/page/` that has a `main.ts` or `main.tsx` becomes one script and one
 * style sheet in `dist/app/page/`, named by the folder, with all that they import.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

const FOLDER = "app/page";
/** A page of its own, in docs/ and not in dist/: scripts/pages/search-page.ts makes it. */
const APART = "search";

/** Vega is large, and a dependency: a page loads its own build, which sets this global, before the page's script. */
const vegaIsGlobal: Plugin = {
  name: "Vega is a global",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vega(-util)?$/ }, ({ path }) => ({ path, namespace: "global" }));
    onLoad({ filter: /.*/, namespace: "global" }, () => ({ contents: "module.exports = globalThis.vega" }));
  },
};

/** The working folder is the repository. @returns the files whose code is in them */
export async function bundlePage(): Promise<string[]> {
  const folders = readdirSync(FOLDER).filter((name) => name !== APART);
  const entries = folders.flatMap((name) => {
    const main = ["main.ts", "main.tsx"].map((file) => join(FOLDER, name, file)).find((file) => existsSync(file));
    return main === undefined ? [] : [{ in: main, out: name }];
  });
  const { metafile } = await build({
    entryPoints: entries,
    outdir: join("dist", FOLDER),
    ...{ bundle: true, minify: true, metafile: true, format: "iife", platform: "browser", target: "es2022", charset: "utf8" },
    ...{ jsx: "automatic", jsxImportSource: "preact", plugins: [vegaIsGlobal], legalComments: "none", logLevel: "warning" },
  });
  return Object.keys(metafile.inputs);
}
