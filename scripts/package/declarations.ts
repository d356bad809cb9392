/**
 * Leaves in dist/ the declarations that follow from the entries of the package: not whole files, since what an entry
 * names lies beside what only our own code uses.
 *
 * @module
 */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";

/** @param entries  paths of declarations that package.json names. The working folder is the repository. */
export function trimDeclarations(entries: readonly string[]): void {
  const { ESNext } = ts.ModuleKind;
  const options: ts.CompilerOptions = {
    module: ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    noLib: true,
    types: [],
    noResolve: false,
  };
  const program = ts.createProgram([...entries], { ...options, allowImportingTsExtensions: true, noEmit: true });
  const reached = reachedFrom(
    entries.map((path) => program.getSourceFile(path)!),
    program.getTypeChecker(),
  );
  for (const file of readdirSync("dist", { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts")) continue;
    const path = join("dist", file);
    const source = program.getSourceFile(resolve(path).replaceAll("\\", "/")) ?? program.getSourceFile(path);
    const statements = source?.statements.filter((statement) => reached.has(statement)) ?? [];
    if (statements.every(ts.isImportDeclaration)) rmSync(path);
    else
      writeFileSync(
        path,
        `${statements
          .map((statement) => source!.text.slice(statement.pos, statement.end))
          .join("")
          .trimStart()}\n`,
      );
  }
}

/** The statements of these files, and all of ours that declare what they name. */
function reachedFrom(entries: readonly ts.SourceFile[], checker: ts.TypeChecker): ReadonlySet<ts.Statement> {
  const symbols = new Set<ts.Symbol>();
  const statements = new Set<ts.Statement>(entries.flatMap((file) => [...file.statements]));
  function add(symbol: ts.Symbol | undefined): void {
    if (!symbol || symbols.has(symbol)) return;
    symbols.add(symbol);
    for (const declaration of symbol.declarations ?? []) {
      const statement = statementOf(declaration);
      if (statement && !statement.getSourceFile().fileName.includes("/node_modules/")) statements.add(statement);
    }
    if (symbol.flags & ts.SymbolFlags.Alias) add(checker.getAliasedSymbol(symbol));
  }
  function name(node: ts.Node): void {
    if (ts.isIdentifier(node)) add(checker.getSymbolAtLocation(node));
    ts.forEachChild(node, name);
  }
  /** What a module exports as a whole: names are found through it, and lead past it. */
  function passOn(specifier: ts.Expression): void {
    for (const file of checker.getSymbolAtLocation(specifier)?.declarations ?? [])
      if (ts.isSourceFile(file) && !file.fileName.includes("/node_modules/"))
        for (const statement of file.statements) if (ts.isExportDeclaration(statement)) statements.add(statement);
  }
  for (const file of entries) for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(file)!)) add(symbol);
  for (const statement of statements) {
    name(statement);
    if ((ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) && statement.moduleSpecifier)
      passOn(statement.moduleSpecifier);
  }
  return statements;
}

function statementOf(declaration: ts.Node): ts.Statement | undefined {
  let node = declaration;
  while (node.parent && !ts.isSourceFile(node.parent)) node = node.parent;
  return node.parent && (node as ts.Statement);
}
