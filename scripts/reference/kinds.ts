/**
 * The parts of the plugin guide that are made from the contracts in core/plugin/: the members of each kind, and what it
 * may need. They stand between two comments of a page, of which the first says what:
 *
 *     <!-- made by `npm run docs`: contract reward -->  …  <!-- until here -->
 *
 * @module
 */
import ts from "typescript";
import { PERMITTED_NEEDS } from "../../core/plugin/permitted-needs.ts";
import { KINDS, type Kind } from "../../core/plugin/plugin.ts";
import { code, docOf, wrapped } from "./doc-comments.ts";
import { entryOf } from "./entries.ts";
import { type Declared, namedIn, program, resolved, root } from "./sources.ts";

const PARTS: Readonly<Record<string, (kind: string) => string>> = { contract, needs, literal, dependencies };

/** A page with all that is made in it made again. */
export function filled(page: string): string {
  return page.replaceAll(/(<!-- made by `npm run docs`: (\w+) ?(\w*) -->\n)[\s\S]*?(?=<!-- until here -->)/g, (_, head, part, kind) => {
    const make = PARTS[part];
    if (!make) throw new Error(`A page asks for "${part}", and what can be made is ${Object.keys(PARTS).join(", ")}.`);
    return `${head}\n${make(kind).trim()}\n\n`;
  });
}

const checker = () => program().getTypeChecker();

/** An interface or a type of core/plugin, by its name. */
function declared(file: string, name: string): Declared {
  const source = program().getSourceFile(`${root}core/plugin/${file}.ts`)!;
  const symbol = checker()
    .getExportsOfModule(checker().getSymbolAtLocation(source)!)
    .find((one) => one.name === name)!;
  return { name, symbol: resolved(symbol, checker())! };
}

/** The interface that `create` of a kind gives. */
function contractOf(kind: Kind): Declared {
  const [kinds] = declared("plugin", "Kinds").symbol.declarations as ts.InterfaceDeclaration[];
  const member = kinds!.members.filter(ts.isPropertySignature).find(({ name }) => name.getText() === kind)!;
  return namedIn(member, checker())[0]!;
}

/** The members of a kind's contract, and of all types of core/plugin that they name, but for other kinds' contracts. */
function contract(kind: string): string {
  const others = KINDS.map((one) => contractOf(one).symbol);
  const shown = [contractOf(kind as Kind)];
  const further = new Map<ts.Symbol, Declared>();
  for (const one of shown)
    for (const named of one.symbol.declarations!.flatMap((declaration) => namedIn(declaration, checker()))) {
      const { fileName } = named.symbol.declarations![0]!.getSourceFile();
      if (shown.some(({ symbol }) => symbol === named.symbol)) continue;
      if (fileName.startsWith(`${root}core/plugin/`) && !others.includes(named.symbol)) shown.push(named);
      else further.set(named.symbol, named);
    }
  const links = [...further.values()].map((one) => `[${code(one.name)}](../reference/${entryOf(one.symbol)}#${one.name.toLowerCase()})`);
  return [
    ...shown.map((one) => one.symbol.declarations!.map((declaration) => described(one.name, declaration)).join("")),
    ...(links.length > 0 ? [wrapped(`In the reference: ${links.sort().join(", ")}.`)] : []),
  ].join("\n");
}

function described(name: string, declaration: ts.Declaration): string {
  const head = `### ${name}\n\n${wrapped(docOf(declaration).text)}\n`;
  if (!ts.isInterfaceDeclaration(declaration)) {
    const text = declaration.getText().replace(/^export (type )?/, "type ");
    return `${head}\n\`\`\`text\n${text.replaceAll(/\breadonly /g, "").trim()}\n\`\`\`\n`;
  }
  const heritage = declaration.heritageClauses?.flatMap(({ types }) => types.map((type) => type.getText())) ?? [];
  const also = heritage.length > 0 ? `\nIt has the members of ${heritage.map(code).join(", ")}, and:\n` : "";
  return `${head}${also}\n${declaration.members.map((member) => item(member)).join("\n")}\n`;
}

/** A member as an item of a list. */
function item(member: ts.TypeElement): string {
  const { text, params, returns, throws, example } = docOf(member);
  const signature = member
    .getText()
    .replaceAll(/\breadonly /g, "")
    .replace(/;$/, "")
    .replaceAll(": never", "") // of the literal: what it is follows from the plugin
    .replaceAll(/\s+/g, " ");
  const short = member.questionToken ? signature.replace(/ \| undefined$/, "") : signature;
  if (text === "" || example === "")
    throw new Error(`core/plugin: ${member.parent.getText().split("{")[0]}has no text or no @example at ${short}`);
  const [, said = "", shape = ""] = /^(.*?)\s*((?:\[[^\]]+\])*)$/s.exec(text) ?? [];
  const parts = [
    `**${code(short)}**`,
    ...(shape ? [`Shape ${shape}.`] : []),
    sentence(said),
    ...params.map((one) => sentence(`${code(one.name)}: ${one.text}`)),
    ...(returns ? [sentence(`Gives ${returns}`)] : []),
    ...(throws ? [sentence(`Throws ${throws}`)] : []),
  ];
  const lines = [parts.join(" ").replaceAll("\n\n", " "), `Example: ${code(example)}`];
  return `- ${lines.map((line) => wrapped(line, "  ", 99)).join("\\\n  ")}`;
}

function sentence(said: string): string {
  return /[.:]$/.test(said) ? said : `${said}.`;
}

/** What a kind may need, by name. */
function needs(kind: string): string {
  return dependencyItems(PERMITTED_NEEDS[kind as Kind]);
}

/** All dependencies, each with the kinds that may have it. */
function dependencies(): string {
  return dependencyItems(undefined);
}

function dependencyItems(wanted: readonly string[] | undefined): string {
  const [all] = declared("dependencies", "Dependencies").symbol.declarations as ts.InterfaceDeclaration[];
  const members = all!.members.filter(ts.isPropertySignature).filter(({ name }) => wanted?.includes(name.getText()) ?? true);
  return members
    .map((member) => {
      const name = member.name.getText();
      const { text } = docOf(member);
      const [named] = namedIn(member, checker());
      const type = member.type!.getText();
      const linked =
        named && type === named.name ? `, [${code(type)}](../reference/${entryOf(named.symbol)}#${type.toLowerCase()})` : `, ${code(type)}`;
      const kinds = KINDS.filter((kind) => (PERMITTED_NEEDS[kind] as readonly string[]).includes(name));
      const parts = [
        `**${code(name)}**${linked}:`,
        `${text.charAt(0).toLowerCase()}${text.slice(1)}`,
        ...(wanted ? [] : [`For ${kinds.join(", ")}.`]),
      ];
      return `- ${wrapped(parts.join(" "), "  ")}`;
    })
    .join("\n")
    .replaceAll("](../reference/", wanted ? "](../reference/" : "](reference/");
}

/** The members of the literal. */
function literal(): string {
  const [plugin] = declared("plugin", "Plugin").symbol.declarations as ts.InterfaceDeclaration[];
  return plugin!.members.map((member) => item(member)).join("\n");
}
