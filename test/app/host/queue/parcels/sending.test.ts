/** Content from a call to workers, by way of a real server. */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { queueAddress } from "../../../../../app/host/queue/address.ts";
import { QueueConnection } from "../../../../../app/host/queue/connection.ts";
import type { ToCall } from "../../../../../app/host/queue/messages.ts";
import { Asking, PATIENCE, type Patience } from "../../../../../app/host/queue/parcels/asking.ts";
import { ContentCache } from "../../../../../app/host/queue/parcels/content-cache.ts";
import { ContentServer } from "../../../../../app/host/queue/parcels/content-server.ts";
import { fileContent, sha256Of } from "../../../../../app/host/queue/parcels/file-content.ts";
import { RANGE } from "../../../../../app/host/queue/parcels/ranges.ts";
import type { Source } from "../../../../../app/host/queue/parcels/tree.ts";
import { openParcel } from "../../../../../app/host/queue/parcels/unpack.ts";
import type { EvokeError } from "../../../../../core/errors/index.ts";
import { hasRedis, REDIS_ABSENT, redisFor } from "../../../../redis.ts";
import { CALL, jobOf, packedFile } from "../../../../support/parcels.ts";
import { when } from "../../../../when.ts";
import { root, Scratch } from "../../../cli/command.ts";

const withRedis = when(test, hasRedis, REDIS_ABSENT);
const redis = redisFor(test);
const scratch = new Scratch();
const opened: QueueConnection[] = [];
test.after.each(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function connected(): Promise<QueueConnection> {
  const connection = await QueueConnection.open(queueAddress(redis.url, {}), () => {});
  opened.push(connection);
  return connection;
}

let homes = 0;
async function worker(patience: Patience = PATIENCE, home = join(scratch.folder, `home-${++homes}`)): Promise<ContentCache> {
  return new ContentCache(new Asking(await connected(), patience), home);
}

async function served(sources: ReadonlyMap<string, Source>, changed: (error: EvokeError) => void = () => {}): Promise<void> {
  const connection = await connected();
  const server = new ContentServer(connection, sources, changed);
  await connection.hear<ToCall>(connection.names.call(CALL), (message) => {
    if ("wants" in message) server.hear(message);
  });
}

let written = 0;
async function someFile(bytes: number) {
  const path = scratch.write(`files/${++written}`, "");
  writeFileSync(path, randomBytes(bytes));
  return fileContent(path);
}

const bytesOf = (...sources: Source[]) =>
  new Map(sources.map((source) => [source instanceof Uint8Array ? sha256Of(source) : source.sha256, source] as const));

async function missing(getting: Promise<unknown>, text: RegExp): Promise<void> {
  const error = await getting.then(
    () => assert.unreachable("it was there"),
    (thrown) => thrown as EvokeError,
  );
  assert.is((error as EvokeError).code, "PARCEL_MISSING");
  assert.match((error as EvokeError).message, text);
}

withRedis("content arrives whole, in ranges, whatever its size", async () => {
  for (const size of [0, 1, RANGE - 1, RANGE, RANGE + 1, 11 * RANGE + 5]) {
    const content = await someFile(size);
    await served(bytesOf(content));
    const file = await (await worker()).file(CALL, content);
    assert.ok(readFileSync(file).equals(readFileSync(content.file)), `${size} bytes`);
    for (const one of opened.splice(0)) await one.close();
  }
});

withRedis("an experiment is sent and composed", async () => {
  const packed = await packedFile({ file: join(root, "manifests/paper/ase-nas-supernet.json"), changes: [] });
  await served(packed.sources);
  const { source } = await openParcel(await worker(), jobOf(packed), { trust: false });
  assert.match(source.file, /root.*manifest\.json$/);
});

withRedis("several that want the same at once share what is fetched, and nothing is left in the server", async () => {
  const content = await someFile(3 * RANGE);
  let asked = 0;
  class Counted extends Map<string, Source> {
    override get(sha256: string): Source | undefined {
      asked++;
      return super.get(sha256);
    }
  }
  await served(new Counted(bytesOf(content)));
  const cache = await worker();
  const files = await Promise.all(Array.from({ length: 20 }, () => cache.file(CALL, content)));
  assert.is(new Set(files).size, 1);
  assert.is(asked, 3);
  const { redis: asking } = await connected();
  assert.equal(await asking.keys("*"), []);
});

withRedis("several processes may fetch the same into one home", async () => {
  const content = await someFile(2 * RANGE);
  await served(bytesOf(content));
  const home = join(scratch.folder, "shared");
  const caches = await Promise.all(Array.from({ length: 4 }, () => worker(PATIENCE, home)));
  const files = await Promise.all(caches.map((cache) => cache.file(CALL, content)));
  assert.ok(readFileSync(files[0]!).equals(readFileSync(content.file)));
  assert.is(readdirSync(join(files[0]!, "..")).length, 1);
});

withRedis("a file that has changed is not sent, and the call is told", async () => {
  const content = await someFile(100);
  utimesSync(content.file, 1, 1);
  const errors: EvokeError[] = [];
  await served(bytesOf(content), (error) => errors.push(error));
  await missing((await worker()).file(CALL, content), /a file of it has changed since the call began/);
  assert.equal(
    errors.map(({ code }) => code),
    ["INPUT_CHANGED"],
  );
});

withRedis("a call that does not answer is waited for, and then it is gone", async () => {
  const content = await someFile(2 * RANGE);
  const patient = await worker({ again: 100, gone: 60_000 });
  const getting = patient.file(CALL, content);
  await pause(300);
  await served(bytesOf(content));
  assert.ok(readFileSync(await getting).equals(readFileSync(content.file)));
  const other = await someFile(9 * RANGE);
  await missing((await worker({ again: 100, gone: 500 })).file(CALL, other), /the call that has handed it out has not answered for/);
  await missing((await worker({ again: 100, gone: 500 })).file("another", other), /has not answered/);
});

withRedis("one call that is gone keeps nobody from another that has the same", async () => {
  const content = await someFile(9 * RANGE);
  await served(bytesOf(content));
  const cache = await worker({ again: 100, gone: 700 });
  const gone = cache.file("gone", content).catch((error: EvokeError) => error.code);
  const file = await cache.file(CALL, content);
  assert.is(await gone, "PARCEL_MISSING");
  assert.ok(readFileSync(file).equals(readFileSync(content.file)));
});

withRedis("a server that restarts and has forgotten everything only delays", async () => {
  const content = await someFile(40 * RANGE);
  await served(bytesOf(content));
  const getting = (await worker({ again: 200, gone: 2_000 })).file(CALL, content);
  await pause(20);
  await redis.kill();
  await pause(2_500); // longer than a call that is gone is waited for
  await redis.start();
  assert.ok(readFileSync(await getting).equals(readFileSync(content.file)));
});

withRedis("what is no message, or asks for what nobody has, is passed over", async () => {
  const content = await someFile(10);
  await served(bytesOf(content));
  const { redis: asking, names } = await connected();
  const wants = { wants: content.sha256, from: 0, to: 10, reply: "r" };
  for (const text of [
    "",
    "{",
    '{"wants"',
    '{"wants":1}',
    { ...wants, from: -1 },
    { ...wants, to: 1e99 },
    { ...wants, wants: "x" },
    { ...wants, reply: 3 },
  ])
    await asking.publish(names.call(CALL), typeof text === "string" ? text : JSON.stringify(text));
  await asking.publish(names.call(CALL), JSON.stringify(wants));
  const [, element] = (await asking.blpopBuffer(names.reply("r"), 5))!;
  assert.is(element.toString("latin1"), `${content.sha256} 0 10\n${readFileSync(content.file).toString("latin1")}`);
  assert.is(await asking.exists(names.reply("r")), 0);
});

test.run();
