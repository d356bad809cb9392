/**
 * Makes docs/search.html: searches of digits-201, step by step, in one file that needs no server and no network. It has the
 * core that runs everywhere, a few plugins, and of the table what they look up.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { deflateSync } from "fflate";
import { pluginsOf } from "../../app/page/search/methods.ts";
import type { PackedColumn, PackedTable } from "../../app/page/search/packed-table.ts";
import { optionsName } from "../../core/manifest/slots.ts";
import type { Values } from "../../core/table/table.ts";
import { readTable } from "../../core/table/table-file.ts";
import { preparedModules } from "../prepared-checks.ts";

const root = new URL("../../", import.meta.url);
const pathOf = (path: string) => fileURLToPath(new URL(path, root));
/** Of the table: what the searches go by, what their answers are tested by, and what is charged. */
const COLUMNS = ["digits_validation_4", "digits_test_10", "train_seconds_4"];
/** Unpacks the program, and runs it: its hash stands in the page's policy as well. */
const LOADER = `(async () => {
  const packed = Uint8Array.from(atob(document.getElementById("program").textContent), (character) => character.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const script = document.createElement("script");
  script.textContent = await new Response(unpacked).text();
  document.body.append(script);
})().catch(() => {
  document.getElementById("search").textContent = "This page needs a browser of 2024 or later.";
});`;
/** Browsers allow a page to run what is here, and to load nothing. */
const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The text of the page. */
export async function searchPage(): Promise<string> {
  const [{ script, style }, table] = await Promise.all([bundled(), packedTable()]);
  const policy = `default-src 'none'; script-src ${hashOf(LOADER)} ${hashOf(script)} 'wasm-unsafe-eval'; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<!-- Made from app/page/search/ by \`npm run docs\`; do not edit. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Automatic Subspace Evoking, step by step</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Automatic Subspace Evoking, step by step</h1>
<p>ASE-NAS searches for a network in two decisions. It keeps K good architectures; each is the centre of a <i>subspace</i>,
all architectures that differ from it in at most M places. A policy first <i>evokes</i> one of the subspaces, reading the
graph of their centres, and then modifies its centre in M places. The candidate is measured; if it is better, it becomes the
centre, and the subspace moves. What the policy learns from is the improvement on the centre, so that it learns where, and
by which modifications, something is to be gained.</p>
<p>Here it searches the 15,625 cells of <i>digits-201</i>, a table of small networks that were trained on handwritten digits,
so a query takes no time, and you can look at every decision. Regularized evolution, random search and Evoke's own method,
<i>evoke</i>, search the same table with the same seed. It is Evoke itself that runs in this page: the same manifest and seed
give the same result on the command line, to the last bit.</p>
</header>
<main id="search"><noscript><p>This page runs a search, which needs JavaScript.</p></noscript></main>
<footer><p>Images: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI, doi:10.24432/C50P49 (CC BY 4.0).</p></footer>
<script id="table" type="application/json">${JSON.stringify(table)}</script>
<script id="program" type="application/octet-stream">${deflated(new TextEncoder().encode(script))}</script>
<script>${LOADER}</script>
</body>
</html>
`;
}

async function bundled(): Promise<{ readonly script: string; readonly style: string }> {
  const { outputFiles } = await build({
    absWorkingDir: pathOf("."),
    entryPoints: ["main.tsx", "search.css"].map((file) => pathOf(`app/page/search/${file}`)),
    outdir: "search",
    plugins: [checksAsCode],
    ...{ write: false, bundle: true, minify: true, format: "iife", platform: "browser", target: "es2022", charset: "utf8" },
    ...{ legalComments: "none", logLevel: "warning", logOverride: { "empty-import-meta": "silent" } },
  });
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text.trim();
  return { script: text(".js"), style: text(".css") };
}

/**
 * Puts compiled checks of the page's own manifests in the place of ajv, which makes code of schemas: the page's policy
 * forbids that. What they find wrong is told without the details.
 */
const checksAsCode: Plugin = {
  name: "checks as code",
  async setup({ onResolve, onLoad }) {
    const names = ["experiment", ...pluginsOf(() => {}).map(({ kind, name }) => optionsName(kind, name))];
    const modules = new Map(await preparedModules((name) => names.includes(name)));
    modules.set("schema.js", 'export const problemsOf = (_, __, at) => [(at || "/") + ": is not as its schema says"];');
    const namespace = "checks";
    onResolve({ filter: /\/(prepared|schema)\.ts$/ }, ({ path, resolveDir }) =>
      resolveDir === pathOf("core/json") ? { path: path.replace("./", "").replace(/ts$/, "js"), namespace } : undefined,
    );
    onResolve({ filter: /./, namespace }, ({ path }) => ({ path: path.replace("./", ""), namespace }));
    onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: modules.get(path)! }));
  },
};

/** What the page has of digits-201. */
export async function packedTable(): Promise<PackedTable> {
  const table = await readTable(readFileSync(pathOf("tables/digits-201.arrow.gz")), "tables/digits-201.arrow.gz");
  const { columns, ...description } = table.description;
  const wanted = Object.fromEntries(COLUMNS.map((name) => [name, columns[name]!]));
  return {
    description: { ...description, columns: wanted },
    digest: table.digest,
    columns: Object.fromEntries(COLUMNS.map((name) => [name, packed(table.values(name))])),
  };
}

function packed(column: Values): PackedColumn {
  const values = [...new Set(column)].sort((a, b) => a - b);
  const places = Array.from(column, (value) => values.indexOf(value));
  const bytes = Uint8Array.from([...places.map((place) => place & 255), ...places.map((place) => place >> 8)]);
  return { values, rows: deflated(bytes) };
}

/** The same bytes on every machine, which Node's own zlib does not give. @returns raw DEFLATE, base64 */
function deflated(bytes: Uint8Array): string {
  return Buffer.from(deflateSync(bytes, { level: 9 })).toString("base64");
}
