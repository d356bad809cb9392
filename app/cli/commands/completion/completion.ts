/** `evoke completion`: the script by which a shell completes Evoke's command line, and the answers that the script asks for. @module */
import type { Command } from "commander";
import { print } from "../../streams.ts";
import { offeredAfter } from "./offers.ts";
import { SCRIPTS, type Shell } from "./scripts.ts";

/** @param words  what is typed after the name of the program, up to the cursor; left out, the script is printed */
export async function completionCommand(program: Command, shell: Shell, words: readonly string[]): Promise<void> {
  if (words.length === 0) {
    print(SCRIPTS[shell]);
    return;
  }
  const { offers, files } = await offeredAfter(program, words);
  print(`${[files, ...offers.map(({ value, about }) => (about ? `${value}\t${about}` : value))].join("\n")}\n`);
}
