/**
 * The connections of this process to a queue. Where the server is away for a while, what is asked of it waits: a notice
 * says so once, and another one that it is back.
 *
 * @module
 */
import process from "node:process";
import { Redis, type RedisOptions } from "ioredis";
import { queueUnreachable } from "../../../core/errors/index.ts";
import type { QueueAddress } from "./address.ts";
import { names } from "./names.ts";
import { whyUnreachable } from "./unreachable.ts";

/** What is not there by then when a call begins is a mistake in its address, mostly. */
const FIRST_MILLISECONDS = 10_000;
const LONGEST_PAUSE = 2_000;
/** A server that is cut off without a word is known to be so after this. */
const SILENCE_MILLISECONDS = 20_000;

export class QueueConnection {
  readonly address: QueueAddress;
  /** The names of all keys. */
  readonly names: ReturnType<typeof names>;
  /** For commands that do not block. */
  readonly redis: Redis;
  readonly #connections: Redis[] = [];
  readonly #say: (line: string) => void;
  #away = false;
  #closing = false;

  private constructor(address: QueueAddress, say: (line: string) => void) {
    this.address = address;
    this.names = names(address.prefix);
    this.#say = say;
    this.redis = this.#connect({ enableAutoPipelining: true });
  }

  /**
   * @param say  told when the server goes away, and when it is back
   * @param use  whether work is handed out or done by it, for which this user needs rights
   * @throws EvokeError QUEUE_UNREACHABLE if it is not there now, or the user may not do what is needed
   */
  static async open(address: QueueAddress, say: (line: string) => void, use: "to look" | "for work" = "to look"): Promise<QueueConnection> {
    const connection = new QueueConnection(address, say);
    const { redis } = connection;
    let last: Error | undefined;
    redis.on("error", (error: Error) => {
      last = error;
    });
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(last ?? new Error("it does not answer")), FIRST_MILLISECONDS).unref();
    });
    try {
      await Promise.race([use === "for work" ? connection.#tryRights() : redis.ping(), late]);
    } catch (error) {
      await connection.close();
      const said = (last ?? (error as Error)).message || String(last);
      throw queueUnreachable(address.shown, whyUnreachable(address, said));
    }
    connection.#watch();
    return connection;
  }

  /**
   * Another connection, for what blocks, for a subscription, or for BullMQ: a pipeline that ioredis has begun by itself knows
   * nothing of the commands that BullMQ defines meanwhile. It is closed with this.
   */
  another(): Redis {
    return this.#connect({});
  }

  /**
   * Hears what is said on a channel from now on. What is no JSON object is passed over: anybody who may write there can say it.
   * @returns the connection that hears it
   */
  async hear<T extends object>(channel: string, hear: (message: Partial<T>) => void): Promise<Redis> {
    const hearing = this.another();
    hearing.on("message", (_, text) => {
      const message = messageIn(text);
      if (message) hear(message as Partial<T>);
    });
    await hearing.subscribe(channel);
    return hearing;
  }

  /** Does what calls and workers do: BullMQ would try it again and again, and say nothing. */
  async #tryRights(): Promise<void> {
    const { redis, names } = this;
    const id = `rights-${process.pid}`;
    await redis.mget(names.outcome(id));
    await redis.eval("return redis.call('UNLINK', KEYS[1])", 1, names.reply(id));
    const hearing = await this.hear(names.call(id), () => {});
    await redis.publish(names.call(id), "{}");
    hearing.disconnect();
  }

  #connect(more: Pick<RedisOptions, "enableAutoPipelining">): Redis {
    const { host, port, database, tls, username, password } = this.address;
    const redis = new Redis({
      ...{ host, port, db: database },
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(tls && { tls: {} }),
      maxRetriesPerRequest: null, // what is asked waits for the server, however long it is away
      ...more,
      keepAlive: SILENCE_MILLISECONDS / 2,
      retryStrategy: (times) => (this.#closing ? null : Math.min(50 * 2 ** times, LONGEST_PAUSE)),
    });
    redis.on("error", () => {}); // told by #watch, once for all
    this.#connections.push(redis);
    return redis;
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const redis of this.#connections) redis.disconnect();
  }

  #watch(): void {
    this.redis.on("close", () => {
      if (this.#away || this.#closing) return;
      this.#away = true;
      this.#say(`${this.address.shown} does not answer: waiting for it.`);
    });
    this.redis.on("ready", () => {
      if (!this.#away) return;
      this.#away = false;
      this.#say(`${this.address.shown} is back.`);
    });
  }
}

function messageIn(text: string): object | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === "object" && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}
