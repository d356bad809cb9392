/**
 * The reference of the package's entries: each thing that they export, as it is declared, with its doc comment, and what
 * the declarations name but no entry exports. A change of what is exported is so a change of a page.
 *
 * @module
 */
import ts from "typescript";
import { docOf, wrapped } from "./doc-comments.ts";
import { type Declared, ENTRIES, namedIn, program, resolved, root } from "./sources.ts";

/** The page of an entry, within docs/reference/. */
export function pageOf(entry: string): string {
  return `${entry.replace("evoke-nas/", "")}.md`;
}

/** What a page documents. */
interface Contents {
  /** Exported here first. */
  readonly exported: readonly Declared[];
  /** Exported here, and documented on an earlier page. */
  readonly again: readonly Declared[];
  /** Named by what is above, and exported nowhere. */
  readonly named: readonly Declared[];
}

let found: ReadonlyMap<string, Contents> | undefined;

function contents(): ReadonlyMap<string, Contents> {
  if (found) return found;
  const checker = program().getTypeChecker();
  const placed = new Set<ts.Symbol>();
  const exported = Object.entries(ENTRIES).map(([entry, file]) => {
    const source = program().getSourceFile(root + file)!;
    const typesOnly = source.statements
      .filter(ts.isExportDeclaration)
      .filter((one) => one.isTypeOnly && !one.exportClause)
      .flatMap((one) => checker.getExportsOfModule(checker.getSymbolAtLocation(one.moduleSpecifier!)!));
    const all = checker
      .getExportsOfModule(checker.getSymbolAtLocation(source)!)
      .filter((one) => one.flags & (ts.SymbolFlags.Type | ts.SymbolFlags.Alias) || !typesOnly.includes(one)) // values that are none
      .map((one) => ({ name: one.name, symbol: resolved(one, checker)! }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const first = all.filter(({ symbol }) => !placed.has(symbol));
    for (const { symbol } of first) placed.add(symbol);
    return { entry, exported: first, again: all.filter((one) => !first.includes(one)) };
  });
  const pages = new Map<string, Contents>();
  for (const { entry, exported: own, again } of exported) {
    const named: Declared[] = [];
    for (const { symbol } of [...own, ...named].values()) follow(symbol);
    for (const { symbol } of named) follow(symbol);
    function follow(symbol: ts.Symbol): void {
      for (const one of symbol.declarations!.flatMap((declaration) => namedIn(declaration, checker)))
        if (!placed.has(one.symbol)) {
          placed.add(one.symbol);
          named.push(one);
        }
    }
    pages.set(entry, { exported: own, again, named: named.sort((a, b) => (a.name < b.name ? -1 : 1)) });
  }
  found = pages;
  return pages;
}

/** The page, within docs/reference/, that documents a declaration. */
export function entryOf(symbol: ts.Symbol): string {
  for (const [entry, { exported, named }] of contents())
    if ([...exported, ...named].some((one) => one.symbol === symbol)) return pageOf(entry);
  throw new Error(`No page of the reference has ${symbol.name}: export it, or name it by something that is exported.`);
}

/** @throws Error where something that is exported has no doc comment */
export function referencePage(entry: string): string {
  const { exported, again, named } = contents().get(entry)!;
  const undocumented = exported.filter(({ symbol }) => docText(symbol) === "").map(({ name }) => name);
  if (undocumented.length > 0) throw new Error(`${ENTRIES[entry]} exports without a doc comment: ${undocumented.join(", ")}`);
  const [head] = program().getSourceFile(root + ENTRIES[entry])!.statements;
  const intro = docOf(head!)
    .text.split("\n\n")
    .map((paragraph) => wrapped(paragraph));
  const show = (one: Declared) => section(one, program().getTypeChecker(), entry);
  return [
    `# ${entry}\n`,
    ...intro.map((paragraph) => `${paragraph}\n`),
    "<!-- Made from the sources by `npm run reference`; do not edit. -->\n",
    ...exported.map(show),
    ...(again.length > 0
      ? ["## Also exported here\n", `${wrapped(again.map(({ name, symbol }) => `[\`${name}\`](${linkTo(symbol, entry)})`).join(", "))}\n`]
      : []),
    ...(named.length > 0 ? ["## Named by these, and not exported\n", ...named.map(show)] : []),
  ].join("\n");
}

function docText({ declarations = [] }: ts.Symbol): string {
  return declarations.map((one) => docOf(declarationOf(one)).text).find((text) => text !== "") ?? "";
}

/** Doc comments of a variable stand before its statement. */
function declarationOf(one: ts.Declaration): ts.Node {
  return ts.isVariableDeclaration(one) ? one.parent.parent : one;
}

function linkTo(symbol: ts.Symbol, from: string): string {
  const page = entryOf(symbol);
  return `${page === pageOf(from) ? "" : page}#${symbol.name.toLowerCase()}`;
}

function section({ name, symbol }: Declared, checker: ts.TypeChecker, entry: string): string {
  const declarations = symbol.declarations!.filter(
    (one) => !(ts.isFunctionDeclaration(one) && one.body && symbol.declarations!.length > 1),
  );
  const docs = declarations.map((one) => docOf(declarationOf(one)));
  const details = docs.flatMap(({ params, returns, throws }) => [
    ...params.filter(({ text }) => text !== "").map((one) => `- \`${one.name}\`: ${wrapped(one.text, "  ")}`),
    ...(returns ? [`- gives ${wrapped(returns, "  ")}`] : []),
    ...(throws ? [`- throws ${wrapped(throws, "  ")}`] : []),
  ]);
  const named = [...new Map(symbol.declarations!.flatMap((one) => namedIn(one, checker)).map((one) => [one.symbol, one])).values()]
    .filter((one) => one.symbol !== symbol)
    .map((one) => `[\`${one.name}\`](${linkTo(one.symbol, entry)})`);
  return [
    `### ${name}\n`,
    ...[...new Set(docs.map(({ text }) => text))]
      .filter((text) => text !== "")
      .map(
        (text) =>
          `${text
            .split("\n\n")
            .map((one) => wrapped(one))
            .join("\n\n")}\n`,
      ),
    `\`\`\`typescript\n${declarations.map((one) => shown(one, checker)).join("\n")}\n\`\`\`\n`,
    ...(details.length > 0 ? [`${[...new Set(details)].join("\n")}\n`] : []),
    ...(named.length > 0 ? [`${wrapped(`Names ${named.join(", ")}.`)}\n`] : []),
  ].join("\n");
}

/** Characters of a type that nobody has written: those of schemas have all that the schema has. */
const LONG = 160;

/** A declaration as a reader needs it: without bodies, and without what is private. */
function shown(one: ts.Declaration, checker: ts.TypeChecker): string {
  if (ts.isFunctionDeclaration(one) || ts.isMethodDeclaration(one) || ts.isGetAccessor(one) || ts.isConstructorDeclaration(one)) {
    const end = one.body ? one.body.getStart() : one.getEnd();
    return unindented(one.getSourceFile().text.slice(one.getStart(), end).trim().replace(/;$/, ""))
      .replace(/^export (async )?/, "")
      .replace(/^async /, "");
  }
  if (ts.isVariableDeclaration(one)) {
    const type = one.type?.getText() ?? checker.typeToString(checker.getTypeAtLocation(one));
    return `const ${one.name.getText()}: ${type.length > LONG ? `${type.slice(0, LONG)}…` : type}`;
  }
  if (!ts.isClassDeclaration(one)) return one.getText().replace(/^export /, "");
  const heritage = one.heritageClauses?.map((clause) => ` ${clause.getText()}`).join("") ?? "";
  const members = one.members.filter(
    (member) =>
      !(member.name && ts.isPrivateIdentifier(member.name)) &&
      !(ts.canHaveModifiers(member) && ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)),
  );
  const lines = members.map((member) => {
    const { text } = docOf(member);
    const comment = text ? `  /** ${wrapped(text.replaceAll("\n\n", " "), "   *  ")} */\n` : "";
    return `${comment}  ${ts.isPropertyDeclaration(member) ? propertyOf(member, checker) : shown(member, checker).replaceAll("\n", "\n  ")}`;
  });
  return `class ${one.name?.text}${heritage} {\n${lines.join("\n")}\n}`;
}

function propertyOf(member: ts.PropertyDeclaration, checker: ts.TypeChecker): string {
  const modifiers =
    ts
      .getModifiers(member)
      ?.map((one) => `${one.getText()} `)
      .join("") ?? "";
  return `${modifiers}${member.name.getText()}: ${member.type?.getText() ?? checker.typeToString(checker.getTypeAtLocation(member))}`;
}

/** Lines of a member of a class as if it stood alone. */
function unindented(text: string): string {
  return text.replaceAll(/\n {2}/g, "\n");
}
