/** Manifests and options that are wrong. @module */
import type { NoJson } from "../json/parse-json.ts";
import { EvokeError, suggestion } from "./evoke-error.ts";

/** A manifest is not JSON. */
export function notJson(file: string, text: string, { problem, at: { line, column } }: NoJson): EvokeError {
  const found = text.trim() === "" ? "it is empty" : `${problem} at line ${line}, column ${column}`;
  // What UTF-16 begins with is no letter of UTF-8.
  const remedy = text.startsWith("\uFFFD")
    ? "Save it as UTF-8."
    : "Names and texts stand in double quotes; comments and a comma after the last member are allowed.";
  return new EvokeError("NOT_JSON", `Cannot read ${file} as JSON: ${found}.\n  ${remedy}`);
}

/** Problems of a manifest that are shown at a time. */
const MOST_SHOWN = 50;

/**
 * A manifest, or the options of a plugin that it names, are not as their schema says.
 * @param parts  the errors that found them, where these are several
 */
export function manifestInvalid(file: string, problems: readonly string[], parts: readonly EvokeError[] = []): EvokeError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.slice(0, MOST_SHOWN).map((problem) => `  ${problem.replaceAll("\n", "\n  ")}`);
  if (problems.length > MOST_SHOWN) lines.push(`  and ${problems.length - MOST_SHOWN} more`);
  return new EvokeError("MANIFEST_INVALID", `Cannot use the manifest ${file}: ${count}.\n${lines.join("\n")}`, { problems, parts });
}

/**
 * What was found wrong in one manifest, in several places of it: the only error as it is, or all of them as one.
 * @param errors  at least one; where one of them is a defect, it is the one that counts
 */
export function together(file: string, errors: readonly unknown[]): unknown {
  const different = [...new Set(errors)];
  const defect = different.find((error) => !(error instanceof EvokeError));
  if (defect !== undefined || different.length === 1) return defect ?? different[0];
  const parts = different as EvokeError[];
  const problems = parts.flatMap((error) => (error.code === "MANIFEST_INVALID" ? error.problems : [error.message]));
  return manifestInvalid(file, [...new Set(problems)], parts);
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

/** What is to be taken away from a manifest, with --set /pointer=null, is not there. */
export function nothingToRemove(file: string, pointer: string, known: readonly string[]): EvokeError {
  const hint = suggestion(pointer.split("/").at(-1)!, known, "properties there");
  return new EvokeError("POINTER_UNKNOWN", `Cannot take ${pointer} away from ${file}: it is not there.\n  ${hint}`);
}

/** An option of the command is wrong. */
export function optionInvalid(option: string, found: string, expected: string): EvokeError {
  return new EvokeError("OPTION_INVALID", `Cannot use ${option} ${JSON.stringify(found)}: expected ${expected}.`);
}

/** A command lacks an option that it cannot do without. */
export function optionMissing(task: string, problem: string, remedy: string): EvokeError {
  return new EvokeError("OPTION_MISSING", `Cannot ${task}: ${problem}.\n  ${remedy}`);
}

/** Options of the command do not go together. */
export function optionUnfit(option: string, reason: string, remedy = `Leave ${option} out.`): EvokeError {
  return new EvokeError("OPTION_UNFIT", `Cannot use ${option} here: ${reason}.\n  ${remedy}`);
}

/**
 * What a manifest asks for would take more memory than it is given.
 * @param what  what cannot be made, as "the networks of a controller"
 * @param bytes  that it needs, by an estimate
 * @param most  bytes that it is given
 */
export function memoryExceeded(what: string, bytes: number, most: number, remedy: string): EvokeError {
  return new EvokeError(
    "MEMORY_EXCEEDED",
    `Cannot make ${what}: this needs about ${gigabytes(bytes)} GB, and at most ${gigabytes(most)} GB are given to it.\n  ${remedy}`,
  );
}

/** The system gives no memory, though what is wanted is not too much. @param what  as of memoryExceeded */
export function memoryRefused(what: string, bytes: number): EvokeError {
  return new EvokeError(
    "MEMORY_REFUSED",
    `Cannot make ${what}: this needs ${gigabytes(bytes)} GB, and the system refuses them.\n  Let less run at a time, for example with --workers 1, or end other programs.`,
  );
}

/** To two digits. */
function gigabytes(bytes: number): string {
  return String(Number((bytes / 1e9).toPrecision(2)));
}
