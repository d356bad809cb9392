/**
 * Whose code is run: modules and programs that a manifest names run only if the user has said so for its folder, or for
 * one that it lies in.
 *
 * @module
 */
import { realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join, resolve, sep } from "node:path";
import process from "node:process";
import { cannotReadFile, trustTooWide, untrusted } from "../../core/errors/index.ts";
import { homeFolder } from "../../training/home-folder.ts";
import { readIfThere, replaceFile } from "../../training/kept-file.ts";
import { shortPath } from "./short-path.ts";

/** In EVOKE_TRUST, instead of folders, which are as in PATH or, where a name has what parts them there, a list of JSON. */
const EVERY_FOLDER = "*";

/** The folder that was refused last, for a question on a terminal. */
let refused: string | undefined;
export const refusedFolder = (): string | undefined => refused;

/**
 * @param within  the manifest's folder
 * @param title  the manifest
 * @param what  it would have run
 * @throws EvokeError UNTRUSTED
 */
export async function checkTrusted(within: string, title: string, what: string): Promise<void> {
  if (await isTrusted(within)) return;
  const folder = (refused = real(within));
  throw untrusted(title, what, shortPath(folder));
}

/** Whether manifests in the folder may run code. */
export async function isTrusted(within: string): Promise<boolean> {
  if (process.env.EVOKE_TRUST === EVERY_FOLDER) return true;
  const folder = real(within);
  return [...ofThisCall(), ...(await trustedFolders())].some((trusted) => lies(folder, trusted));
}

/** Trusts every folder, in this call and in all that it starts. */
export function trustEveryFolder(): void {
  process.env.EVOKE_TRUST = EVERY_FOLDER;
}

/** Trusts a folder in this call, and in all that it starts. */
export function trustInThisCall(folder: string): void {
  if (process.env.EVOKE_TRUST !== EVERY_FOLDER) process.env.EVOKE_TRUST = JSON.stringify([...ofThisCall(), real(folder)]);
}

/** The folders that are trusted from now on, in the order of their paths. */
export async function trustedFolders(): Promise<readonly string[]> {
  let file: string;
  try {
    file = listFile();
  } catch {
    return []; // a Deno that may not know where Evoke's own folder is
  }
  const kept = await readIfThere(file, "the folders that are trusted, in");
  return kept ? kept.toString("utf8").split("\n").filter(Boolean) : [];
}

/**
 * Trusts folders from now on.
 * @returns their real paths
 * @throws EvokeError CANNOT_READ if one is not there, TRUST_TOO_WIDE, CANNOT_WRITE
 */
export async function trustFolders(folders: readonly string[]): Promise<readonly string[]> {
  const added = folders.map(real);
  for (const [i, folder] of added.entries()) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (!found?.isDirectory())
      throw cannotReadFile(folders[i]!, "the folder", Object.assign(new Error("it is no folder"), { code: found ? "" : "ENOENT" }));
    if (dirname(folder) === folder || folder.includes("\n")) throw trustTooWide(folder);
  }
  await keep([...new Set([...(await trustedFolders()), ...added])]);
  return added;
}

/** Trusts folders no longer. @returns those that were */
export async function distrustFolders(folders: readonly string[]): Promise<readonly string[]> {
  const gone = folders.flatMap((folder) => [resolve(folder), real(folder)]);
  const kept = await trustedFolders();
  await keep(kept.filter((folder) => !gone.includes(folder)));
  return kept.filter((folder) => gone.includes(folder));
}

async function keep(folders: readonly string[]): Promise<void> {
  await replaceFile(
    listFile(),
    folders
      .toSorted()
      .map((folder) => `${folder}\n`)
      .join(""),
  );
}

/** One folder a line. */
const listFile = () => join(homeFolder(), "trusted-folders");

const ofThisCall = () =>
  listed(process.env.EVOKE_TRUST ?? "")
    .filter(Boolean)
    .map(real);

function listed(folders: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(folders);
    if (Array.isArray(list)) return list.filter((folder) => typeof folder === "string");
  } catch {
    // It is as in PATH.
  }
  return folders.split(delimiter);
}

const lies = (folder: string, within: string) => folder === within || folder.startsWith(within.endsWith(sep) ? within : within + sep);

/** Without links; what is not there as it is. */
function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}
