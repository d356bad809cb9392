/** What `evoke new experiment` and `evoke new matrix` ask on a terminal, where no option says it. @module */
import process from "node:process";
import { createInterface } from "node:readline";
import { suggestion } from "../../../../core/errors/index.ts";

export interface Question {
  readonly text: string;
  readonly choices: readonly string[];
  /** What an empty line means. */
  readonly usual: readonly string[];
  /** Several may be named, with commas between. */
  readonly several?: boolean;
}

export interface Asking {
  /** @returns what was chosen: of the choices, one or, where several may be, some */
  ask(question: Question): Promise<readonly string[]>;
  close(): void;
}

/** Asks where there is a terminal; else takes what is usual. */
export function askingOnTerminal(): Asking {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return { ask: async ({ usual }) => usual, close() {} };
  return asking(process.stdin, (text) => void process.stderr.write(text));
}

/** Asks until the answer is one. Where the input ends, the rest is as usual. */
export function asking(input: NodeJS.ReadableStream, say: (text: string) => void): Asking {
  const reader = createInterface({ input, terminal: false }); // the terminal edits the line, and Ctrl-C ends the command
  const lines = reader[Symbol.asyncIterator]();
  return {
    async ask({ text, choices, usual, several = false }) {
      say(`${text}\n  ${choices.join(", ")}\n`);
      for (;;) {
        say(`  [${usual.join(", ")}] `);
        const line = await lines.next();
        const answer = (line.done ? "" : line.value).trim();
        if (answer === "") return usual;
        const named = several ? [...new Set(answer.split(/[\s,]+/))] : [answer];
        const unknown = named.find((name) => !choices.includes(name));
        if (unknown === undefined) return named;
        say(`  "${unknown}" is none of them. ${suggestion(unknown, choices, "answers")}\n`);
      }
    },
    close: () => reader.close(),
  };
}
