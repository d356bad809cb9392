/**
 * Who is at a queue: workers and calls show themselves every few seconds, and are gone when they have not for a while. They
 * show themselves under the prefix alone, without the version, so that those of other versions see them too.
 *
 * @module
 */
import type { QueueConnection } from "./connection.ts";
import { type Presences, presenceIn } from "./received.ts";

const SHOWN_MILLISECONDS = 4_000;
/** Who was cut off for less than this was never away. */
const PRESENT_SECONDS = 15;

export type PresenceKind = keyof Presences;

/** The key of one, and the set of the ids of all, some of which may be gone. */
function keysOf({ names }: QueueConnection, kind: PresenceKind) {
  return kind === "worker" ? { of: names.worker, all: names.workers } : { of: names.presentCall, all: names.presentCalls };
}

/** Shows this worker or this call, from now on. */
export class Presence<K extends PresenceKind> {
  readonly #connection: QueueConnection;
  readonly #kind: K;
  readonly #of: () => Presences[K];
  readonly #timer: NodeJS.Timeout;
  /** What was not said while the server is away is not said twice when it is back. */
  #saying: Promise<unknown> | undefined;
  #over = false;

  /** @param of  what is shown, asked each time; its id stays the same */
  constructor(connection: QueueConnection, kind: K, of: () => Presences[K]) {
    [this.#connection, this.#kind, this.#of] = [connection, kind, of];
    this.#timer = setInterval(() => this.show(), SHOWN_MILLISECONDS).unref();
    this.show();
  }

  /** Now: it has changed. */
  show(): void {
    if (this.#over || this.#saying) return;
    const { redis } = this.#connection;
    const { of, all } = keysOf(this.#connection, this.#kind);
    const presence = this.#of();
    const saying = redis.multi().sadd(all, presence.id).set(of(presence.id), JSON.stringify(presence), "EX", PRESENT_SECONDS).exec();
    this.#saying = saying.catch(() => {}).finally(() => (this.#saying = undefined)); // it is only shown
  }

  /** It is gone. */
  async end(): Promise<void> {
    this.#over = true;
    clearInterval(this.#timer);
    await this.#saying;
    const { of, all } = keysOf(this.#connection, this.#kind);
    const { id } = this.#of();
    await this.#connection.redis.multi().srem(all, id).del(of(id)).exec();
  }
}

/** All workers, or calls, of any version, that are there now. */
export async function present<K extends PresenceKind>(connection: QueueConnection, kind: K): Promise<Presences[K][]> {
  const { redis } = connection;
  const { of, all } = keysOf(connection, kind);
  const ids = await redis.smembers(all);
  if (ids.length === 0) return [];
  const texts = await redis.mget(ids.map(of));
  const gone = ids.filter((_, i) => texts[i] === null);
  if (gone.length > 0) await redis.srem(all, ...gone);
  return texts.flatMap((text) => (text && presenceIn(kind, text)) || []);
}
