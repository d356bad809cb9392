/**
 * What a module imports, read from its text alone: nothing is run. JavaScript and TypeScript of any kind are read by their
 * tokens, so that what stands in comments, texts and regular expressions is passed over.
 *
 * @module
 */
import jsTokens from "js-tokens";

export interface Import {
  readonly specifier: string;
  /** How it is looked up: packages may offer `require` another file than `import`. */
  readonly by: "import" | "require";
}

/** Tokens that may stand anywhere. */
const BLANK = new Set(["WhiteSpace", "LineTerminatorSequence", "SingleLineComment", "MultiLineComment", "HashbangComment"]);

/**
 * Every literal specifier: `import … from "x"`, `import "x"`, `export … from "x"`, `import("x")`, `require("x")`. Those of
 * types are among them, since a change there can mean a change of the code.
 */
export function importsOf(text: string, { jsx }: { readonly jsx: boolean }): Import[] {
  if (!/\b(?:import|from|require)\b/.test(text)) return []; // tokens take time, and a large module of data has none of these
  const found: Import[] = [];
  let [last, beforeLast] = ["", ""];
  for (const { type, value } of jsTokens(text, { jsx: jsx as true })) {
    if (BLANK.has(type)) continue;
    if (type === "StringLiteral" || type === "NoSubstitutionTemplate") {
      const called = last === "(" ? beforeLast : "";
      if (last === "from" || last === "import" || called === "import") found.push({ specifier: unquoted(value), by: "import" });
      else if (called === "require") found.push({ specifier: unquoted(value), by: "require" });
    }
    [last, beforeLast] = [value, last];
  }
  return found;
}

/** What a literal says. Minifiers write letters outside ASCII as escapes. */
function unquoted(literal: string): string {
  return literal
    .slice(1, -1)
    .replaceAll(/\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]+)\}|(.))/gi, (_, x, u, point, letter) =>
      letter === undefined ? String.fromCodePoint(Number.parseInt(x ?? u ?? point, 16)) : letter,
    );
}
