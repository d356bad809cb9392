/** What a worker does to have content from calls: it asks for ranges, and asks again for what does not come. @module */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import { parcelMissing } from "../../../../core/errors/index.ts";
import type { QueueConnection } from "../connection.ts";
import type { ToCall } from "../messages.ts";
import { RANGE, type Range, type Ranges, unpackRange } from "./ranges.ts";

/** Ranges that are asked for at a time, of all content together: all that is in memory, here and in Redis. */
const AT_ONCE = 8;

/** Milliseconds; tests take shorter ones. */
export interface Patience {
  /** After so much silence of a call, what it was asked for is asked for again. */
  readonly again: number;
  /** After so much, it is gone. */
  readonly gone: number;
}
export const PATIENCE: Patience = { again: 2_000, gone: 60_000 };

/** How often is looked for silence, in the time after which is asked again. */
const LOOKS = 4;
/** Seconds that the server waits for a range before it says that there is none. */
const BLOCKED = 1;
/** A server that has said nothing for so many milliseconds is cut off. */
const CUT_OFF = 10_000;

interface Asked {
  readonly call: string;
  readonly sha256: string;
  readonly from: number;
  asked: number;
  readonly resolve: (range: Range) => void;
  readonly reject: (error: Error) => void;
}

/** The asking of one process. */
export class Asking implements Ranges {
  readonly #connection: QueueConnection;
  readonly #patience: Patience;
  readonly #reply = randomUUID();
  readonly #asked = new Set<Asked>();
  readonly #waiting = new Set<Asked>();
  /** When something was last heard of each call that is asked, or it was first asked. */
  readonly #heard = new Map<string, number>();
  #blocking: Redis | undefined;
  #hearing = false;

  constructor(connection: QueueConnection, patience = PATIENCE) {
    this.#connection = connection;
    this.#patience = patience;
  }

  range(call: string, sha256: string, from: number): Promise<Range> {
    return new Promise((resolve, reject) => {
      this.#waiting.add({ call, sha256, from, asked: 0, resolve, reject });
      this.#askWaiting();
      if (!this.#hearing) void this.#hear();
    });
  }

  #askWaiting(): void {
    for (const one of this.#waiting) {
      if (this.#asked.size >= AT_ONCE) return;
      this.#waiting.delete(one);
      this.#asked.add(one);
      if (!this.#heard.has(one.call)) this.#heard.set(one.call, performance.now());
      this.#ask(one);
    }
  }

  #ask(one: Asked): void {
    const { redis, names } = this.#connection;
    one.asked = performance.now();
    const message: ToCall = { wants: one.sha256, from: one.from, to: one.from + RANGE, reply: this.#reply };
    redis.publish(names.call(one.call), JSON.stringify(message)).catch(() => {}); // it is asked for again
  }

  /** Hears for as long as there is something to hear. */
  async #hear(): Promise<void> {
    this.#hearing = true;
    const looking = setInterval(() => this.#look(), this.#patience.again / LOOKS);
    try {
      while (this.#asked.size > 0) {
        const range = await this.#next();
        if (range) this.#take(range);
      }
    } catch (error) {
      this.#giveUp([...this.#asked, ...this.#waiting], `the connection has ended (${(error as Error).message})`);
    } finally {
      clearInterval(looking);
      this.#heard.clear();
      this.#hearing = false;
    }
  }

  async #next(): Promise<Range | undefined> {
    const redis = (this.#blocking ??= this.#connection.another());
    const ended = new AbortController();
    pause(CUT_OFF, undefined, { signal: ended.signal }).then(
      () => redis.disconnect(true), // and the same is asked again of the server, when it is back
      () => {},
    );
    const element = await redis.blpopBuffer(this.#connection.names.reply(this.#reply), BLOCKED).finally(() => ended.abort());
    return element ? unpackRange(element[1]) : undefined;
  }

  #take(range: Range): void {
    const wanted = [...this.#asked].filter(({ sha256, from }) => sha256 === range.sha256 && (from === range.from || range.from < 0));
    if (range.from < 0) this.#giveUp(wanted, "a file of it has changed since the call began");
    for (const one of wanted) {
      this.#heard.set(one.call, performance.now());
      this.#asked.delete(one);
      one.resolve(range);
    }
    this.#askWaiting();
  }

  /** Asks again where nothing comes, and gives up where nothing has come for long. */
  #look(): void {
    const now = performance.now();
    const away = this.#connection.redis.status !== "ready";
    for (const [call, heard] of this.#heard) {
      const asked = [...this.#asked].filter((one) => one.call === call);
      const silent = now - heard;
      if (asked.length === 0) this.#heard.delete(call);
      else if (away) this.#heard.set(call, now);
      else if (silent > this.#patience.gone) {
        const waiting = [...this.#waiting].filter((one) => one.call === call);
        this.#giveUp(
          [...asked, ...waiting],
          `the call that has handed it out has not answered for ${Math.round(this.#patience.gone / 1000)} seconds`,
        );
      } else if (silent > this.#patience.again) for (const one of asked) if (now - one.asked > this.#patience.again) this.#ask(one);
    }
  }

  #giveUp(all: readonly Asked[], problem: string): void {
    for (const one of all) {
      this.#asked.delete(one);
      this.#waiting.delete(one);
      one.reject(parcelMissing("what the job consists of", problem));
    }
    this.#askWaiting();
  }
}
