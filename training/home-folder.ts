/** The folder of what Evoke keeps for the user. @module */
import { homedir, userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import process from "node:process";

/**
 * $EVOKE_HOME, or where the platform has such things: never in the folder that a call is made in, which may be a stranger's,
 * but where EVOKE_HOME says so.
 */
export function homeFolder(): string {
  const { EVOKE_HOME, XDG_DATA_HOME, LOCALAPPDATA } = process.env;
  if (EVOKE_HOME) return resolve(EVOKE_HOME);
  if (XDG_DATA_HOME && isAbsolute(XDG_DATA_HOME)) return join(XDG_DATA_HOME, "evoke");
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(userFolder(), "AppData", "Local"), "evoke");
  if (process.platform === "darwin") return join(userFolder(), "Library", "Application Support", "evoke");
  return join(userFolder(), ".local", "share", "evoke");
}

/** What HOME says, unless it is empty, as in some containers. */
function userFolder(): string {
  const home = homedir();
  return isAbsolute(home) ? home : userInfo().homedir;
}
