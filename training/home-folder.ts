/** The folder of what Evoke keeps for the user. @module */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";

/** $EVOKE_HOME, or where the platform has such things. */
export function homeFolder(): string {
  const { EVOKE_HOME, XDG_DATA_HOME, LOCALAPPDATA } = process.env;
  if (EVOKE_HOME) return resolve(EVOKE_HOME);
  if (XDG_DATA_HOME) return join(XDG_DATA_HOME, "evoke");
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "evoke");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "evoke");
  return join(homedir(), ".local", "share", "evoke");
}
