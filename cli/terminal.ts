/** The terminal that observers write to: stderr. @module */
import process from "node:process";
import type { Terminal } from "../core/plugin.ts";

export function stderrTerminal(quiet: boolean): Terminal {
  return {
    interactive: Boolean(process.stderr.isTTY) && !process.env.CI,
    columns: process.stderr.columns ?? 80,
    write: quiet ? () => {} : (text) => void process.stderr.write(text),
  };
}
