/**
 * Watches imports from beside: code that never comes to an end keeps a thread from hearing of anything, a timer or a signal
 * of Node's included. So another thread says that it takes long, and ends what takes too long.
 *
 * @module
 */
import { isMainThread, Worker } from "node:worker_threads";

/** What the thread is told: an import has begun, or is over. */
export type Watched = { readonly id: number; readonly what: string; readonly mostSeconds: number } | { readonly over: number };

let thread: Worker | undefined;
let last = 0;

/**
 * An import begins. Other threads than the main one can be ended from there; on Deno no thread can end what another
 * executes, and one that waits would keep the process.
 * @param what  is imported
 * @returns says that it is over
 */
export function watched(what: string, mostSeconds: number): () => void {
  if (!isMainThread || "Deno" in globalThis) return () => {};
  thread ??= startThread();
  const id = ++last;
  tell({ id, what, mostSeconds });
  return () => tell({ over: id });
}

function tell(message: Watched): void {
  thread?.postMessage(message);
}

/** It stays as long as the process, which it keeps from nothing. */
function startThread(): Worker {
  const file = new URL(import.meta.url.endsWith(".ts") ? "./watching-thread.ts" : "./watching-thread.js", import.meta.url);
  const started = new Worker(file);
  started.on("error", () => {}); // nobody watches then
  started.unref();
  return started;
}
