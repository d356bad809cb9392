/**
 * The layer rules of the repository, each with its reason.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { test } from "uvu";
import * as assert from "uvu/assert";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)));
const sources = tracked.filter((path) => path.endsWith(".ts"));
const within = (...folders: string[]) => sources.filter((path) => folders.includes(path.split("/")[0]!));

/** The folders that hold plugins; each imports core and itself. */
const PLUGIN_FOLDERS = ["spaces", "controllers", "evaluators", "plugins"];
/** The one file that knows them all. */
const CATALOGUE = "plugins/catalogue.ts";
/** Packages that run in Node, Deno and a browser. */
const PORTABLE_PACKAGES = [
  "@noble/hashes",
  "@uwdata/flechette",
  "ajv",
  "canonicalize",
  "fflate",
  "inversify",
  "jsonc-parser",
  "leven",
  "pure-rand",
  "reflect-metadata",
  "rxjs",
  "yaml",
];
/** Names that only some runtimes have, and the console, which belongs to the command. */
const UNPORTABLE_GLOBALS = ["Buffer", "Deno", "__dirname", "__filename", "console", "document", "global", "process", "require", "window"];

const trees = new Map<string, ts.SourceFile>();
function tree(path: string): ts.SourceFile {
  const known = trees.get(path) ?? ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  trees.set(path, known);
  return known;
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  node.forEachChild((child) => visit(child, look));
}

/** What a file imports, statically, dynamically or as a type: paths from the root, or packages. */
function imports(path: string): string[] {
  return ts
    .preProcessFile(tree(path).text, true, true)
    .importedFiles.map(({ fileName }) => (fileName.startsWith(".") ? posix.join(dirname(path), fileName) : fileName));
}

const packageOf = (specifier: string) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
const isFile = (specifier: string) => specifier.endsWith(".ts") || specifier.endsWith(".json");

/** Breaches as lines, so that a failure lists all of them. */
function none(breaches: readonly string[], why: string): void {
  assert.is(breaches.join("\n"), "", why);
}

test("core imports no other folder: everything else is built on it", () => {
  none(
    within("core").flatMap((path) =>
      imports(path)
        .filter((target) => isFile(target) && !target.startsWith("core/"))
        .map((target) => `${path} imports ${target}`),
    ),
    "core may import core only",
  );
});

test("plugins import core only, never each other: any of them can be taken away", () => {
  none(
    within(...PLUGIN_FOLDERS)
      .filter((path) => path !== CATALOGUE)
      .flatMap((path) =>
        imports(path)
          .filter((target) => isFile(target) && !target.startsWith("core/") && !target.startsWith(`${path.split("/")[0]}/`))
          .map((target) => `${path} imports ${target}`),
      ),
    "a plugin may import core and its own folder only",
  );
});

test("training imports core only, and is imported by the command only: TensorFlow.js and Node stay there", () => {
  none(
    [
      ...within("training").flatMap((path) =>
        imports(path)
          .filter((target) => isFile(target) && !target.startsWith("core/") && !target.startsWith("training/"))
          .map((target) => `${path} imports ${target}`),
      ),
      ...within("core", ...PLUGIN_FOLDERS, "training", "cli").flatMap((path) =>
        imports(path)
          .filter((target) => packageOf(target).startsWith("@tensorflow/") && !path.startsWith("training/"))
          .map((target) => `${path} imports ${target}`),
      ),
    ],
    "the trainer is handed to plugins as a dependency",
  );
});

test("nothing imports the command or the tests but themselves and scripts", () => {
  none(
    within("core", ...PLUGIN_FOLDERS, "training", "cli").flatMap((path) =>
      imports(path)
        .filter((target) => target.startsWith("test/") || (target.startsWith("cli/") && !path.startsWith("cli/")))
        .map((target) => `${path} imports ${target}`),
    ),
    "cli and test are the outermost layers",
  );
});

test("core and plugins import only packages that run everywhere, so no Node API and no TensorFlow", () => {
  none(
    within("core", ...PLUGIN_FOLDERS).flatMap((path) =>
      imports(path)
        .filter((target) => !isFile(target) && !PORTABLE_PACKAGES.includes(packageOf(target)))
        .map((target) => `${path} imports ${target}`),
    ),
    "known to be portable: " + PORTABLE_PACKAGES.join(", "),
  );
});

test("only core/kernel.ts knows inversify", () => {
  none(
    sources.filter((path) => path !== "core/kernel.ts" && imports(path).some((target) => packageOf(target) === "inversify")),
    "plugins are plain literals",
  );
});

test("core and plugins use no global that a runtime may lack, and no console", () => {
  const breaches: string[] = [];
  for (const path of within("core", ...PLUGIN_FOLDERS)) {
    const own = new Set<string>();
    visit(tree(path), (node) => {
      if ((ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) && ts.isIdentifier(node.name))
        own.add(node.name.text);
    });
    visit(tree(path), (node) => {
      if (!ts.isIdentifier(node) || !UNPORTABLE_GLOBALS.includes(node.text) || own.has(node.text)) return;
      const { parent } = node;
      // `clock.process`, `{ process: … }` and `process(): …` name a property, not the global.
      const property =
        (ts.isPropertyAccessExpression(parent) && parent.name === node && parent.expression.getText() !== "globalThis") ||
        ((ts.isPropertyAssignment(parent) ||
          ts.isPropertySignature(parent) ||
          ts.isMethodDeclaration(parent) ||
          ts.isMethodSignature(parent)) &&
          parent.name === node);
      if (!property) breaches.push(`${path}:${tree(path).getLineAndCharacterOfPosition(node.getStart()).line + 1} uses ${node.text}`);
    });
  }
  none(breaches, "they run unchanged in Node, Deno and a browser");
});

/** The files whose default export is a plugin literal, with the name that it has. */
const plugins = within(...PLUGIN_FOLDERS).flatMap((path) => {
  const found: { path: string; name: string }[] = [];
  visit(tree(path), (node) => {
    if (!ts.isCallExpression(node) || node.expression.getText() !== "plugin") return;
    visit(node, (inner) => {
      if (ts.isPropertyAssignment(inner) && inner.parent === node.arguments[0] && inner.name.getText() === "name")
        found.push({ path, name: ts.isStringLiteral(inner.initializer) ? inner.initializer.text : inner.initializer.getText() });
    });
  });
  return found;
});

test("a built-in plugin is one file, named as manifests name the plugin", () => {
  assert.ok(plugins.length > 0);
  none(
    plugins.filter(({ path, name }) => posix.basename(path, ".ts") !== name).map(({ path, name }) => `${path} holds ${name}`),
    "the file carries the plugin's name",
  );
});

test("every built-in plugin is in the catalogue, and so in docs/plugins.md", () => {
  const catalogued = imports(CATALOGUE);
  none(
    plugins.filter(({ path }) => !catalogued.includes(path)).map(({ path }) => path),
    `add it to ${CATALOGUE}`,
  );
});

test("every built-in plugin has a test that runs the contract suite of its kind", () => {
  const breaches: string[] = [];
  for (const { path } of plugins) {
    const file = `test/${path.replace(/\.ts$/, ".test.ts")}`;
    if (!sources.includes(file)) breaches.push(`${file} is missing`);
    else if (!callsContract(file)) breaches.push(`${file} calls no suite of test/contracts`);
  }
  none(breaches, "a plugin is tested beside its kind's contract");
});

function callsContract(file: string): boolean {
  const suites = new Set<string>();
  let called = false;
  visit(tree(file), (node) => {
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return;
    if (!posix.join(dirname(file), node.moduleSpecifier.text).startsWith("test/contracts/")) return;
    const names = node.importClause?.namedBindings;
    if (names && ts.isNamedImports(names)) for (const { name } of names.elements) suites.add(name.text);
  });
  visit(tree(file), (node) => {
    if (ts.isCallExpression(node) && suites.has(node.expression.getText())) called = true;
  });
  return called;
}

test("files are named in kebab-case", () => {
  none(
    tracked.filter((path) => path.includes("/") && !path.split("/").every((part) => /^\.?[a-z0-9]+([-.][a-z0-9]+)*$/.test(part))),
    "lower-case words joined by hyphens",
  );
});

test("nothing names a registry host, or a path of some machine", () => {
  const machinePath = new RegExp(`(?<![\\w.~)}/])/(${["work", "root", "home", "Users"].join("|")})/`);
  const registryHost = /\bregistry\.[a-z]+\.(?:org|com|io|net|cn)\b|^\s*registry\s*=|"resolved":\s*"http/m;
  const breaches: string[] = [];
  for (const path of tracked) {
    const text = read(path);
    if (text.includes("\0")) continue;
    for (const pattern of [machinePath, registryHost]) {
      const found = pattern.exec(text);
      if (found) breaches.push(`${path}:${text.slice(0, found.index).split("\n").length} has ${found[0].trim()}`);
    }
  }
  none(breaches, "it must work on any machine");
});

test.run();
