/** Asks on a terminal whether code may run, where a call was refused because nobody has said so. @module */
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { EvokeError } from "../../../../core/errors/index.ts";
import { visible } from "../../../../core/visible.ts";
import { refusedFolder, trustFolders, trustInThisCall } from "../../../host/trust.ts";
import { tell } from "../../streams.ts";

/** @returns whether the call is to be made again, now that the folder is trusted */
export async function trustedNow(error: unknown): Promise<boolean> {
  const folder = refusedFolder();
  if (!(error instanceof EvokeError && error.code === "UNTRUSTED") || folder === undefined) return false;
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const [problem] = error.message.split("\n");
  tell(`${problem}\n`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = (await lines.question(`Run it? y: in this call, a: always for ${visible(folder)}, n: no [n] `)).trim().toLowerCase();
    if (answer === "a" || answer === "always") await trustFolders([folder]);
    else if (answer === "y" || answer === "yes") trustInThisCall(folder);
    else return false;
    return true;
  } finally {
    lines.close();
  }
}
