/**
 * How much trainers have asked of their threads and were not answered yet: who waits for one of these waits for something,
 * whatever else this thread has to do.
 *
 * @module
 */
export const asked = { underWay: 0 };
