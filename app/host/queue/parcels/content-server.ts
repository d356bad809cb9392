/** What a call does for its workers: it sends them the content that they ask for. @module */
import { open } from "node:fs/promises";
import { type EvokeError, inputChanged } from "../../../../core/errors/index.ts";
import { shortPath } from "../../short-path.ts";
import type { QueueConnection } from "../connection.ts";
import type { ToCall } from "../messages.ts";
import { packRange, RANGE, RANGE_SECONDS, type Range } from "./ranges.ts";
import type { Source, Sources } from "./tree.ts";

/** Ranges that are read and sent at a time: all that is in memory. */
const AT_ONCE = 4;

type Wants = Extract<ToCall, { readonly wants: string }>;

/** Sends what workers want. */
export class ContentServer {
  readonly #connection: QueueConnection;
  readonly #sources: Sources;
  readonly #changed: (error: EvokeError) => void;
  readonly #waiting = new Map<string, Wants>();
  #sending = 0;

  /**
   * @param sources  what the call has; may grow
   * @param changed  told of a file that is another one now than when it was packed: it is not sent
   */
  constructor(connection: QueueConnection, sources: Sources, changed: (error: EvokeError) => void) {
    [this.#connection, this.#sources, this.#changed] = [connection, sources, changed];
  }

  /** A worker wants something. What is asked for again before it was sent is sent once. */
  hear(message: Partial<Wants>): void {
    if (!isRight(message)) return;
    const { wants, from, reply } = message;
    this.#waiting.set(`${wants} ${from} ${reply}`, { ...message, to: Math.min(message.to, from + RANGE) });
    if (this.#sending < AT_ONCE) void this.#sendWaiting();
  }

  close(): void {
    this.#waiting.clear();
  }

  async #sendWaiting(): Promise<void> {
    this.#sending++;
    for (const [key, wants] of this.#waiting) {
      this.#waiting.delete(key);
      const source = this.#sources.get(wants.wants);
      if (source) await send(this.#connection, wants, await rangeOf(source, wants, this.#changed)).catch(() => {}); // it is asked for again
    }
    this.#sending--;
  }
}

/** Anybody may have said it who can write to the queue. */
function isRight(message: Partial<Wants>): message is Wants {
  const { wants, from, to, reply } = message;
  const isRange = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from! >= 0 && to! > from!;
  return isRange && typeof wants === "string" && typeof reply === "string";
}

async function send({ redis, names }: QueueConnection, { reply }: Wants, range: Range): Promise<void> {
  const list = names.reply(reply);
  await redis.multi().rpush(list, packRange(range)).expire(list, RANGE_SECONDS).exec();
}

async function rangeOf(source: Source, { wants: sha256, from, to }: Wants, changed: (error: EvokeError) => void): Promise<Range> {
  if (source instanceof Uint8Array) return { sha256, from, total: source.length, bytes: source.subarray(from, to) };
  const bytes = await readRange(source, from, to).catch(() => undefined);
  if (bytes) return { sha256, from, total: source.bytes, bytes };
  changed(inputChanged(shortPath(source.file)));
  return { sha256, from: -1, total: -1, bytes: new Uint8Array() };
}

/** @returns nothing if the file is another one now */
async function readRange({ file, bytes, time }: Exclude<Source, Uint8Array>, from: number, to: number): Promise<Uint8Array | undefined> {
  const handle = await open(file);
  try {
    const buffer = new Uint8Array(Math.max(0, Math.min(to, bytes) - from));
    let read = 0;
    while (read < buffer.length) {
      const { bytesRead } = await handle.read(buffer, read, buffer.length - read, from + read);
      if (bytesRead === 0) return undefined;
      read += bytesRead;
    }
    const now = await handle.stat();
    return now.size === bytes && now.mtimeMs === time ? buffer : undefined;
  } finally {
    await handle.close();
  }
}
