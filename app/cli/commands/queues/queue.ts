/** `evoke queue`: workers, calls and jobs of a queue. @module */
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { QueueConnection } from "../../../host/queue/connection.ts";
import { QueueLook } from "../../../host/queue/look/state.ts";
import { print } from "../../streams.ts";
import { say, stderrTerminal } from "../../terminal.ts";
import { addressOf } from "./open-queue.ts";
import { queueText } from "./queue-text.ts";

/** Milliseconds from one look to the next. */
const EVERY = 2_000;
const [TOP, REST_OF_LINE, REST_OF_SCREEN] = ["\u001b[H", "\u001b[K", "\u001b[J"];

export async function queueCommand(url: string, { json = false, watch = false }): Promise<void> {
  const connection = await QueueConnection.open(addressOf(url), (line) => say(stderrTerminal(false), line));
  let read = true;
  process.stdout.once("error", () => (read = false)); // nobody reads it any longer
  try {
    const queue = new QueueLook(connection);
    for (let first = true; first || (watch && read); first = false) {
      if (!first) await pause(EVERY);
      const state = await queue.look();
      const redraws = watch && !json && process.stdout.isTTY;
      print(json ? `${JSON.stringify(state)}\n` : redraws ? screen(queueText(state)) : queueText(state));
    }
  } finally {
    await connection.close();
  }
}

/** As much of a text as the terminal has room for, in place of what is there. */
function screen(text: string): string {
  const { columns = 80, rows = 24 } = process.stdout;
  const lines = text.trimEnd().split("\n");
  const shown = lines.length < rows ? lines : [...lines.slice(0, rows - 2), `… and ${lines.length - rows + 2} lines more`];
  return `${TOP}${shown.map((line) => `${line.slice(0, columns - 1)}${REST_OF_LINE}\n`).join("")}${REST_OF_SCREEN}`;
}
