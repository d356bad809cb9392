/** Promises of plugins that may never settle. @module */
import process from "node:process";
import { isMainThread } from "node:worker_threads";
import { neverSettles } from "../../../core/errors/plugin.ts";
import { asked } from "../../../training/threads.ts";

/** A worker thread is kept alive by the port that it is asked at; so it looks now and then, and must find the same thrice. */
const [LOOK_MILLISECONDS, LOOKS] = [1000, 3];

/**
 * Waits for work, but not for ever: where nothing is left that could bring it to its end, no timer, file, socket or
 * process, it is given up.
 * @throws EvokeError NEVER_SETTLES then
 */
export async function settled<T>(work: Promise<T>): Promise<T> {
  let stop = () => {};
  const idle = new Promise<never>((_, reject) => {
    stop = whenIdle(() => reject(neverSettles()));
  });
  try {
    return await Promise.race([work, idle]);
  } finally {
    stop();
  }
}

/** Who waits in the main thread; the last began within the others, and is told alone. */
const watches: (() => void)[] = [];
const tellInnermost = () => {
  setImmediate(() => {}); // what follows are microtasks only, and there may be others to be told
  watches.at(-1)?.();
};

/** @returns ends the watch */
function whenIdle(tell: () => void): () => void {
  if (isMainThread) {
    if (watches.length === 0) process.on("beforeExit", tellInnermost);
    watches.push(tell);
    return () => {
      watches.splice(watches.lastIndexOf(tell), 1);
      if (watches.length === 0) process.off("beforeExit", tellInnermost);
    };
  }
  const resources = () => process.getActiveResourcesInfo?.().length ?? Number.POSITIVE_INFINITY; // Deno does not tell
  const alive = resources();
  let found = 0;
  const watch = setInterval(() => {
    found = asked.underWay === 0 && resources() <= alive ? found + 1 : 0;
    if (found === LOOKS) tell();
  }, LOOK_MILLISECONDS);
  watch.unref();
  return () => clearInterval(watch);
}
