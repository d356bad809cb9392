/** What all worker threads of this process have in common. @module */

/**
 * How much trainers have asked of their threads and were not answered yet: who waits for one of these waits for something,
 * whatever else this thread has to do.
 */
export const asked = { underWay: 0 };

/**
 * Options of every pool of threads. Node's own options are inherited: to name them is an error where one is the process's,
 * such as --max-old-space-size. Deno can hand a message over twice, as an event and to who asks for it, so nobody asks.
 */
export const POOL = "Deno" in globalThis ? ({ atomics: "disabled" } as const) : {};
