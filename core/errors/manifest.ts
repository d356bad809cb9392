/** Manifests and options that are wrong. @module */
import { EvokeError, suggestion } from "./evoke-error.ts";

/** A manifest is not JSON. */
export function notJson(
  file: string,
  text: string,
  { offset, problem }: { readonly offset: number; readonly problem: string },
  cause: SyntaxError,
): EvokeError {
  const before = text.slice(0, offset).split("\n");
  const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  const found = text.trim() === "" ? "it is empty" : `${problem} at ${place}`;
  return new EvokeError("NOT_JSON", `Cannot read ${file} as JSON: ${found}.`, { cause });
}

/** A manifest, or the options of a plugin that it names, are not as their schema says. */
export function manifestInvalid(file: string, problems: readonly string[]): EvokeError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new EvokeError(
    "MANIFEST_INVALID",
    `Cannot use the manifest ${file}: ${count}.\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
  );
}

/** A manifest is one for another command. */
export function manifestOfAnotherKind(file: string, wanted: string, found: string, remedy: string): EvokeError {
  return new EvokeError(
    "MANIFEST_OF_ANOTHER_KIND",
    `Cannot use ${file} as the manifest of ${wanted}: it is that of ${found}.\n  ${remedy}`,
  );
}

/** A JSON pointer, given with --set for example, is not one. */
export function pointerInvalid(found: string): EvokeError {
  return new EvokeError(
    "POINTER_INVALID",
    `Cannot read ${JSON.stringify(found)} as a JSON pointer.\n  Write it like /budget/queries (RFC 6901).`,
  );
}

/** A JSON pointer leads to nothing in the manifest. */
export function pointerUnknown(file: string, pointer: string, missing: string, known: readonly string[]): EvokeError {
  const hint = suggestion(missing.split("/").at(-1)!, known, "properties there");
  return new EvokeError("POINTER_UNKNOWN", `Cannot set ${pointer} in ${file}: there is nothing at ${missing}.\n  ${hint}`);
}

/** An option of the command is wrong. */
export function optionInvalid(option: string, found: string, expected: string): EvokeError {
  return new EvokeError("OPTION_INVALID", `Cannot use ${option} ${JSON.stringify(found)}: expected ${expected}.`);
}
