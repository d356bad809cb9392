/** What the command prints: the terminal that observers write to, which is stderr, and how tables and numbers look. @module */
import process from "node:process";
import type { Terminal } from "../../core/plugin/dependencies.ts";
import { ProgressLine, stayingLine } from "../../core/record/progress-line.ts";

export function stderrTerminal(quiet: boolean): Terminal {
  return {
    interactive: Boolean(process.stderr.isTTY) && !process.env.CI,
    columns: process.stderr.columns ?? 80,
    write: quiet ? () => {} : (text) => void process.stderr.write(text),
  };
}

/** Progress on stderr. */
export function progressLine(terminal: Terminal): ProgressLine {
  return new ProgressLine(terminal, () => performance.now());
}

/** Says something on stderr that stays, quiet or not. */
export function say(terminal: Terminal, line: string): void {
  process.stderr.write(stayingLine(terminal, line));
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

/** A time as people say it. */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How many digits after the point a measured number has: two, and below 1 so many that four of them count. */
export function digitsAfter(value: number): number {
  const size = Math.abs(value);
  return size >= 1 || size === 0 ? 2 : Math.min(12, 3 - Math.floor(Math.log10(size)));
}

/** A measured number, such as a score. */
export function measured(value: number): string {
  return value.toFixed(digitsAfter(value));
}

/** A whole number with its thousands marked. Intl does so too, and takes 30 ms to load. */
export function whole(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
