/** @module */
import { Redis } from "ioredis";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hasRedis, REDIS_ABSENT, RedisServer, redisFor } from "../redis.ts";
import { when } from "../when.ts";

const withRedis = when(test, hasRedis, REDIS_ABSENT);
const forgetful = redisFor(test);
const keeping = redisFor(test, { append: true });

async function restarted(server: RedisServer): Promise<string | null> {
  const client = new Redis(server.url);
  await client.set("a", "1");
  const gone = new Promise((resolve) => client.once("close", resolve));
  await server.restart();
  await gone;
  const found = await client.get("a");
  client.disconnect();
  return found;
}

withRedis("a server for tests forgets everything when it is restarted, but with an append-only file", async () => {
  assert.is(await restarted(forgetful), null);
  assert.is(await restarted(keeping), "1");
});

withRedis("flush() removes all keys, and stop() ends the server", async () => {
  const server = new RedisServer();
  await server.start();
  const client = new Redis(server.url, { retryStrategy: () => null });
  client.on("error", () => {});
  await client.set("a", "1");
  await server.flush();
  assert.is(await client.get("a"), null);
  const closed = new Promise((resolve) => client.once("end", resolve));
  const { pid } = server;
  await server.stop();
  await closed;
  assert.throws(() => process.kill(pid!, 0));
});

test.run();
