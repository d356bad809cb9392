/** Doc comments, and text as Markdown. @module */
import ts from "typescript";

/** A doc comment. */
export interface Doc {
  /** In one line a paragraph. */
  readonly text: string;
  readonly params: readonly { readonly name: string; readonly text: string }[];
  readonly returns: string;
  readonly throws: string;
  readonly example: string;
}

/** What stands before a declaration. */
export function docOf(node: ts.Node): Doc {
  const comment = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc);
  const tags: readonly ts.JSDocTag[] = comment?.tags ?? [];
  const of = (name: string) =>
    tags.filter(({ tagName }) => tagName.text === name).map(({ comment }) => plain(ts.getTextOfJSDocComment(comment) ?? ""));
  return {
    text: plain(ts.getTextOfJSDocComment(comment?.comment) ?? ""),
    params: tags.filter(ts.isJSDocParameterTag).map((tag) => ({
      name: tag.name.getText(),
      text: plain(ts.getTextOfJSDocComment(tag.comment) ?? ""),
    })),
    returns: of("returns")[0] ?? "",
    throws: ofThrows(comment),
    example: of("example")[0] ?? "",
  };
}

/** TypeScript takes the first word for a type, in braces or not. */
function ofThrows(comment: ts.JSDoc | undefined): string {
  const text = comment?.tags?.find(({ tagName }) => tagName.text === "throws")?.getText() ?? "";
  return plain(text.replace(/^@throws ?/, "").replaceAll(/^\s*\*\/?/gm, ""));
}

function plain(text: string): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, " "))
    .join("\n\n");
}

/** Code up to so many characters is not broken. */
const KEPT = 80;

/** Breaks text into lines, none of which begins what is a list or a heading in Markdown; code that fits a line is kept together. */
export function wrapped(text: string, indent = "", width = 100): string {
  const kept = text.replaceAll(/`` .*? ``|`[^`]*`/g, (span) => (span.length <= KEPT ? span.replaceAll(" ", "\0") : span));
  const lines: string[] = [];
  let line = "";
  for (const word of kept.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width && !/^([-+*#>]+|\d+\.)$/.test(word)) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`).replaceAll("\0", " ");
}

/** Text as code within a line. */
export function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}
