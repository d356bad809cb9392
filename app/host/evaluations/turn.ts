/** What computes without a pause gives way now and then, so that signals are heard, and timers. @module */

const TURN_MILLISECONDS = 100;
/** When it did so last, in this thread. */
let turned = 0;

/** The value, at once or after whatever has waited for this thread. */
export function inTurn<T>(value: T): T | Promise<T> {
  if (performance.now() - turned < TURN_MILLISECONDS) return value;
  return new Promise((resolve) => {
    setImmediate(() => {
      turned = performance.now();
      resolve(value);
    });
  });
}
