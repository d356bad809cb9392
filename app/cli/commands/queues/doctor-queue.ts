/** `evoke doctor --queue`: whether a queue can be used from here, and if not, why. @module */
import process from "node:process";
import { diagnoseQueue, type QueueDiagnosis } from "../../../host/queue/look/checks.ts";
import { print } from "../../streams.ts";
import { addressOf } from "./open-queue.ts";

export async function doctorQueueCommand(url: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const diagnosis = await diagnoseQueue(addressOf(url));
  print(json ? `${JSON.stringify(diagnosis)}\n` : textOf(diagnosis));
  if (!diagnosis.usable) process.exitCode = 2;
}

const MARKS = { true: "✔", false: "✘", null: "·" } as const;

function textOf({ queue, evoke, usable, checks }: QueueDiagnosis): string {
  return [
    `${queue}, Evoke ${evoke}\n`,
    ...checks.map(({ check, passed, detail }) => `  ${check.padEnd(15)} ${MARKS[`${passed}`]} ${detail}\n`),
    usable ? "It can be used.\n" : "It cannot be used as it is.\n",
  ].join("");
}
