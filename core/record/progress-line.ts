/**
 * Notes on the terminal of how far a long piece of work is: one line that is rewritten, or, where lines stay, one
 * now and then.
 *
 * @module
 */
import type { Terminal } from "../plugin/dependencies.ts";

/** Milliseconds between two notes: where they are rewritten, and where they are lines that stay. */
const [OFTEN, SELDOM] = [200, 10_000];
const CLEARED = "\r\u001b[2K";

export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #clock: () => number;
  #shown: number;

  /** @param clock  in milliseconds */
  constructor(terminal: Terminal, clock: () => number) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#shown = clock();
  }

  /** Shows how far it is, if it is time; the final note always. */
  show(text: () => string, final = false): void {
    const { interactive, columns } = this.#terminal;
    const now = this.#clock();
    if (!final && now - this.#shown < (interactive ? OFTEN : SELDOM)) return;
    this.#shown = now;
    this.#terminal.write(interactive ? `${CLEARED}${text().slice(0, columns - 1)}` : `${text()}\n`);
  }

  /** Says something that stays. */
  say(line: string): void {
    this.#terminal.write(`${this.#terminal.interactive ? CLEARED : ""}${line}\n`);
  }
}
