import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type OpenExperiment, openExperiment } from "../../../app/browser/index.ts";
import { runExperiment } from "../../../app/host/index.ts";
import { EvokeError } from "../../../core/errors/evoke-error.ts";
import type { SearchEvent } from "../../../core/record/events.ts";
import { BROWSER_ABSENT, browserFor, hasBrowser } from "../../support/browser.ts";
import { when } from "../../when.ts";

const inBrowser = when(test, hasBrowser, BROWSER_ABSENT);
const browser = browserFor(test);
const root = new URL("../../../", import.meta.url);
const bytes = readFileSync(new URL("tables/digits-201.arrow.gz", root));
const tables = { "digits-201": bytes };
const { $schema: _, ...aseNas } = JSON.parse(readFileSync(new URL("manifests/ase-nas.json", root), "utf8"));
const { subspaces: __, ...wholeSpace } = aseNas;
const SEEDS = [1, 2];
const seeds = { first: SEEDS[0], count: SEEDS.length };
/** Each with as many queries as a test may take. */
const METHODS: Readonly<Record<string, object>> = {
  "ase-nas": { ...aseNas, seeds },
  random: { ...wholeSpace, controller: "random", reward: ["absolute"], seeds },
  "regularized-evolution": { ...wholeSpace, controller: "regularized-evolution", reward: ["absolute"], seeds },
  evoke: { ...wholeSpace, controller: "evoke", reward: ["absolute"], budget: { queries: 40 }, seeds },
};

/** All that comes of a manifest, as text. It runs in the page as well. */
async function documentOf(open: (manifest: object) => Promise<OpenExperiment>, manifest: object): Promise<string> {
  const { name, digest, metric, seeds, run } = await open(manifest);
  const runs = [];
  for (const seed of seeds) runs.push(await run(seed));
  return JSON.stringify({ name, digest, metric, runs });
}

inBrowser("ASE-NAS, random search, evolution and evoke give in Chromium what they give on Node, byte for byte", async () => {
  const page = await browser.page();
  const { outputFiles } = await build({
    entryPoints: [new URL("app/browser/index.ts", root).pathname],
    ...{ bundle: true, write: false, format: "iife", globalName: "evoke", platform: "browser", target: "es2022", logLevel: "error" },
  });
  await page.addScriptTag({ content: outputFiles[0]!.text });
  await page.addScriptTag({ content: `globalThis.documentOf = ${documentOf}; globalThis.__name = (value) => value;` });
  for (const [name, manifest] of Object.entries(METHODS)) {
    const found = await page.evaluate(
      async ({ manifest, table }) => {
        const { evoke, documentOf } = globalThis as never as {
          evoke: { openExperiment: typeof openExperiment };
          documentOf: typeof documentOfType;
        };
        const tables = { "digits-201": Uint8Array.from(atob(table), (character) => character.charCodeAt(0)) };
        return documentOf((manifest) => evoke.openExperiment(manifest, { tables }), manifest);
      },
      { manifest, table: bytes.toString("base64") },
    );
    assert.is(found, await documentOf((manifest) => openExperiment(manifest, { tables }), manifest), name);
  }
  assert.equal(page.problems, []);
});
declare const documentOfType: typeof documentOf;

inBrowser("the page of the guide shows what Node finds", async () => {
  const guide = readFileSync(new URL("docs/guide/programs/in-a-browser.md", root), "utf8");
  const block = (file: string) => guide.split(`file=${file}\n`)[1]!.split("```")[0]!;
  const { outputFiles } = await build({
    stdin: { contents: block("page.js"), resolveDir: fileURLToPath(root) },
    alias: { "evoke-nas/browser": fileURLToPath(new URL("app/browser/index.ts", root)) },
    ...{ bundle: true, write: false, format: "esm", platform: "browser", target: "es2022", logLevel: "warning" },
  });
  const files: Readonly<Record<string, string | Buffer>> = {
    "/": block("index.html"),
    "/bundle.js": outputFiles[0]!.text,
    "/manifests/ase-nas.json": readFileSync(new URL("manifests/ase-nas.json", root)),
    "/digits-201.packed.gz": readFileSync(new URL("dist/tables/digits-201.packed.gz", root)),
  };
  const page = await browser.page();
  await page.route("http://evoke.test/**", (route) => {
    const { pathname } = new URL(route.request().url());
    const body = files[pathname];
    const contentType = pathname.endsWith(".js") ? "text/javascript" : pathname === "/" ? "text/html" : "application/octet-stream";
    return body === undefined ? route.fulfill({ status: 204 }) : route.fulfill({ body, contentType });
  });
  await page.goto("http://evoke.test/");
  await page.locator("output", { hasText: "nor_conv" }).waitFor();
  const { best } = (await (await openExperiment(aseNas, { tables })).run(1)).result;
  assert.is(await page.locator("output").textContent(), `${best.architecture} ${best.score}`);
  assert.equal(page.problems, []);
});

test("what openExperiment runs is what runExperiment runs: the digest and the results", async () => {
  for (const manifest of Object.values(METHODS)) {
    const { digest, seeds, run } = await openExperiment(manifest, { tables });
    const expected = await runExperiment(manifest, { workers: 1 });
    assert.is(digest, expected.digest);
    for (const [i, seed] of seeds.entries()) {
      const { centres: _, ...result } = (await run(seed)).result;
      const { wallSeconds: __, ...same } = expected.runs[i]!;
      assert.is(JSON.stringify(result), JSON.stringify(same));
    }
  }
});

test("a run that waits for its turns tells the same events as one that does not, and waits", async () => {
  const { run } = await openExperiment({ ...aseNas, budget: { queries: 10, cost: "official" } }, { tables });
  const told = async (turn?: () => Promise<void>) => {
    const events: SearchEvent[] = [];
    await run(3, { onEvent: (event) => void events.push(event), ...(turn && { turn }) });
    return events;
  };
  let turns = 0;
  const inTurns = await told(async () => void turns++);
  assert.is(turns, 4 + 10);
  assert.equal(inTurns, await told());

  const events: SearchEvent[] = [];
  let pass = () => {};
  const turn = ({ query }: { query: number }) => (query < 2 ? Promise.resolve() : new Promise<void>((resolve) => (pass = resolve)));
  const ended = run(3, { onEvent: (event) => void events.push(event), turn });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const last = events.at(-1)!;
  assert.is(last.type === "architecture.proposed" && last.query, 2);
  pass();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.is(events.filter(({ type }) => type === "architecture.proposed").length, 4);
  void ended;
});

test("what is missing is told by its name, and what was given", async () => {
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => new EvokeError("CANNOT_READ", "nothing failed"),
      (error: EvokeError) => error,
    );
  const noTable = await failure(openExperiment(aseNas, { tables: { "digits-20": bytes } }));
  assert.is(noTable.code, "TABLE_MISSING");
  assert.match(noTable.message, 'Did you mean "digits-20"?');
  const observers = await failure(openExperiment({ ...aseNas, observers: ["recorder"] }, { tables }));
  assert.match(observers.message, "/observers: take them out");
  const noModule = await failure(openExperiment({ ...aseNas, plugins: ["./mine.js"] }, { tables }));
  assert.is(noModule.code, "MODULE_UNLOADABLE");
  const noProcesses = await failure(
    openExperiment({
      ...aseNas,
      evaluator: {
        use: "command",
        options: { command: ["train"], metric: { name: "accuracy", dataset: "mine", epochs: 1, unit: "percent" } },
      },
    }),
  );
  assert.is(noProcesses.code, "DEPENDENCY_MISSING");
  const noRuns = await failure(
    openExperiment(
      { ...aseNas, subspaces: { count: 2, radius: 1, initial: { use: "from-run", options: { experiment: "a.json" } } } },
      { tables },
    ),
  );
  assert.is(noRuns.code, "DEPENDENCY_MISSING");
});

test("a manifest names plugins of modules that are given", async () => {
  const always = {
    ...{ kind: "controller", name: "always", summary: "Proposes one cell", options: { type: "object", properties: {} }, needs: ["space"] },
    create: (_: object, { space }: { space: { decode(text: string): readonly number[] } }) => ({
      propose: () => ({ architecture: space.decode("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|") }),
      observe() {},
    }),
  };
  const manifest = { ...wholeSpace, plugins: ["mine"], controller: "always", reward: ["absolute"], budget: { queries: 3 } };
  const opened = (version: string) => openExperiment(manifest, { tables, modules: { mine: { exports: { always }, version } } });
  const { digest, run } = await opened("1");
  assert.is((await run(1)).result.distinct, 1);
  assert.is.not((await opened("2")).digest, digest);
});

test.run();
