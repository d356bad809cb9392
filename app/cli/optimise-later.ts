/** When V8 optimises. @module */
import process from "node:process";
import v8 from "node:v8";

/** Bytes of bytecode that a function has run before V8 thinks of optimising it: eight times as many as V8's own. */
const BUDGET = 8 * 67_584;
/** Bytes of WebAssembly, about, that a function has run before V8 optimises it: less than a quarter of V8's own. */
const WASM_BUDGET = 400_000;

/**
 * Lets V8 optimise later. A search of some hundred queries is over before its optimising compiler has paid for itself, and
 * where many follow, they lose milliseconds. The engine's kernels it optimises sooner: they are few, take it a millisecond
 * each, and are half of such a search from the beginning. To be called before anything else is done.
 *
 * In V8 11 only, that of Node 20, where it was measured: later ones count calls instead, and complain of flags that they
 * do not know.
 */
export function optimiseLater(): void {
  if (!process.versions.v8?.startsWith("11.")) return;
  v8.setFlagsFromString(`--interrupt-budget=${BUDGET}`);
  v8.setFlagsFromString(`--wasm-tiering-budget=${WASM_BUDGET}`);
}
