/**
 * Packs Evoke and installs it as people do, on each version of Node that is named, and tries what a user would: the
 * commands from a folder whose path has a space and letters outside ASCII, a program with each entry, and its types.
 *
 *   npm run installs -- [NODE …]      programs of Node, by default the one that runs this
 *
 * Another Node comes from npm, too: `npm install node@24` in an empty folder, then node_modules/node/bin/node. Packages
 * are taken from npm's cache where it has them.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CONSUMER, TYPE_SETTINGS } from "./consumer.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const MANIFEST = {
  name: "looked-up",
  space: "nas-bench-201",
  evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
  controller: "random",
  budget: { queries: 20 },
};
/** How it is installed. libsql's library is an optional package: without it runs are kept by Node's own SQLite. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  "as it is": [],
  "without optional packages": ["--omit=optional"],
  "without scripts": ["--ignore-scripts"],
  "for all folders": ["--global"],
};
/** What plugin authors have besides. */
const BESIDE = ["@types/node@20", "fast-check@4"];

const folder = realpathSync(mkdtempSync(join(tmpdir(), "evoke-installs-")));
const npm = process.env.npm_execpath!; // of the npm that runs this
let failed = 0;
try {
  const packed = call(process.execPath, [npm, "pack", "--ignore-scripts", "--silent", "--pack-destination", folder], root);
  const tarball = join(folder, packed.stdout.trim());
  const nodes = process.argv.length > 2 ? process.argv.slice(2).map((path) => resolve(path)) : [process.execPath];
  for (const node of nodes)
    for (const [way, options] of Object.entries(WAYS)) {
      const start = performance.now();
      const problems = tried(node, tarball, way, options);
      const { stdout } = call(node, ["--version"], folder);
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      console.log(`${problems.length === 0 ? "ok" : "✘ "} Node ${stdout.trim()}, installed ${way} (${seconds} s)`);
      for (const problem of problems) console.log(problem.replaceAll(/^/gm, "     "));
      failed += problems.length;
    }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failed > 0) process.exitCode = 1;

/** @returns what went wrong, and what was printed besides */
function tried(node: string, tarball: string, way: string, options: readonly string[]): string[] {
  const place = join(folder, `a folder für ${way}`);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(join(place, "in it"), { recursive: true });
  writeFileSync(join(place, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(place, "in it/looked-up.json"), JSON.stringify(MANIFEST));
  writeFileSync(join(place, "program.ts"), CONSUMER);
  writeFileSync(join(place, "program.js"), CONSUMER); // it needs no types of its own
  const problems: string[] = [];
  const bin = options.includes("--global") ? join(place, "prefix/bin") : join(place, "node_modules/.bin");
  const env = { ...process.env, PATH: [dirname(node), bin, process.env.PATH].join(delimiter), EVOKE_HOME: join(place, "home") };
  const expect = (what: string, program: string, args: readonly string[], silent = true) => {
    const { status, stdout, stderr } = call(program, args, place, env);
    if (status !== 0 || (silent && stderr.trim() !== "")) problems.push(`${what}: status ${status}\n${stdout}${stderr.trim()}`);
  };
  const prefix = options.includes("--global") ? ["--prefix", join(place, "prefix")] : [];
  const install = ["install", ...options, ...prefix, "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=warn", tarball, ...BESIDE];
  expect("npm install", node, [npm, ...install]);
  expect("evoke-nas validate", "evoke-nas", ["validate", "in it/looked-up.json"]);
  const keepsRuns = !options.includes("--omit=optional") || hasOwnSqlite(node);
  if (keepsRuns) expect("evoke run", "evoke", ["run", "in it/looked-up.json", "--seeds", "2", "--quiet", "--out", "kept here"]);
  expect("evoke new", "evoke", ["new", "reward", "my-reward", "--javascript"]);
  if (options.includes("--global")) return problems; // its modules are not for those of other folders
  expect("evoke doctor", "evoke", ["doctor", "my-reward.js", "--trust"], false);
  expect("npx evoke-nas", node, [npm, "exec", "--offline", "--", "evoke-nas", "plugins"]);
  if (!keepsRuns) return problems;
  expect("a program", node, ["program.js"]);
  if (options.length > 0) return problems;
  for (const [name, settings] of Object.entries(TYPE_SETTINGS)) {
    writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions: settings, include: ["program.ts"] }));
    expect(`types, ${name}`, node, [join(root, "node_modules/typescript/bin/tsc"), "--project", "."]);
  }
  return problems;
}

function hasOwnSqlite(node: string): boolean {
  return call(node, ["-p", 'require("node:module").isBuiltin("node:sqlite")'], folder).stdout.trim() === "true";
}

function call(program: string, args: readonly string[], cwd: string, env = process.env) {
  return spawnSync(program, args, { cwd, env, encoding: "utf8", maxBuffer: 2 ** 26 });
}
