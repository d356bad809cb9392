/**
 * The sources as the compiler sees them, for pages that are made of their declarations and doc comments.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { EXAMPLES } from "./examples.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The entries of the package, by the names that programs import; the first that exports something documents it. */
export const ENTRIES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(JSON.parse(readFileSync(`${root}deno.json`, "utf8")).exports as Readonly<Record<string, string>>).map(([name, file]) => [
    name.replace(".", "evoke-nas"),
    file.replace("./", ""),
  ]),
);

let opened: ts.Program | undefined;

/** The entries and all that they import, once; and the examples of the contracts as a file, so that they are judged by it. */
export function program(): ts.Program {
  if (opened) return opened;
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const host = ts.createCompilerHost(options, true);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => name === EXAMPLES.path || fileExists(name);
  host.readFile = (name) => (name === EXAMPLES.path ? EXAMPLES.text : readFile(name));
  // Nothing that is told depends on packages, and to read their types takes most of the time.
  host.resolveModuleNameLiterals = (imported, from) =>
    imported.map(({ text }) => (text.startsWith(".") ? ts.resolveModuleName(text, from, options, host) : { resolvedModule: undefined }));
  const files = [...Object.values(ENTRIES).map((file) => root + file), EXAMPLES.path];
  opened = ts.createProgram(files, { ...options, noEmit: true, incremental: false, types: [] }, host);
  return opened;
}

/** The declarations of ours that the types within a declaration name, each once, in order. */
export function namedIn(node: ts.Node, checker: ts.TypeChecker): readonly Declared[] {
  const found = new Map<ts.Symbol, Declared>();
  const visit = (part: ts.Node) => {
    if (ts.isBlock(part)) return; // a body
    if (ts.isTypeReferenceNode(part)) add(part.typeName);
    if (ts.isExpressionWithTypeArguments(part)) add(part.expression);
    if (ts.isTypeQueryNode(part)) add(part.exprName);
    if (ts.isImportTypeNode(part) && part.qualifier) add(part.qualifier);
    part.forEachChild(visit);
  };
  const add = (name: ts.Node) => {
    const symbol = resolved(checker.getSymbolAtLocation(name), checker);
    if (symbol && isOurs(symbol)) found.set(symbol, { name: symbol.name, symbol });
  };
  visit(node);
  return [...found.values()];
}

/** A symbol of ours, with the name that it is exported by. */
export interface Declared {
  readonly name: string;
  readonly symbol: ts.Symbol;
}

/** What an import or an export is of. */
export function resolved(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): ts.Symbol | undefined {
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function isOurs({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some((one) => {
    const { fileName } = one.getSourceFile();
    return fileName.startsWith(root) && !fileName.includes("/node_modules/") && !ts.isTypeParameterDeclaration(one);
  });
}
