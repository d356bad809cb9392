/** What the command prints: the terminal that observers write to, which is stderr, and how tables and numbers look. @module */
import process from "node:process";
import type { Terminal } from "../../core/plugin/dependencies.ts";

export function stderrTerminal(quiet: boolean): Terminal {
  return {
    interactive: Boolean(process.stderr.isTTY) && !process.env.CI,
    columns: process.stderr.columns ?? 80,
    write: quiet ? () => {} : (text) => void process.stderr.write(text),
  };
}

const CLEARED = "\r\u001b[2K";

/** Progress on stderr: one line that is rewritten, with what was said above it. Where lines cannot be rewritten, one now and then. */
export class StatusLine {
  readonly terminal: Terminal;
  readonly #apart: number;
  #shown = Number.NEGATIVE_INFINITY;

  /** @param apart  milliseconds from one line to the next */
  constructor(quiet: boolean, apart: { readonly rewritten: number; readonly written: number }) {
    this.terminal = stderrTerminal(quiet);
    this.#apart = this.terminal.interactive ? apart.rewritten : apart.written;
  }

  /** Says something that stays, quiet or not. */
  say(line: string): void {
    say(this.terminal, line);
  }

  /** Shows the line if it is time, the final one always. */
  show(line: () => string, final: boolean): void {
    const now = performance.now();
    if (!final && now - this.#shown < this.#apart) return;
    this.#shown = now;
    const { interactive, columns } = this.terminal;
    this.terminal.write(interactive ? `${CLEARED}${line().slice(0, columns - 1)}${final ? "\n" : ""}` : `${line()}\n`);
  }
}

/** Says something on stderr in place of the line that is rewritten there. */
export function say({ interactive }: Terminal, line: string): void {
  process.stderr.write(`${interactive ? CLEARED : ""}${line}\n`);
}

/**
 * Columns of one width: to the right, but architectures at the end and the columns that are said to be texts.
 * A column with nothing under its heading is left out.
 */
export function aligned(rows: readonly (readonly string[])[], texts: readonly number[] = []): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const last = widths.length - 1;
  const shown = widths.flatMap((_, column) => (rows.some((row, i) => i > 0 && row[column] !== "") ? [column] : []));
  return rows.map((row) =>
    shown
      .map((column) => {
        const cell = row[column]!;
        if (texts.includes(column)) return cell.padEnd(widths[column]!);
        return column === last && cell.startsWith("|") ? cell : cell.padStart(widths[column]!);
      })
      .join("  ")
      .trimEnd(),
  );
}

/** A time that is left, as people say it. */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A whole number with its thousands marked. */
export function whole(value: number): string {
  return value.toLocaleString("en-US");
}
