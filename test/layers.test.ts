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
const sources = tracked.filter((path) => /\.tsx?$/.test(path));
const within = (...folders: string[]) => sources.filter((path) => folders.includes(path.split("/")[0]!));

/** The one file that knows all plugins. */
const CATALOGUE = "plugins/catalogue.ts";
/**
 * What the files of a folder may import beside each other: folders, or single files. What is not named belongs to no
 * layer, and is refused. `app/report` reads what `app/host` keeps, and runs no code of it.
 */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  spaces: ["core"],
  controllers: ["core"],
  evaluators: ["core"],
  plugins: ["core"],
  [CATALOGUE]: ["core", "spaces", "controllers", "evaluators", "plugins"],
  training: ["core"],
  "app/host": ["core", "training", CATALOGUE],
  "app/report": ["core", "app/host/store", "training/kept-file.ts", "training/files", CATALOGUE],
  "app/browser": ["core", CATALOGUE],
  /** What a browser runs, from bundles in dist/. */
  "app/page": ["core", "app/report/document.ts", "app/report/format.ts", "app/studio/api.ts", CATALOGUE],
  /** A page of its own, with the few plugins that it shows. */
  "app/page/search": ["core", "spaces", "controllers", "evaluators", "plugins", "app/browser/open.ts"],
  "app/studio": ["core", "app/host/store", "app/host/files.ts", "app/report", CATALOGUE],
  "app/cli": ["core", "training", "app/host", "app/report", "app/studio", CATALOGUE, "test/contracts"],
  "test/contracts": ["core", "test/fixtures.ts"],
  test: ["core", "spaces", "controllers", "evaluators", "plugins", "training", "app", "scripts", "bench"],
  scripts: ["core", "spaces", "controllers", "evaluators", "plugins", "training", "app", "test"],
  bench: ["core", "spaces", "controllers", "evaluators", "plugins", "training", "app", "test"],
  /** As a plugin outside this package, which imports the package. */
  "examples/plugins": [],
};
/** Of these no file imports another of the same folder. */
const PLUGIN_FOLDERS = ["spaces", "controllers", "evaluators", "plugins"];
/** Files at the root of a folder. */
const MOST_FILES = 15;
/** Folders that are lists: each file of them has its own place in what they follow. */
const LISTS = ["manifests/paper", "test/fixtures/broken-plugins", "test/fuzz/findings"];
/** Lines of a source file. */
const MOST_LINES = 400;
/** The kernels of one WebAssembly module are one program. */
const LONG = ["core/engine/assembly/kernels.ts"];
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
    .preProcessFile(read(path), true, true)
    .importedFiles.map(({ fileName }) => (fileName.startsWith(".") ? posix.join(dirname(path), fileName) : fileName));
}

const packageOf = (specifier: string) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
const isFile = (specifier: string) => /\.(tsx?|json|css)$/.test(specifier);

/** Breaches as lines, so that a failure lists all of them. */
function none(breaches: readonly string[], why: string): void {
  assert.is(breaches.join("\n"), "", why);
}

/** True if the path is the file, or in the folder. */
const isIn = (path: string, place: string) => path === place || path.startsWith(`${place}/`);
/** The layer of a file: the longest place that it is in. */
const layerOf = (path: string) =>
  Object.keys(LAYERS)
    .filter((place) => isIn(path, place))
    .sort((a, b) => b.length - a.length)[0];

test("a file imports its own layer and those that its layer may import: core nothing else, a plugin core only", () => {
  const breaches: string[] = [];
  for (const path of sources) {
    const layer = layerOf(path);
    if (layer === undefined) {
      breaches.push(`${path} is in no layer: name its folder in LAYERS`);
      continue;
    }
    const own = PLUGIN_FOLDERS.includes(layer) ? [] : [layer];
    for (const target of imports(path).filter(isFile))
      if (![...own, ...LAYERS[layer]!].some((place) => isIn(target, place))) breaches.push(`${path} imports ${target}`);
  }
  none(breaches, "see LAYERS");
});

test("a report runs no code that results name: app/report imports nothing by a name that it is given", () => {
  const breaches: string[] = [];
  for (const path of within("app").filter((path) => path.startsWith("app/report/")))
    visit(tree(path), (node) => {
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && !ts.isStringLiteral(node.arguments[0]!))
        breaches.push(`${path} has ${node.getText()}`);
    });
  none(breaches, "to read results from others is safe");
});

test("only training imports TensorFlow.js: trainers are handed to plugins as a dependency", () => {
  none(
    within("core", ...PLUGIN_FOLDERS, "app").flatMap((path) =>
      imports(path)
        .filter((target) => packageOf(target).startsWith("@tensorflow/"))
        .map((target) => `${path} imports ${target}`),
    ),
    "it is behind one port",
  );
});

test("no files import each other in a circle, types neither", () => {
  const circles = circlesOf(new Map(sources.map((path) => [path, imports(path).filter((target) => sources.includes(target))])));
  none(
    circles.map((circle) => [...circle, circle[0]].join(" → ")),
    "what they share belongs in a file of its own",
  );
});

test("circlesOf() finds each circle once, and shows the way around it", () => {
  const graph = (edges: string) => {
    const found = new Map<string, string[]>();
    for (const [from, to] of edges.split(" ")) {
      found.set(from!, [...(found.get(from!) ?? []), to!]);
      found.set(to!, found.get(to!) ?? []);
    }
    return found;
  };
  assert.equal(circlesOf(graph("ab bc ac cd")), []);
  assert.equal(circlesOf(graph("ab bc ca cd ef fe")), [
    ["a", "b", "c"],
    ["e", "f"],
  ]);
  assert.equal(circlesOf(graph("aa")), [["a"]]);
});

/** For each set of nodes that reach each other (Tarjan 1972), one circle among them. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const number = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const search = (node: string) => {
    number.set(node, number.size);
    lowest.set(node, number.get(node)!);
    open.push(node);
    for (const next of graph.get(node)!) {
      if (!number.has(next)) search(next);
      if (open.includes(next)) lowest.set(node, Math.min(lowest.get(node)!, lowest.get(next)!));
    }
    if (lowest.get(node) !== number.get(node)) return;
    const members = open.splice(open.indexOf(node));
    if (members.length > 1 || graph.get(node)!.includes(node)) circles.push(shortestCircle(node, new Set(members)));
  };
  for (const node of graph.keys()) if (!number.has(node)) search(node);
  return circles;

  function shortestCircle(start: string, members: ReadonlySet<string>): string[] {
    const before = new Map<string, string>();
    for (const queue = [start]; queue.length > 0; ) {
      const node = queue.shift()!;
      for (const next of graph.get(node)!.filter((next) => members.has(next))) {
        if (next === start) {
          const way = [node];
          while (way[0] !== start) way.unshift(before.get(way[0]!)!);
          return way;
        }
        if (before.has(next)) continue;
        before.set(next, node);
        queue.push(next);
      }
    }
    throw new Error(`${start} is in no circle`);
  }
}

test("a folder has at most 15 files at its root, and a source file at most 400 lines", () => {
  const folders = new Map<string, number>();
  for (const path of tracked) folders.set(dirname(path), (folders.get(dirname(path)) ?? 0) + 1);
  const full = [...folders].filter(([folder, files]) => files > MOST_FILES && !LISTS.includes(folder));
  const lines = (path: string) => read(path).trimEnd().split("\n").length;
  const long = tracked.filter((path) => /\.(tsx?|py|css)$/.test(path) && !LONG.includes(path) && lines(path) > MOST_LINES);
  none(
    [...full.map(([folder, files]) => `${folder} has ${files} files`), ...long.map((path) => `${path} has ${lines(path)} lines`)],
    "a folder, and a file, has one idea that its name says",
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

test("package.json names the folders in which a module does something when it is imported, so that bundlers keep it", () => {
  const { sideEffects } = JSON.parse(read("package.json")) as { sideEffects: string[] };
  const named = (path: string) =>
    sideEffects.some((pattern) => {
      const [start, rest] = pattern.replace("./dist/", "").replace(/\.js$/, ".ts").split("**/*.ts") as [string, string?];
      return rest === undefined ? path === start : path.startsWith(start);
    });
  const acts = (statement: ts.Statement) =>
    (ts.isImportDeclaration(statement) && statement.importClause === undefined) ||
    ts.isIfStatement(statement) ||
    ts.isTryStatement(statement) ||
    (ts.isExpressionStatement(statement) && !fillsOwn(statement.expression));
  none(
    within("core", ...PLUGIN_FOLDERS, "training", "app", "test")
      .filter((path) => !path.startsWith("test/") || path.startsWith("test/contracts/"))
      .filter((path) => !named(path) && tree(path).statements.some(acts))
      .map((path) => `${path} does something when it is imported`),
    "name it under sideEffects",
  );
});

/** True where a module fills in what is its own: `HALVINGS[0] = 1`. */
function fillsOwn(expression: ts.Expression): boolean {
  return ts.isBinaryExpression(expression) && ts.isElementAccessExpression(expression.left);
}

test("files are named in kebab-case", () => {
  none(
    tracked.filter(
      (path) =>
        path.includes("/") && !path.endsWith("/README.md") && !path.split("/").every((part) => /^\.?[a-z0-9]+([-.][a-z0-9]+)*$/.test(part)),
    ),
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
