/** What a call does for its workers: it sends them the content that they ask for. @module */
import { open } from "node:fs/promises";
import { type EvokeError, inputChanged } from "../../../../core/errors/index.ts";
import { parseJson } from "../../../../core/json/parse-json.ts";
import { shortPath } from "../../short-path.ts";
import type { QueueConnection } from "../connection.ts";
import type { ToCall } from "../messages.ts";
import { packRange, RANGE, RANGE_SECONDS, type Range } from "./ranges.ts";
import type { Source, Sources } from "./tree.ts";

/** Ranges that are read and sent at a time: all that is in memory. */
const AT_ONCE = 4;

type Wants = Extract<ToCall, { readonly wants: string }>;

export interface ContentServer {
  close(): Promise<void>;
}

/**
 * Hears on a call's channel what workers want, and sends it.
 * @param sources  what the call has; may grow
 * @param changed  told of a file that is another one now than when it was packed: it is not sent
 */
export async function serve(
  connection: QueueConnection,
  call: string,
  sources: Sources,
  changed: (error: EvokeError) => void,
): Promise<ContentServer> {
  const waiting = new Map<string, Wants>();
  let sending = 0;
  const sendWaiting = async () => {
    sending++;
    for (const [key, wants] of waiting) {
      waiting.delete(key);
      const source = sources.get(wants.wants);
      if (source) await send(connection, wants, await rangeOf(source, wants, changed)).catch(() => {}); // it is asked for again
    }
    sending--;
  };
  const channel = connection.names.call(call);
  const hearing = connection.another();
  hearing.on("message", (_, text: string) => {
    const wants = wantsIn(text);
    if (!wants) return;
    waiting.set(`${wants.wants} ${wants.from} ${wants.reply}`, wants); // what is asked for again meanwhile is sent once
    if (sending < AT_ONCE) void sendWaiting();
  });
  await hearing.subscribe(channel);
  return {
    close: async () => {
      waiting.clear();
      hearing.disconnect();
    },
  };
}

/** Most messages are others, and many. */
function wantsIn(text: string): Wants | undefined {
  if (!text.startsWith('{"wants"')) return undefined;
  const parsed = parseJson(text);
  if ("problem" in parsed) return undefined;
  const { wants, from, to, reply } = parsed.value as Wants;
  const right = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && to > from && typeof reply === "string";
  return right ? { wants, reply, from, to: Math.min(to, from + RANGE) } : undefined;
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
