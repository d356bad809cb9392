/** When V8 optimises. @module */
import process from "node:process";
import v8 from "node:v8";

/** Bytes of bytecode that a function has run before V8 thinks of optimising it: eight times as many as V8's own. */
const BUDGET = 8 * 67_584;

/**
 * Lets V8 optimise later. A search of some hundred queries is over before its optimising compiler has paid for itself, and
 * where many follow, they lose milliseconds. To be called before anything else is done.
 *
 * In V8 11 only, that of Node 20, where it was measured: later ones count calls instead, and complain of flags that they
 * do not know.
 */
export function optimiseLater(): void {
  if (process.versions.v8?.startsWith("11.")) v8.setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
