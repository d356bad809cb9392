/**
 * The examples in the doc comments of the contracts (`@example`), each an expression of the type of its member: as a file
 * that the compiler judges.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { docOf } from "./doc-comments.ts";

const folder = fileURLToPath(new URL("../../core/plugin/", import.meta.url));

/** Each with its member, as `Reward.shape`. */
const found = readdirSync(folder)
  .filter((name) => name.endsWith(".ts"))
  .flatMap((name) =>
    ts
      .createSourceFile(name, readFileSync(folder + name, "utf8"), ts.ScriptTarget.Latest, true)
      .statements.filter(ts.isInterfaceDeclaration)
      .flatMap((type) =>
        type.members.map((member) => ({
          name: `${type.name.text}.${member.name?.getText()}`,
          type: `import("./${name}").${type.name.text}["${member.name?.getText()}"]`,
          example: docOf(member).example,
        })),
      ),
  )
  .filter(({ example }) => example !== "");

/** One a line, and after them what they may name. */
export const EXAMPLES = {
  path: `${folder}examples-of-members.ts`,
  text: [
    ...found.map(({ type, example }, line) => `export const example${line}: NonNullable<${type}> = ${example};`),
    'import type { Architecture } from "../space/architecture.ts";',
    'import type { Dependencies } from "./dependencies.ts";',
    'import { NetworkWriter, spaceInvalid } from "../toolkit.ts";',
    "declare const space: Dependencies['space'];",
    "declare const rng: Dependencies['rng'];",
    "declare const files: Dependencies['files'];",
    "declare const output: Dependencies['output'];",
    "declare const terminal: Dependencies['terminal'];",
    "declare const worker: Worker;",
    "declare let best: Architecture;",
    "declare let most: number;",
  ].join("\n"),
};

/** @param program  one that has the file @returns what is wrong with the examples */
export function exampleProblems(program: ts.Program): string[] {
  const source = program.getSourceFile(EXAMPLES.path)!;
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ start, messageText }) => {
    const { line } = source.getLineAndCharacterOfPosition(start!);
    return `${found[line]?.name}: ${found[line]?.example}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}
