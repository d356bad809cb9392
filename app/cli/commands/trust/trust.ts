/** `evoke trust`: the folders whose manifests may run plugins and programs. @module */
import { optionUnfit } from "../../../../core/errors/index.ts";
import { distrustFolders, trustedFolders, trustFolders } from "../../../host/trust.ts";
import { print } from "../../streams.ts";

export interface TrustOptions {
  readonly list?: boolean;
  readonly remove?: boolean;
}

export async function trustCommand(folders: readonly string[], { list = false, remove = false }: TrustOptions): Promise<void> {
  if (list) {
    if (remove || folders.length > 0) throw optionUnfit("--list", "it lists all folders that are trusted, and takes no other argument");
    print((await trustedFolders()).map((folder) => `${folder}\n`).join(""));
    return;
  }
  const named = folders.length > 0 ? folders : ["."];
  if (remove) {
    const gone = await distrustFolders(named);
    print(gone.length > 0 ? gone.map((folder) => `No longer trusted: ${folder}\n`).join("") : "None of these was trusted by itself.\n");
    return;
  }
  for (const folder of await trustFolders(named)) print(`Trusted: ${folder}\n`);
  print("Manifests in it, and in folders within it, may run the plugins and the programs that they name.\n");
}
