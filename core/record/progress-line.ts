/**
 * How far a long piece of work is, on the terminal: one line that is rewritten, or, where lines stay, one now and then.
 *
 * @module
 */
import type { Terminal } from "../plugin/dependencies.ts";
import { visible } from "../visible.ts";

/** Milliseconds from one to the next: where they are rewritten, and where they are lines that stay. */
const [OFTEN, SELDOM] = [200, 10_000];
/** A line in place of the one that is rewritten. */
export function stayingLine({ interactive }: Terminal, line: string): string {
  return `${interactive ? CLEARED : ""}${visible(line)}\n`;
}

const CLEARED = "\r\u001b[2K";

/** How far a training is. @param loss  mean of the epoch's steps, in nats @param phase  of a training that has several */
export function epochInWords({ epoch, loss }: { readonly epoch: number; readonly loss: number }, epochs: number, phase?: string): string {
  return `epoch ${epoch} of ${epochs}${phase === undefined ? "" : ` (${phase})`}, loss ${loss.toFixed(3)}`;
}

/** The line of one piece of work. */
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

  /** Shows how far it is, if it is time; the final state always, and it stays. */
  show(text: () => string, final = false): void {
    const { interactive, columns } = this.#terminal;
    const now = this.#clock();
    if (!final && now - this.#shown < (interactive ? OFTEN : SELDOM)) return;
    this.#shown = now;
    const line = visible(text());
    this.#terminal.write(interactive ? `${CLEARED}${line.slice(0, columns - 1)}${final ? "\n" : ""}` : `${line}\n`);
  }

  /** Says something that stays. */
  say(line: string): void {
    this.#terminal.write(stayingLine(this.#terminal, line));
  }
}
