/**
 * The locks of the jobs that a worker does. One that the server has let go of, since the worker or the server was away for
 * too long, is taken again if nobody else has it. A job that the server has forgotten goes on: what comes of it is wanted.
 *
 * @module
 */
import type { Redis } from "ioredis";

/** Gives the token of whoever has the lock then; nothing where there is no such job. */
const TAKE_AGAIN = `
if redis.call("EXISTS", KEYS[1]) == 0 then return false end
redis.call("SET", KEYS[2], ARGV[1], "PX", ARGV[2], "NX")
return redis.call("GET", KEYS[2])`;

interface Held {
  readonly token: string;
  readonly lost: () => void;
}

export class Locks {
  readonly #redis: Redis;
  readonly #queue: string;
  readonly #milliseconds: number;
  readonly #held = new Map<string, Held>();

  /** @param queue  how the keys of the queue's jobs begin */
  constructor(redis: Redis, queue: string, milliseconds: number) {
    [this.#redis, this.#queue, this.#milliseconds] = [redis, queue, milliseconds];
  }

  /** @param lost  told when another worker does the job */
  hold(id: string, token: string, lost: () => void): () => void {
    const held = { token, lost };
    this.#held.set(id, held);
    return () => {
      if (this.#held.get(id) === held) this.#held.delete(id);
    };
  }

  /** Takes those again that could not be renewed. */
  async renew(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const held = this.#held.get(id);
      if (!held) continue;
      const key = `${this.#queue}:${id}`;
      const has = await this.#redis.eval(TAKE_AGAIN, 2, key, `${key}:lock`, held.token, this.#milliseconds).catch(() => null);
      // It may have come to this worker again, which then waits for what it does already.
      if (typeof has === "string" && workerOf(has) !== workerOf(held.token)) held.lost();
    }
  }
}

/** BullMQ's tokens are WORKER:NUMBER. */
function workerOf(token: string): string {
  return token.slice(0, token.lastIndexOf(":"));
}
