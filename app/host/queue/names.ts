/** The names of what Evoke keeps in Redis, all under one prefix, and of the outcomes of jobs. @module */
import { digestOf } from "../../../core/json/canonical-json.ts";
import { VERSION } from "../../../core/version.ts";

/** BullMQ's own prefix: workers of another version see no job of this one. */
export function queuePrefix(prefix: string): string {
  return `${prefix}:${VERSION}`;
}

export const names = (prefix: string) => ({
  /** A JSON text, packed: see outcomes.ts. */
  outcome: (outcome: string) => `${prefix}:outcome:${outcome}`,
  /** The channel of a call. */
  call: (call: string) => `${prefix}:call:${call}`,
  /** A list with the reply to who wants content. */
  reply: (id: string) => `${prefix}:reply:${id}`,
  /** Of a worker or a call that shows itself; it expires. */
  worker: (id: string) => `${prefix}:worker:${id}`,
  presentCall: (id: string) => `${prefix}:present-call:${id}`,
  /** The sets of the ids of both, some of which may be gone. */
  workers: `${prefix}:workers`,
  presentCalls: `${prefix}:present-calls`,
  /** The channel that all workers hear. */
  toWorkers: `${prefix}:to-workers`,
});

/** Names an outcome, by the store that wants it and what is asked: the same for the same. */
export function outcomeName(call: string, ...asked: readonly unknown[]): string {
  return digestOf([call, ...asked]).slice(0, 32);
}
