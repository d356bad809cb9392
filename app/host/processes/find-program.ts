/** Where a program is, as the system finds it. @module */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, resolve } from "node:path";
import process from "node:process";
import { programsForbidden, programUnusable } from "../../../core/errors/index.ts";

/**
 * @param name  of a program on the PATH, or a path relative to the folder
 * @throws EvokeError PROGRAM_UNUSABLE
 */
export async function findProgram(name: string, folder: string, path = process.env.PATH ?? ""): Promise<void> {
  const { Deno: deno } = globalThis as { Deno?: DenoPermissions };
  if (deno && (await deno.permissions.query({ name: "run" })).state !== "granted") throw programsForbidden(name);
  if (name.includes("/")) {
    const problem = await problemOf(resolve(folder, name));
    if (problem !== undefined) throw programUnusable(name, problem);
    return;
  }
  let found: string | undefined;
  for (const place of path.split(delimiter)) {
    const problem = await problemOf(resolve(folder, place, name));
    if (problem === undefined) return;
    if (problem !== ABSENT) found ??= `${problem}, and no other on the PATH is one`;
  }
  throw programUnusable(name, found ?? "there is no such program on the PATH");
}

/** What is used of Deno's own. */
interface DenoPermissions {
  readonly permissions: { query(of: { readonly name: "run" }): Promise<{ readonly state: string }> };
}

const ABSENT = "there is no such file";

async function problemOf(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).isDirectory()) return "it is a folder";
    await access(file, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "it may not be executed; chmod +x makes it a program" : ABSENT;
  }
}
