/**
 * Writes what is documented from the sources: docs/plugins.md from the catalogue, docs/errors.md from
 * core/errors/, core/schemas/evoke.schema.json from core/schemas/*.ts, docs/search.html from app/page/search/.
 *
 *   npm run docs        test/docs.test.ts holds the files equal to what this makes
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describedOptions } from "../core/json/described-options.ts";
import { KINDS, type Plugin, STOP } from "../core/plugin/plugin.ts";

const root = new URL("../", import.meta.url);
const parse = (path: string) => ts.createSourceFile(path, readFileSync(new URL(path, root), "utf8"), ts.ScriptTarget.Latest, true);

/** The files that are made from the sources, by path, each with the function that makes its text. */
export const generated: Readonly<Record<string, () => Promise<string> | string>> = {
  "docs/errors.md": errorsPage,
  "docs/plugins.md": pluginsPage,
  "core/schemas/evoke.schema.json": async () => {
    const { installedSchema, schemaText } = await import("../core/schemas/installed.ts");
    const { builtInPlugins } = await import("../plugins/catalogue.ts");
    return schemaText(installedSchema(await builtInPlugins()));
  },
  "docs/search.html": async () => (await import("./pages/search-page.ts")).searchPage(),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, make] of Object.entries(generated)) writeFileSync(new URL(path, root), await make());
}

/** The text of the doc comment before a node, its tags left out. */
function docOf(node: ts.Node): string {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)?.comment;
  return (ts.getTextOfJSDocComment(comment) ?? "").trim();
}

// --- docs/errors.md

/** Each error that the factories of core/errors/ can make: code, what it means, and its message. */
export function errorsPage(): string {
  const files = readdirSync(new URL("core/errors/", root))
    .filter((name) => name.endsWith(".ts")) // not their parts
    .map((name) => parse(`core/errors/${name}`));
  const found: { code: string; meaning: string; message: string }[] = [];
  for (const factory of files.flatMap((file) => file.statements.filter(ts.isFunctionDeclaration))) {
    const constants = new Map<string, ts.Expression>();
    walk(factory, (node) => {
      if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) constants.set(node.name.text, node.initializer);
      if (!ts.isNewExpression(node) || node.expression.getText() !== "EvokeError") return;
      const [code, message] = node.arguments!;
      if (!code || !message || !ts.isStringLiteral(code)) throw new Error(`core/errors: ${factory.name?.text} gives no literal code`);
      const meaning = docOf(factory).replaceAll(/\s+/g, " ");
      if (meaning === "") throw new Error(`core/errors: ${factory.name?.text} has no doc comment`);
      found.push({ code: code.text, meaning, message: template(message, constants) });
    });
  }
  const codes = [...new Set(found.map(({ code }) => code))].sort();
  const declared = literalsOf(parse("core/errors/evoke-error.ts"), "ErrorCode").sort();
  const idle = declared.filter((code) => !codes.includes(code));
  if (idle.length > 0) throw new Error(`core/errors: no factory makes ${idle.join(", ")}`);

  const sections = codes.map((code) => {
    const ways = found.filter((way) => way.code === code);
    const meanings = [...new Set(ways.map(({ meaning }) => meaning))].join(" ");
    return `## ${code}\n\n${meanings}\n\n${ways.map(({ message }) => `\`\`\`text\n${message}\n\`\`\``).join("\n\n")}\n`;
  });
  return [
    "# Errors\n",
    "Every error says what could not be done, where, what was found, and what to do next. The command shows the message",
    "and ends with status 2 or 1; `--debug` adds a stack trace. A program finds the code in `error.code`.",
    "What stands between ‹ and › differs from case to case.\n",
    notice("core/errors/"),
    ...sections,
  ].join("\n");
}

function walk(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  node.forEachChild((child) => walk(child, look));
}

function literalsOf(file: ts.SourceFile, alias: string): string[] {
  const declaration = file.statements.filter(ts.isTypeAliasDeclaration).find(({ name }) => name.text === alias)!;
  const members = ts.isUnionTypeNode(declaration.type) ? declaration.type.types : [declaration.type];
  return members.map((member) => ((member as ts.LiteralTypeNode).literal as ts.StringLiteral).text);
}

/** The text that an expression of core/errors/ makes, with ‹name› for what is only known when it runs. */
function template(expression: ts.Expression, constants: ReadonlyMap<string, ts.Expression>): string {
  const render = (part: ts.Expression) => template(part, constants);
  if (ts.isStringLiteralLike(expression)) return expression.text;
  if (ts.isTemplateExpression(expression))
    return expression.head.text + expression.templateSpans.map((span) => render(span.expression) + span.literal.text).join("");
  if (ts.isParenthesizedExpression(expression)) return render(expression.expression);
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return render(expression.left) + (ts.isNumericLiteral(expression.right) ? "" : render(expression.right));
  if (ts.isConditionalExpression(expression)) return render(expression.whenTrue) || render(expression.whenFalse);
  if (ts.isIdentifier(expression)) {
    const text = constants.has(expression.text) ? render(constants.get(expression.text)!) : "";
    return /[^‹›\w ]/.test(text.replaceAll(/‹[^›]*›/g, "")) ? text : `‹${expression.text}›`;
  }
  if (ts.isCallExpression(expression) && expression.expression.getText() === "JSON.stringify")
    return `"${render(expression.arguments[0]!)}"`;
  if (ts.isCallExpression(expression) && expression.expression.getText() === "suggestion") return 'Did you mean "‹nearest›"?';
  if (ts.isCallExpression(expression) && ts.isIdentifier(expression.expression) && expression.arguments[0])
    return render(expression.arguments[0]);
  if (ts.isCallExpression(expression) || ts.isElementAccessExpression(expression) || ts.isNonNullExpression(expression))
    return render(expression.expression);
  if (ts.isPropertyAccessExpression(expression)) return render(expression.expression);
  return `‹${expression.getText()}›`;
}

// --- docs/plugins.md

/** Every plugin of the catalogue by kind: what it does, its options, and the head comment of its file. */
export async function pluginsPage(): Promise<string> {
  const { builtInPlugins } = await import("../plugins/catalogue.ts");
  const catalogue = await builtInPlugins();
  const contracts = readdirSync(new URL("core/plugin/", root), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap(({ name }) => parse(`core/plugin/${name}`).statements.filter(ts.isInterfaceDeclaration));
  const interfaceOf = Object.fromEntries(
    contracts
      .find(({ name }) => name.text === "Kinds")!
      .members.filter(ts.isPropertySignature)
      .map((member) => [member.name.getText(), member.type!.getText()]),
  );
  const heads = await headComments();
  const sections = KINDS.map((kind) => {
    const contract = contracts.find(({ name }) => name.text === interfaceOf[kind])!;
    const plugins = catalogue.filter((plugin) => plugin.kind === kind);
    return `## ${kind}\n\n${docOf(contract)}\n\n${plugins.map((plugin) => pluginSection(plugin, heads.get(plugin) ?? "")).join("\n")}`;
  });
  return [
    "# Plugins\n",
    'What is built in. A manifest names a plugin in the slot of its kind, alone or as `{ "use": …, "options": … }`.',
    "`evoke plugins` prints the same on a terminal; [plugin-guide.md](plugin-guide.md) says how to write your own.\n",
    notice("the plugins themselves"),
    ...sections,
  ].join("\n");
}

function pluginSection(plugin: Plugin, head: string): string {
  const { kind, name, summary, options, needs, underWay = 1, failures = STOP, outsideDigest = [] } = plugin;
  const { properties = {} } = options as { readonly properties?: object };
  const rows = describedOptions(options, (value) => `\`${JSON.stringify(value)}\``).map((option) => {
    const fallback = option.required ? "required" : option.default === undefined ? "" : `\`${JSON.stringify(option.default)}\``;
    return `| \`${option.name}\` | ${option.value} | ${fallback} | ${option.description.replaceAll("|", "\\|")} |`;
  });
  const table = rows.length > 0 ? `| option | value | default | meaning |\n|---|---|---|---|\n${rows.join("\n")}\n` : "No options.\n";
  return [
    `### ${name}\n`,
    `${summary}.\n`,
    ...(head ? [`${head}\n`] : []),
    table,
    ...(kind === "controller" ? [`Under way at once: ${underWay in properties ? `\`${underWay}\`` : underWay}.\n`] : []),
    ...(kind === "evaluator"
      ? [`Where an evaluation fails: \`${JSON.stringify(failures)}\`, if the manifest does not say otherwise.\n`]
      : []),
    ...(outsideDigest.length > 0
      ? [
          `The digest does not depend on ${outsideDigest.map((option) => `\`${option}\``).join(", ")}, but for how many proposals are under way.\n`,
        ]
      : []),
    ...(needs.length > 0 ? [`Needs: ${needs.map((need) => `\`${need}\``).join(", ")}.\n`] : []),
  ].join("\n");
}

/** The first doc comment of each plugin's file, found by the plugin that the file exports. */
async function headComments(): Promise<Map<unknown, string>> {
  const heads = new Map<unknown, string>();
  for (const folder of ["spaces", "controllers", "evaluators", "plugins"]) {
    for (const name of readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".ts") || name === "catalogue.ts") continue;
      const path = `${folder}/${name.replaceAll("\\", "/")}`;
      const exported = Object.values((await import(new URL(path, root).href)) as object);
      const comment = /^\/\*\*\n([\s\S]*?)\n \*\//.exec(readFileSync(new URL(path, root), "utf8"))?.[1] ?? "";
      const lines = comment.split("\n").map((line) => line.replace(/^ \* ?/, ""));
      const text = lines.slice(0, lines.indexOf("@module")).join("\n").trim();
      for (const value of exported) heads.set(value, text);
    }
  }
  return heads;
}

function notice(source: string): string {
  return `<!-- Made from ${source} by \`npm run docs\`; do not edit. -->\n`;
}
